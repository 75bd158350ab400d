"""Properties of activations, measured on float64 values and derivatives.

The properties hold numerically on [-50, 50] (`INTERVAL`); they are not proved, since a
function might do anything between two of the 20,001 points.  Limits are searched for out to
1e8.  Means and probabilities are integrals, not samples.  NumPy alone computes, operation by
operation: no kernel is compiled for what is evaluated a few times.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.analysis import defaults
from multiact.analysis.breakpoints import find_breakpoints
from multiact.analysis.cost import cost
from multiact.analysis.fixed_points import FixedPoint, find_fixed_points
from multiact.analysis.normal_input import flat_share, moments, zero_share
from multiact.calculus import derivative as calculus
from multiact.calculus.interpret import evaluated
from multiact.calculus.tracing import Expr
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.derivatives import expressions
from multiact.kernels import use_engine
from multiact.special.evaluate import evaluator

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
    fixed_points
        Where f(x) = x: points, and intervals of them.
    mean, zero_centred
        E[f(Z)] for a standard normal Z, and whether it is 0; None where it is infinite.
    mean_square, mean_square_slope
        E[f(Z)^2] and E[f'(Z)^2]; None where they are infinite.
    gain_forward, gain_backward
        Their inverse roots, as `multiact.gain` returns them; None where there is none.
    sparsity
        P(f(Z) = 0).
    dead
        P(|f'(Z)| < 1e-3): the share of inputs that hardly train what is before.
    cost
        The weighted operations of the float32 kernel, relative to those of ReLU; not timed.
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
    fixed_points: tuple[FixedPoint, ...]
    mean: float | None
    zero_centred: bool
    mean_square: float | None
    mean_square_slope: float | None
    sparsity: float
    dead: float
    cost: float

    @property
    def gain_forward(self) -> float | None:
        """The gain that preserves the variance of values."""
        return _inverse_root(self.mean_square)

    @property
    def gain_backward(self) -> float | None:
        """The gain that preserves the variance of gradients."""
        return _inverse_root(self.mean_square_slope)


def _inverse_root(square: float | None) -> float | None:
    return 1 / math.sqrt(square) if square else None


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
        Array parameters are initialised with a fixed seed.  Means are also over noise;
        everything else is without it.

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
    >>> relu = multiact.analysis.properties("relu")
    >>> relu.sparsity, relu.cost, round(relu.gain_forward ** 2, 10)
    (0.5, 1.0, 2.0)
    """
    act = get(spec)
    if act.kind != "elementwise":
        return None
    with np.errstate(all="ignore"), use_engine("reference"):
        return _measure(act, defaults.arguments(act))


def _measure(act: Activation, arguments: Mapping[str, Any]) -> Properties:
    breakpoints = find_breakpoints(act, arguments, _GRID)
    f, slope, *further = _functions(act, arguments, _ORDERS if breakpoints else 1)
    jumps = [_first_jump([f, slope, *further], x) for x in breakpoints]
    order = min(jumps, default=None)
    mean, square, slope_square = moments(act, arguments)
    return Properties(
        **_shape(f, slope, order == 0, act.limits_at(arguments)),
        smoothness=_smoothness(order),
        kinks=_kinks(slope, (x for x, n in zip(breakpoints, jumps, strict=True) if n == 1)),
        fixed_points=find_fixed_points(f, slope, breakpoints, _GRID),
        mean=mean,
        zero_centred=mean == 0,
        mean_square=square,
        mean_square_slope=slope_square,
        sparsity=zero_share(f, breakpoints),
        dead=flat_share(slope),
        cost=cost(act, arguments),
    )


def _functions(act: Activation, arguments: Mapping[str, Any], orders: int) -> Iterator[Function]:
    """Yield the function and its derivatives, of which only the first is made stable.

    The others are evaluated at a few points, and their stable forms would take most of the time.
    """
    bound = act.bind((), arguments)
    specialization = act.specialization(bound)
    for order in range(2):
        outputs = expressions(act, specialization, ("x",) * order)
        run = evaluator(outputs, specialization.inputs, _GRID, xp)
        yield partial(_run, run, bound.parameters)
    numbers = [n for v in bound.parameters for n in np.atleast_1d(v).tolist()]
    values = dict(zip(specialization.inputs.numbers, numbers, strict=True))
    (graph,) = outputs
    for _ in range(2, orders + 1):
        graph = calculus.derivative(graph, "x")
        yield partial(_evaluated, graph, values)


def _run(run: Callable[[Sequence[Any]], Any], parameters: Sequence[Any], x: Any) -> Any:
    return run((np.atleast_1d(np.asarray(x, np.float64)), *parameters))[0]


def _evaluated(graph: Expr, values: Mapping[str, float], x: Any) -> Any:
    points = np.asarray(x, np.float64)
    return np.broadcast_to(evaluated(graph, {**values, "x": points}), points.shape)


def _shape(f: Function, slope: Function, jumps: bool, declared: Limits) -> dict[str, Any]:
    """Return what the curve looks like as a whole."""
    y = f(_GRID)
    limits = _limit(declared[0], f, -1), _limit(declared[1], f, 1)
    ends = [v for v in limits if v is not None]
    bottom, top = _extreme(f, 1), _extreme(f, -1)
    steepest = -_extreme(lambda x: -np.abs(slope(x)), 1)[1]
    far = float(np.abs(slope([-1e4, 1e4])).max())
    return {
        "low": min([bottom[1], *ends]),
        "high": max([top[1], *ends]),
        "limits": limits,
        "monotone": _monotone(y),
        "parity": _parity(y),
        "zero_at_zero": bool(f(0.0)[0] == 0),
        "lipschitz": math.inf if jumps or far > 10 * steepest else max(steepest, far),
        "minimum": bottom if bottom[1] < min([math.inf, *ends]) and abs(bottom[0]) < 50 else None,
    }


def _kinks(slope: Function, points: Iterable[float]) -> tuple[Kink, ...]:
    return tuple(Kink(x, *map(float, slope([x - _NEAR, x + _NEAR, x]))) for x in points)


def _smoothness(order: int | None) -> str:
    """Return the class of a function of whose derivatives this one is the first that jumps."""
    if order is None or order > _ORDERS:
        return "smooth"
    return f"C{order - 1}" if order else "jumps"


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
