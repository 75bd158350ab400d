"""Properties of activations, measured on the float64 values and derivatives.

What is measured holds numerically on [-50, 50] (`INTERVAL`), not by proof: between two of
the 20,001 points a function might do anything. Limits are looked for out to 1e8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import break_points
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import derivative

INTERVAL = (-50.0, 50.0)
_GRID = np.linspace(*INTERVAL, 20_001)
_STEP = float(_GRID[1] - _GRID[0])
_NEAR = 1e-7  # how far from a break point its two sides are looked at
_ORDERS = 3  # a jump of a higher derivative is called smooth
Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Kink:
    """A point where the slope jumps: the slopes beside it, and the one chosen at it."""

    x: float
    left: float
    right: float
    slope: float


@dataclass(frozen=True)
class Properties:
    """What `properties` finds.

    Attributes
    ----------
    low, high
        The range; infinite where the values grow without end.
    limits
        Values at -infinity and infinity; None where there is none (a wave).
    monotone
        "increasing", "decreasing", or "" for neither; flat pieces allowed.
    parity
        "odd", "even", or "" for neither.
    smoothness
        "jumps", "C0", "C1", "C2" (the highest continuous derivative), or "smooth".
    zero_at_zero
        Whether f(0) = 0.
    lipschitz
        The largest absolute slope; infinite if it grows without end or the function jumps.
    minimum
        Place and value of the lowest point, None if no lowest value is taken inside.
    kinks
        Where the slope jumps.
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
        Array parameters get starting values drawn with a fixed seed.

    Raises
    ------
    LookupError
        If there is no such activation.

    Examples
    --------
    >>> import multiact
    >>> found = multiact.analysis.properties("silu")
    >>> found.smoothness, [round(v, 4) for v in found.minimum]
    ('smooth', [-1.2785, -0.2785])
    """
    act = get(spec)
    if act.kind not in ("elementwise", "stochastic"):
        return None
    arguments = defaults.arguments(act)
    slopes = [_function(act, n, arguments) for n in range(_ORDERS + 1)]
    breaks = break_points(act, arguments, _GRID)
    with np.errstate(all="ignore"):
        return _measured(act, slopes, breaks)


def _function(act: Activation, order: int, arguments: Mapping[str, Any]) -> Function:
    evaluate = derivative(act, order=order)
    return lambda x: evaluate(np.atleast_1d(np.asarray(x, np.float64)), **arguments)


def _measured(act: Activation, slopes: list[Function], breaks: list[float]) -> Properties:
    f = slopes[0]
    y = f(_GRID)
    limits = _limit(act, f, -1), _limit(act, f, 1)
    ends = [v for v in limits if v is not None]
    bottom, top = _extreme(f, 1), _extreme(f, -1)
    jumping = [_jumps(slopes, x) for x in breaks]
    order = min(jumping, default=None)
    steep = -_extreme(lambda x: -np.abs(slopes[1](x)), 1)[1]
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
        lipschitz=math.inf if order == 0 or far > 10 * steep else max(steep, float(far)),
        minimum=bottom if bottom[1] < min([math.inf, *ends]) and abs(bottom[0]) < 50 else None,
        kinks=tuple(
            Kink(x, *(float(v) for v in slopes[1]([x - _NEAR, x + _NEAR, x])))
            for x, n in zip(breaks, jumping, strict=True)
            if n == 1
        ),
    )


def _jumps(slopes: list[Function], x: float) -> int:
    """The order of the first derivative that jumps at `x`, one more than asked for if none."""
    for order, slope in enumerate(slopes):
        left, right = slope([x - _NEAR, x + _NEAR])
        if not abs(right - left) <= 1e-4 * (1 + abs(left)):
            return order
    return len(slopes)


def _extreme(f: Function, sign: int) -> tuple[float, float]:
    """Place and value of the lowest (sign 1) or highest (-1) point, on a grid made finer."""
    grid, step = _GRID, _STEP
    for _ in range(5):
        values = sign * f(grid)
        centre = float(grid[np.nanargmin(values)])
        grid = np.clip(np.linspace(centre - step, centre + step, 401), *INTERVAL)
        step /= 100
    values = sign * f(grid)
    best = int(np.nanargmin(values))
    return float(grid[best]), float(sign * values[best])


def _limit(act: Activation, f: Function, side: int) -> float | None:
    declared = act.limits[side > 0] if act.limits else None
    if declared is not None:
        return float(declared)
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
