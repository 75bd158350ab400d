"""The shapes that activations learned: their functions with parameters at the end, or by epoch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact._drawing import (
    add_legend,
    colours_by_number,
    draw_curves,
    foreground,
    line_style,
    new_panels,
    plain,
)
from multiact.declare.activation import Activation
from multiact.derivatives import derivative
from multiact.experiments.network import Act, Network, State, acts
from multiact.experiments.setting import by_activation, by_setting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from multiact.experiments.store import Record

_THIN = {"linewidth": 0.5, "alpha": 0.5}
_MOST = 64  # thin curves
_EPOCHS = 12  # curves in a panel
_START: Any = {"linestyle": (0, (3, 2)), "linewidth": 1.0, "zorder": 2.5}  # above the others


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


def picture_by_epoch(
    records: Iterable[Record], interval: tuple[float, float] = (-4.0, 4.0)
) -> Figure:
    """Draw how shapes changed in training: a panel for each activation and layer.

    Of each activation one run is drawn, that with the first seed, and of parameters for each
    channel the mean of the curves.  The start is dashed.

    Parameters
    ----------
    records
        Finished runs, such as `results` returns; final ones are looked at, if they learned any
        parameter of an activation that is a function of one element.
    interval
        The range of `x`.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with `figure.savefig("epochs.png")`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If none of the runs learned such a parameter.

    Examples
    --------
    >>> import tempfile
    >>> from multiact.experiments import Recipe, grid, results, train
    >>> from multiact.experiments.shapes import picture_by_epoch
    >>> recipe = Recipe.read("digits").changed({"epochs": 2})
    >>> with tempfile.TemporaryDirectory() as out:
    ...     train(grid(["relu", "prelu"], recipe, 1), out)
    ...     figure = picture_by_epoch(results(out))
    >>> [axes.get_title(loc="left") for axes in figure.axes][:2]
    ['prelu, act1', 'prelu, act2']
    """
    chosen = _first_runs(records)
    if not chosen:
        raise ValueError("no final run has learned a parameter of an activation")
    x = np.linspace(*interval, 401)
    panels = {
        f"{name}, {layer}{where}": curves
        for (name, where), record in chosen.items()
        for layer, curves in _courses(record, x).items()
    }
    figure, grid = new_panels(panels)
    for axes, title in zip(grid, panels, strict=True):
        axes.set_title(title, loc="left", fontsize="small")
    last = max(epoch for curves in panels.values() for epoch in curves)
    colour_of = colours_by_number(figure, grid, last, "epoch; dashed: the start")
    for axes, curves in zip(grid, panels.values(), strict=True):
        for epoch, curve in sorted(curves.items()):
            look = {"color": colour_of(epoch), "linewidth": 1.3} if epoch else _START
            axes.plot(x, curve, **{"color": foreground(), **look})
        axes.set_xlabel("$x$")
        axes.set_ylabel("$f(x)$")
        plain(axes)
    return figure


def _first_runs(records: Iterable[Record]) -> dict[tuple[str, str], Record]:
    """Return a run of each activation that learned, by its name and a line about its setting."""
    finals = (r for r in records if r.run.stage == "final")
    settings = by_setting(r for r in finals if _has_shape(r.run.choice.activation) and r.learned())
    found = {}
    for setting, group in settings.items():
        where = f"\n{_without_folder(setting.short)}" if len(settings) > 1 else ""
        for name, runs in by_activation(group, "final").items():
            found[_without_folder(name), where] = min(runs, key=lambda r: r.run.seed)
    return found


def _without_folder(text: str) -> str:
    return re.sub(r"[^, (]*/", "", text)


def _courses(record: Record, x: np.ndarray) -> dict[str, dict[int, np.ndarray]]:
    """Return the mean curve of each layer after some epochs, the first and the last among them."""
    lines = record.learned()
    network, weights = _acts_of(record, lines[0]), record.weights()
    courses: dict[str, dict[int, np.ndarray]] = {act.name: {} for act in acts(network)}
    for i in np.unique(np.linspace(0, len(lines) - 1, _EPOCHS).round().astype(int)):
        for name, curves in learned_shapes(network, {**weights, **lines[i]}, x).items():
            courses[name][lines[i]["epoch"]] = curves.mean(axis=0)
    return courses


def _acts_of(record: Record, line: Mapping[str, Any]) -> Network:
    """Describe the activations of a run from what they learned, whatever its network is."""
    choice, network = record.run.choice, dict[str, Act]()
    for name, value in line.items():
        layer, _, parameter = name.rpartition(".")
        if layer:
            act = Act(layer, choice.activation, choice.options)
            one = act.configuration().shapes[parameter] == ()
            channels = {"channels": len(value)} if one and isinstance(value, list) else {}
            network[layer] = Act(layer, choice.activation, {**choice.options, **channels})
    return tuple(network.values())


def _has_shape(act: Activation) -> bool:
    return act.is_graph and len(act.data) == 1


def _curves(layer: Act, state: State, x: np.ndarray) -> np.ndarray:
    """Return f at the points, of shape (curves, points)."""
    config = layer.configuration()
    act = config.activation
    if not _has_shape(act):
        raise TypeError(f"{layer.name}: {act.name} is no function of one element: it has no shape")
    names = [n for n, shape in config.shapes.items() if shape or n in config.learnable]
    stored = {
        n: np.asarray(state[f"{layer.name}.{n}"], np.float64).reshape(config.shapes[n])
        for n in names
    }
    values = {n: config.broadcast(n, stored.get(n, v), 2) for n, v in config.values.items()}
    inputs = np.repeat(x[:, None], config.channels or 1, axis=1)
    return np.asarray(derivative(act, order=0)(inputs, **config.arguments(values))).T
