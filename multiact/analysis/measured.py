"""Properties of activations, measured on float64 values and derivatives.

The properties hold numerically on [-50, 50] (`INTERVAL`); they are not proved, since a
function might do anything between two of the 20,001 points.  Limits are searched for out to
1e8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import find_breakpoints
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import derivative

INTERVAL = (-50.0, 50.0)
_GRID = np.linspace(*INTERVAL, 20_001)
_STEP = float(_GRID[1] - _GRID[0])
_NEAR = 1e-7  # the distance from a breakpoint at which its two sides are evaluated
_ORDERS = 3  # a function whose first jump is in a higher derivative counts as smooth
Function = Callable[[Any], Any]
Limits = tuple[float | None, float | None]


@dataclass(frozen=True)
class Kink:
    """A point where the slope jumps: the slopes on either side, and the slope chosen there."""

    x: float
    left: float
    right: float
    slope: float


@dataclass(frozen=True)
class Properties:
    """The measured properties of an activation.

    Attributes
    ----------
    low, high
        The range; infinite where the values are unbounded.
    limits
        Limits at -infinity and infinity; None where there is none (a wave).
    monotone
        "increasing", "decreasing", or "" for neither; constant pieces are allowed.
    parity
        "odd", "even", or "" for neither.
    smoothness
        "jumps", "C0", "C1", "C2" (the highest continuous derivative), or "smooth".
    zero_at_zero
        Whether f(0) = 0.
    lipschitz
        The largest absolute slope; infinite if it is unbounded or the function jumps.
    minimum
        Position and value of the lowest point; None if no minimum is attained in the interior.
    kinks
        The points where the slope jumps.
    """

    low: float
    high: float
    limits: tuple[float | None, float | None]
    monotone: str
    parity: str
    smoothness: str
    zero_at_zero: bool
    lipschitz: float
    minimum: tuple[float, float] | None
    kinks: tuple[Kink, ...]


def properties(spec: str | Mapping[str, Any] | Activation) -> Properties | None:
    """Measure an activation at its default parameters.

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping with parameters, or a record.

    Returns
    -------
    Properties or None
        None for an activation that is not a function of one element (softmax, a gate).
        Array parameters are initialised with a fixed seed.

    Raises
    ------
    LookupError
        If there is no such activation.

    Examples
    --------
    >>> import multiact
    >>> silu = multiact.analysis.properties("silu")
    >>> silu.smoothness, [round(v, 4) for v in silu.minimum]
    ('smooth', [-1.2785, -0.2785])
    """
    act = get(spec)
    if act.kind != "elementwise":
        return None
    arguments = defaults.arguments(act)
    slopes = [_function(act, n, arguments) for n in range(_ORDERS + 1)]
    breakpoints = find_breakpoints(act, arguments, _GRID)
    with np.errstate(all="ignore"):
        return _measure(act, slopes, breakpoints, act.limits_at(arguments))


def _function(act: Activation, order: int, arguments: Mapping[str, Any]) -> Function:
    evaluate = derivative(act, order=order)
    return lambda x: evaluate(np.atleast_1d(np.asarray(x, np.float64)), **arguments)


def _measure(
    act: Activation, slopes: list[Function], breakpoints: list[float], declared: Limits
) -> Properties:
    f = slopes[0]
    y = f(_GRID)
    limits = _limit(declared[0], f, -1), _limit(declared[1], f, 1)
    ends = [v for v in limits if v is not None]
    bottom, top = _extreme(f, 1), _extreme(f, -1)
    first_jumps = [_first_jump(slopes, x) for x in breakpoints]
    order = min(first_jumps, default=None)
    steepest = -_extreme(lambda x: -np.abs(slopes[1](x)), 1)[1]
    far = np.abs(slopes[1]([-1e4, 1e4])).max()
    return Properties(
        low=min([bottom[1], *ends]),
        high=max([top[1], *ends]),
        limits=limits,
        monotone=_monotone(y),
        parity=_parity(y),
        smoothness="smooth"
        if order in (None, _ORDERS + 1)
        else f"C{order - 1}"
        if order
        else "jumps",
        zero_at_zero=bool(f(0.0)[0] == 0),
        lipschitz=math.inf if order == 0 or far > 10 * steepest else max(steepest, float(far)),
        minimum=bottom if bottom[1] < min([math.inf, *ends]) and abs(bottom[0]) < 50 else None,
        kinks=tuple(
            Kink(x, *(float(v) for v in slopes[1]([x - _NEAR, x + _NEAR, x])))
            for x, n in zip(breakpoints, first_jumps, strict=True)
            if n == 1
        ),
    )


def _first_jump(slopes: list[Function], x: float) -> int:
    """Return the order of the first derivative that jumps at `x`; len(slopes) if none does."""
    for order, slope in enumerate(slopes):
        left, right = slope([x - _NEAR, x + _NEAR])
        if not abs(right - left) <= 1e-4 * (1 + abs(left)):
            return order
    return len(slopes)


def _extreme(f: Function, sign: int) -> tuple[float, float]:
    """Find the lowest (sign 1) or highest (sign -1) point by refining the grid."""
    grid, step = _GRID, _STEP
    for _ in range(5):
        values = sign * f(grid)
        centre = float(grid[np.nanargmin(values)])
        grid = np.clip(np.linspace(centre - step, centre + step, 401), *INTERVAL)
        step /= 100
    values = sign * f(grid)
    best = int(np.nanargmin(values))
    return float(grid[best]), float(sign * values[best])


def _limit(declared: float | None, f: Function, side: int) -> float | None:
    if declared is not None:
        return declared
    far = f(side * np.asarray([1e2, 1e4, 1e6, 1e8]))
    if not np.isfinite(far[-1]) or abs(far[-1]) > 10 * abs(far[-2]) > 0:
        return math.copysign(math.inf, far[-2])
    settled = abs(far[-1] - far[-2]) <= 1e-5 * (1e-3 + abs(far[-1]))
    return float(far[-1]) if settled else None


def _monotone(y: np.ndarray) -> str:
    steps = np.diff(y)
    slack = 1e-13 * (1 + np.abs(y[1:]))
    return (
        "increasing" if (steps >= -slack).all() else "decreasing" if (steps <= slack).all() else ""
    )


def _parity(y: np.ndarray) -> str:
    scale = 1e-12 * (1 + np.abs(y))
    if (np.abs(y + y[::-1]) <= scale).all():
        return "odd"
    return "even" if (np.abs(y - y[::-1]) <= scale).all() else ""
