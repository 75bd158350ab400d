"""The gain with which weights preserve variance: the inverse of a root mean square.

The means are taken by NumPy alone, operation by operation: no kernel is compiled for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import product
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import find_breakpoints
from multiact.analysis.quadrature import Function, NotIntegrableError, mean_square
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import derivative

_MODES = ("forward", "backward")
_BY_FAN = {"fan_in": "forward", "fan_out": "backward"}
GRID = np.linspace(-40.0, 40.0, 16_001)  # on which the formula is searched for breakpoints
_COUNT = 32  # nodes for the noise, over which squares are smooth
Statistic = Callable[[Function, Iterable[float]], Any]  # from a function and its breakpoints


def gain(
    spec: str | Mapping[str, Any] | Activation, *, mode: str = "forward", **parameters: Any
) -> float:
    r"""Compute the gain of weights that preserve the variance of standard normal pre-activations.

    Weights with standard deviation gain / sqrt(fan) preserve the variance of the
    pre-activations from layer to layer (forward, fan_in), or the variance of their gradients
    (backward, fan_out).

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping with parameters, or a record.
    mode
        "forward": 1 / sqrt(E[f(Z)^2]); "backward": 1 / sqrt(E[f'(Z)^2]), Z standard normal.
        The halves of a gate f(a, b) are independent, and "backward" takes the mean of the
        squares of both slopes; noise is averaged over, as in training.
    **parameters
        Values of parameters and settings that replace the defaults.

    Returns
    -------
    float
        The gain, to a relative error of 1e-10.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it mixes the elements of an array, such as softmax; if an array parameter with a
        random initializer is missing; or if a parameter does not exist.
    ValueError
        If there is no such mode, or if the mean square is zero, infinite or does not converge.

    Notes
    -----
    Slopes are those of automatic differentiation: a jump contributes nothing.  Torch's 5/3
    for tanh is a rule of thumb, not this gain; for relu and leaky_relu the two agree.

    Examples
    --------
    >>> import multiact
    >>> round(multiact.gain("relu") ** 2, 10)
    2.0
    >>> multiact.gain("talu") ** 2, multiact.gain("talu", mode="backward") ** 2
    (1.4344..., 1.3657...)
    >>> multiact.gain("swish", beta=1.5)
    1.5677...
    """
    act = get(spec)
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}, got {mode!r}")
    if not act.is_graph:
        raise TypeError(f"{act.key} mixes the elements of an array: it has no gain of one element")
    arguments = checked_arguments(act, parameters)
    paths = [(name,) for name in act.data] if mode == "backward" else [()]
    what = "slope" if mode == "backward" else "value"
    try:
        with np.errstate(all="ignore"):
            mean = sum(expectation(act, path, arguments) for path in paths) / len(paths)
    except NotIntegrableError as error:
        raise ValueError(f"{act.key} has no {mode} gain: of its {what}, {error}") from error
    if not mean:
        raise ValueError(f"{act.key} has no {mode} gain: its {what} is zero almost everywhere")
    return 1 / math.sqrt(mean)


def fan_gain(spec: str | Mapping[str, Any] | Activation, fan: str, **parameters: Any) -> float:
    """Return the gain for weights that are scaled by `fan`, "fan_in" or "fan_out"."""
    if fan not in _BY_FAN:
        raise ValueError(f"mode must be one of {', '.join(_BY_FAN)}, got {fan!r}")
    return gain(spec, mode=_BY_FAN[fan], **parameters)


def checked_arguments(act: Activation, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return all arguments by name, checked; missing arrays are initialised."""
    values = dict(parameters)
    for p in act.parameters:
        if p.shaped is not None:
            array = parameters[p.name] if p.name in parameters else _start(act, p.name)
            values[p.name] = np.asarray(array, np.float64)
        elif np.ndim(value := values.setdefault(p.name, p.default)):
            raise TypeError(
                f"{act.key}: {p.name} must be one number, a gain is of one channel; "
                f"got shape {np.shape(value)}"
            )
    act.bind((), values)
    return values


class _NoDraw:
    """Rejects random initializers, with which the gain would differ from call to call."""

    def uniform(self, shape: tuple[int, ...]) -> Any:
        raise LookupError

    normal = uniform


def _start(act: Activation, name: str) -> Any:
    try:
        return defaults.configuration(act).start(name, _NoDraw(), xp)
    except LookupError:
        raise TypeError(
            f"{act.key}: {name} starts at random values, so the gain needs it: give {name}=[...]"
        ) from None


def expectation(
    act: Activation,
    path: tuple[str, ...],
    arguments: Mapping[str, Any],
    statistic: Statistic = mean_square,
) -> float:
    """Compute a mean over standard normal inputs and all noise, by default the mean square.

    It is that of the value, or of the derivative along `path`.
    """
    total = 0.0
    for nodes in product(*(_nodes(kind) for kind in act.noise.values())):
        noise = {name: float(value) for name, (value, _) in zip(act.noise, nodes, strict=True)}
        weight = math.prod(w for _, w in nodes)
        total += weight * _without_noise(act, path, arguments, noise, statistic)
    return float(total)


@cache
def _nodes(distribution: str) -> list[tuple[float, float]]:
    """Return values of a noise with their weights in a mean."""
    if distribution == "uniform":
        values, weights = np.polynomial.legendre.leggauss(_COUNT)
        values = (values + 1) / 2
    else:
        values, weights = np.polynomial.hermite_e.hermegauss(_COUNT)
    return list(zip(values, weights / weights.sum(), strict=True))


def _without_noise(
    act: Activation,
    path: tuple[str, ...],
    arguments: Mapping[str, Any],
    noise: Mapping[str, float],
    statistic: Statistic,
) -> float:
    """Compute the mean where the noise has these values."""
    if len(act.data) == 1:
        return float(statistic(*integrand(act, path, arguments, noise)))
    f, call = derivative(act, wrt=path), _called(act, path, arguments, noise)

    # the inner mean is over a, at each quadrature point of b
    def on_pairs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        data = [np.ascontiguousarray(v) for v in np.broadcast_arrays(a[:, None], b)]
        if act.kind == "pair":
            return call(*data)
        drawn = {name: np.full_like(data[0], v)[..., None] for name, v in noise.items()}
        options = {**arguments, **drawn, "axis": -1, "gate": "second"}
        values: np.ndarray = f(np.stack(data, axis=-1), **options, xp=xp)[..., 0]
        return values

    return float(mean_square(lambda b: np.sqrt(mean_square(lambda a: on_pairs(a, b)))))


def integrand(
    act: Activation,
    path: tuple[str, ...],
    arguments: Mapping[str, Any],
    noise: Mapping[str, float] | None = None,
) -> tuple[Function, list[float]]:
    """Return an activation of one element, or its derivative, and where it may not be smooth."""
    breakpoints = find_breakpoints(act, arguments, GRID, noise)
    return _called(act, path, arguments, noise or {}), breakpoints


def _called(
    act: Activation,
    path: tuple[str, ...],
    arguments: Mapping[str, Any],
    noise: Mapping[str, float],
) -> Callable[..., np.ndarray]:
    """Return the function of the data alone."""
    f = derivative(act, wrt=path)

    def call(*data: np.ndarray) -> np.ndarray:
        drawn = {name: np.full_like(data[0], v) for name, v in noise.items()}
        result: np.ndarray = f(*data, **arguments, **drawn, xp=xp)
        return result

    return call
