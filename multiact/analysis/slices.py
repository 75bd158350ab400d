"""Slices of activations: outputs as functions of one input, where the other inputs are fixed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import find_breakpoints
from multiact.declare.activation import Activation
from multiact.derivatives import derivative

_FIXED = 1.0  # the other input of a gate: at 0 most gates are 0
_LENGTH = 6  # of every axis of an array, as of the parameters in `defaults`
_MOST = 4  # outputs of one activation
_STEP = 1e-4  # of the differences that stand for derivatives of whole arrays
_JUMP = 1e-2  # of a slope
_CELLS = 16  # of a grid, in which kinks are searched for


@dataclass(frozen=True, eq=False)
class Slice:
    """One output of an activation as a function of one of its inputs.

    Attributes
    ----------
    act
        The activation.
    call
        What is drawn, such as "GLU(1, x)"; the name alone for a function of one element.
    values
        The derivative of an order (0: the value) at points.
    breakpoints
        Where it may not be smooth, of the points between the ends of a grid.
    exact
        Whether the derivatives are those of the formula, not differences of values.
    """

    act: Activation
    call: str
    values: Callable[[np.ndarray, int], np.ndarray]
    breakpoints: Callable[[np.ndarray], list[float]]
    exact: bool = True


def slices(act: Activation, seed: int = 0, noise: Mapping[str, float] | None = None) -> list[Slice]:
    """Return the slices that show an activation.

    A function of one element has one.  A gate or a pair has two, where the other input is 1.
    Of other activations one element of an array varies while all others are 0: the slices are
    the outputs of a channel function that vary, or else the output at the same place.

    Parameters
    ----------
    act
        The activation, with its default parameters.
    seed
        For array parameters that start at random.
    noise
        One value for each noise, the same at every point; None: as in evaluation.

    Returns
    -------
    list of Slice

    Raises
    ------
    TypeError
        If a function of whole arrays takes none whose axes have six elements each.
    """
    arguments = defaults.arguments(act, seed)
    if not act.is_graph:
        return _outputs(act, arguments, noise or {})
    if len(act.data) == 1:
        return [_graph_slice(act, act.name, 0, arguments, noise)]
    one = f"{_FIXED:g}"
    calls = f"{act.name}(x, {one})", f"{act.name}({one}, x)"
    return [_graph_slice(act, call, i, arguments, noise) for i, call in enumerate(calls)]


def _graph_slice(
    act: Activation,
    call: str,
    position: int,
    arguments: Mapping[str, Any],
    noise: Mapping[str, float] | None,
) -> Slice:
    """Return the slice along the input at a position."""
    options = {**arguments, "axis": -1} if act.kind == "gated" else arguments
    data = act.data[::-1] if arguments.get("gate") == "first" else act.data
    fixed = {name: _FIXED for name in data if name != data[position]}

    def values(x: np.ndarray, order: int) -> np.ndarray:
        x = np.asarray(x, np.float64)
        inputs = [x if i == position else np.full_like(x, _FIXED) for i in range(len(data))]
        drawn = {n: np.full_like(x, v) for n, v in (noise or {}).items()}
        f = derivative(act, order=order, wrt=data[position])
        if act.kind != "gated":
            return np.asarray(f(*inputs, **options, **drawn))
        drawn = {n: v[..., None] for n, v in drawn.items()}
        return np.asarray(f(np.stack(inputs, axis=-1), **options, **drawn))[..., 0]

    def breakpoints(grid: np.ndarray) -> list[float]:
        return find_breakpoints(act, arguments, grid, noise, fixed)

    return Slice(act, call, values, breakpoints)


def _outputs(
    act: Activation, arguments: Mapping[str, Any], noise: Mapping[str, float]
) -> list[Slice]:
    """Return the slices of a function of whole arrays, whose derivatives are differences."""
    shape = _shape(act, arguments)
    place = tuple(n // 2 for n in shape)  # not at an edge, where an image ends
    drawn = {name: np.full(shape, v) for name, v in noise.items()}

    def output(value: float) -> np.ndarray:
        x = np.zeros(shape)
        x[place] = value
        return np.asarray(act(x, **arguments, **drawn))

    try:
        samples = np.stack([output(v) for v in (-2.0, -0.5, 0.5, 2.0)])
    except (TypeError, ValueError, IndexError) as error:
        raise TypeError(
            f"{act.key} cannot be drawn: it takes no array of shape {shape} ({error})"
        ) from error
    if act.kind != "channel" and samples.shape[1:] == shape:
        return [_output_slice(act, act.name, output, place)]
    varying = np.argwhere(np.ptp(samples, axis=0) > 0)[:_MOST]
    name = f"{act.name}, output {{}}" if len(varying) > 1 else act.name
    return [
        _output_slice(act, name.format(i), output, tuple(index))
        for i, index in enumerate(varying, 1)
    ]


def _shape(act: Activation, arguments: Mapping[str, Any]) -> tuple[int, ...]:
    """Return a shape whose axes are all as long as the parameters, or that groups divide."""
    settings = {p.name: arguments.get(p.name) for p in act.settings}
    axis = settings.pop("axis", None)
    counts = [n for n in settings.values() if type(n) is int]
    shape = [1, *[_LENGTH] * 3]
    if counts and isinstance(axis, int) and -4 <= axis < 4:
        shape = [1] * 4
        shape[axis] = math.lcm(*counts)
    return tuple(shape)


def _output_slice(
    act: Activation, call: str, output: Callable[[float], np.ndarray], place: tuple[int, ...]
) -> Slice:
    def values(x: np.ndarray, order: int) -> np.ndarray:
        if order:
            step = _STEP * 10 ** (order - 1)  # a larger one for what was rounded before
            sides = (values(np.asarray(x) + s * step, order - 1) for s in (1, -1))
            above, below = sides
            return np.asarray((above - below) / (2 * step))
        return np.asarray([output(v)[place] for v in np.asarray(x).tolist()], np.float64)

    return Slice(act, call, values, lambda grid: _kinks(values, grid), exact=False)


def _kinks(values: Callable[[np.ndarray, int], np.ndarray], grid: np.ndarray) -> list[float]:
    """Find points where the slope jumps, in the cells where it changes most."""
    bend = np.abs(np.diff(values(grid, 0), 2)) / (grid[1] - grid[0])
    cells = [i for i in np.argsort(-bend)[:_CELLS] if bend[i] > _JUMP]
    points: list[float] = []
    for i in sorted(cells):
        x = _sharpest(values, grid[i], grid[i + 2])
        left, right = values(np.asarray([x - 2 * _STEP, x + 2 * _STEP]), 1)
        if abs(right - left) > _JUMP and all(abs(x - p) > 10 * _STEP for p in points):
            points.append(x)
    return points


def _sharpest(values: Callable[[np.ndarray, int], np.ndarray], low: float, high: float) -> float:
    """Return where a function bends most between two points."""
    while high - low > _STEP:  # the half, of three that overlap, in which it bends most
        x = np.linspace(low, high, 5)
        k = int(np.argmax(np.abs(np.diff(values(x, 0), 2))))
        low, high = float(x[k]), float(x[k + 2])
    return round((low + high) / 2, 4) + 0.0  # no -0


def visible_range(values: np.ndarray, least: float) -> tuple[float, float]:
    """Return the range to draw, which a steeply growing branch cannot spoil.

    Values up to `least` are always inside.
    """
    limit = max(least, 4 * float(np.quantile(np.abs(values), 0.75)))
    return max(float(values.min()), -limit), min(float(values.max()), limit)
