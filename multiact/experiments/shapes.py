"""The shapes that activations learned: their functions with the parameters in stored weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from multiact._drawing import add_legend, draw_curves, line_style, new_panels
from multiact.derivatives import derivative
from multiact.experiments.network import Act, Network, State, acts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_THIN = {"linewidth": 0.5, "alpha": 0.5}
_MOST = 64  # thin curves


def learned_shapes(network: Network, state: State, points: np.ndarray) -> dict[str, np.ndarray]:
    """Compute the activations of a network with the parameters in its weights.

    Parameters
    ----------
    network
        Such as `multiact.experiments.run.build_network` makes of a run.
    state
        Its weights by PyTorch's names, such as `Record.weights()` or `start(network, seed)`.
    points
        The points, of shape (points,).

    Returns
    -------
    dict of numpy.ndarray
        By the names of the layers that have parameters of their own, of shape (curves, points):
        one curve, or one for each channel.

    Raises
    ------
    KeyError
        If the weights lack a parameter.
    TypeError
        If an activation is no function of one element.
    ValueError
        If no activation has parameters.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.experiments import mlp, start
    >>> from multiact.experiments.shapes import learned_shapes
    >>> network = mlp([4, 3, 2], "prelu", [{"channels": 3}])
    >>> state = start(network, seed=0) | {"act1.weight": np.asarray([0.25, 0.5, 1.0])}
    >>> learned_shapes(network, state, np.asarray([-2.0, 2.0]))["act1"].tolist()
    [[-0.5, 2.0], [-1.0, 2.0], [-2.0, 2.0]]
    """
    x = np.asarray(points, np.float64)
    found = {
        layer.name: _curves(layer, state, x)
        for layer in acts(network)
        if layer.tie is None and layer.configuration().learnable
    }
    if not found:
        raise ValueError("no activation of the network has parameters that are learned")
    return found


def picture_of_shapes(
    network: Network,
    states: Mapping[str, State],
    interval: tuple[float, float] = (-4.0, 4.0),
) -> Figure:
    """Draw what activations learned: a panel for each layer, a curve for each state.

    Of an activation with parameters for each channel the curve is the mean; those of channels
    are thin.

    Parameters
    ----------
    network
        Such as `multiact.experiments.run.build_network` makes of a run.
    states
        Weights by what stands in the legend: the start and the end, or several epochs.
    interval
        The range of `x`.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `figure.savefig("shapes.png")`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    KeyError
        If weights lack a parameter.
    TypeError
        If an activation is no function of one element.
    ValueError
        If no activation has parameters, or if there is no state.

    Examples
    --------
    >>> from multiact.experiments import mlp, start
    >>> from multiact.experiments.shapes import picture_of_shapes
    >>> network = mlp([4, 3, 3, 2], "talu")
    >>> begin = start(network, seed=0)
    >>> figure = picture_of_shapes(network, {"start": begin, "end": begin | {"act1.alpha": 2.0}})
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['act1', 'act2']
    """
    if not states:
        raise ValueError("states must have the weights of one network or more, got none")
    x = np.linspace(*interval, 401)
    shapes = {name: learned_shapes(network, state, x) for name, state in states.items()}
    layers = [*next(iter(shapes.values()))]
    figure, panels = new_panels(layers)
    for layer, axes in zip(layers, panels, strict=True):
        for i, found in enumerate(shapes.values()):
            if len(found[layer]) > 1:
                step = -(-len(found[layer]) // _MOST)
                axes.plot(x, found[layer][::step].T, **{**line_style(i), **_THIN})
        means = {name: (x, found[layer].mean(axis=0)) for name, found in shapes.items()}
        draw_curves(axes, means, "$x$", "$f(x)$")
    add_legend(figure, states)
    return figure


def _curves(layer: Act, state: State, x: np.ndarray) -> np.ndarray:
    """Return f at the points, of shape (curves, points)."""
    config = layer.configuration()
    act = config.activation
    if not act.is_graph or len(act.data) != 1:
        raise TypeError(f"{layer.name}: {act.name} is no function of one element: it has no shape")
    names = [n for n, shape in config.shapes.items() if shape or n in config.learnable]
    stored = {n: np.asarray(state[f"{layer.name}.{n}"], np.float64) for n in names}
    values = {n: config.broadcast(n, stored.get(n, v), 2) for n, v in config.values.items()}
    inputs = np.repeat(x[:, None], config.channels or 1, axis=1)
    return np.asarray(derivative(act, order=0)(inputs, **config.arguments(values))).T
