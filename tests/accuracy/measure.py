"""Error of one activation, example, dtype and derivative, and the goals it is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import multiact_numpy
import numpy as np

import multiact
from multiact.testing.backend import operands
from tests.accuracy.truth import FAR, ORDERS, Path, Variable, condition, truths
from tests.helpers import ulp
from tests.helpers.corners import at_corner, has_waves, thresholds
from tests.helpers.examples import Example
from tests.helpers.points import numpy_dtype, points, rounded, spread
from tests.helpers.ulp import FORMATS
from tests.oracle import ORACLE

Evaluate = Callable[[Example, np.ndarray, tuple[Variable, ...], str], np.ndarray]
Allowed = Callable[[Example, Path, str], float]

_LITTLE = 1e-28
_LEAST = 1e-70
_SURE = 4.0  # up to here ULP stand for ULP over condition


@dataclass(frozen=True)
class Goal:
    """What is asked for: ULP, over 1 + condition if `conditioned`, and absolute error."""

    ulps: float
    absolute: float
    conditioned: bool
    both: bool  # or one of the two


def goal(example: Example, path: Path, dtype: str) -> Goal:
    """The goals of the project's table.

    A value is as uncertain as the parameters it is made of, so only defaults that are
    numbers (1, mostly) are asked for a plain number of ULP; an oracle may say why even those
    cannot be (`conditioned`).  Waves with parameters have roots where terms cancel: near them
    the absolute error counts.  In a series each term has a rounding of its own phase, while
    the condition is that of the sum: four times as much.
    """
    parametric, series = bool(example.act.parameters), bool(example.vectors)
    plain = not parametric or (example.label == "default" and not series)
    if dtype in ("float16", "bfloat16"):
        return Goal(0.51, np.inf, bool(path) or not plain, True)
    ulps, absolute = ((8.0, 4.0), (16.0, 4.0), (24.0, 8.0), (32.0, 16.0))[len(path)]
    if series or (parametric and has_waves(example)):
        return Goal(ulps * 4 if series else ulps, absolute, True, False)
    excused = hasattr(ORACLE[example.act.key], "conditioned")
    if not path:
        return Goal(ulps, np.inf, not plain or excused, True)
    # a third derivative is a sum of terms, which cancel at roots that no argument is near to
    third = len(path) == ORDERS
    near = (plain and not excused) or third
    return Goal(ulps, absolute if near else np.inf, True, not third)


@dataclass(frozen=True)
class Achieved:
    """The worst errors over the points, and where they are; `missed`: against the goal.

    `held` is what may not get worse: `norm`, of waves and series where the absolute error is not
    the smaller one.
    """

    ulps: float
    norm: float
    absolute: float
    at: tuple[float, ...]
    missed: str
    held: float


def inputs(example: Example, dtype: str, count: int | None = None) -> np.ndarray:
    """Points, one column per array argument: a gate's halves meet in shuffled order."""
    kinks = example.kinks()
    x = points(dtype, (*thresholds(example), *kinks), count)
    if kinks:  # the slope there is a choice, tested for itself
        x = x[~np.isin(x, rounded(np.asarray([*kinks]), dtype))]
    if len(example.act.data) == 2:
        # moderate in the half that is only a factor, or products underflow on the way
        halves = [spread(len(x), -20.0, 20.0).astype(numpy_dtype(dtype)), x]
        return np.stack(halves, axis=1)
    return x[:, None]


def with_numpy(example: Example, x: np.ndarray, path: Path, dtype: str) -> np.ndarray:
    """Values or derivatives by the functions of `multiact_numpy`, operation by operation."""
    arguments = {
        n: np.asarray(v, numpy_dtype(dtype)) if isinstance(v, tuple) else v
        for n, v in {**example.parameters}.items()
    }
    arguments |= {n: v for n, v in example.settings.items() if n != "axis"}
    data = x.astype(numpy_dtype(dtype))
    data = data[:, :2] if len(example.act.data) == 2 else data[:, 0]
    function = multiact_numpy.function(example.act)
    run = function.derivative(wrt=tuple(v[0] for v in path)) if path else function
    with multiact.use_engine("reference"):
        y = run(*operands(example.act, data), **arguments)
    index = next((v[1] for v in path if len(v) == 2), None)
    y = y if index is None else y[..., index]
    return np.asarray(y, float).reshape(len(x))


def measured(
    example: Example,
    dtype: str,
    evaluate: Evaluate = with_numpy,
    count: int | None = None,
    along: Iterable[Path] | None = None,
    allowed: Allowed = lambda *_: np.inf,
) -> Iterator[tuple[Path, Achieved]]:
    """The errors along all paths, or some; the truth is that of all of them."""
    x = inputs(example, dtype, count)
    table = truths(example, x, dtype)
    for path in table if along is None else along:
        kept = _rows(example, dtype, path, x, evaluate is with_numpy)
        if not kept.any():  # with a = 0, all are at the corner of |a x|
            continue
        true = ulp.Exact(*(v[kept] for v in table[path]))
        result = evaluate(example, x, path, dtype)[kept]
        least = allowed(example, path, dtype)
        yield path, _achieved(example, dtype, path, x[kept], true, result, least)


def _rows(example: Example, dtype: str, path: Path, x: np.ndarray, subnormal: bool) -> np.ndarray:
    """Which rows can be held against the truth along a path."""
    kept = np.ones(len(x), bool)
    if not subnormal:  # other libraries take subnormals for 0
        kept &= ((x == 0) | (np.abs(x) >= 2.0 ** FORMATS[dtype].low)).all(axis=1)
    if len(path) > 1 or (path and len(example.act.data) == 2):
        # the derivative there is that of one of the branches; near it rounding decides of which,
        # which is seen in third derivatives alone: others that jump do so at declared corners
        kept &= ~at_corner(example, x, 16 * FORMATS[dtype].eps if len(path) == ORDERS else 0.0)
    size = np.max(np.abs(x), axis=1)
    if path:
        kept &= size < getattr(ORACLE[example.act.key], "followed", np.inf)
    if path and path[0][0] in example.parameters:  # a wave's phase is no longer known beyond
        kept &= (size < FAR) & (size > 1 / FAR)
    return kept


def _achieved(
    example: Example,
    dtype: str,
    path: Path,
    x: np.ndarray,
    true: ulp.Exact,
    result: np.ndarray,
    least: float,
) -> Achieved:
    """Measure, and say what misses the goal."""
    aim = goal(example, path, dtype)
    # the difference quotient of a function that is even or odd leaves a little at 0
    true.high[(x == 0).all(axis=1) & (np.abs(true.high) < _LITTLE)] = 0.0
    if path and example.parameters.get(path[0][0]) == 0.0:
        true.high[(result == 0) & (np.abs(true.high) < _LEAST)] = 0.0
    # not known where the value is beyond all formats; on the way to the largest numbers
    # a factor may overflow
    known = ~np.isnan(true.high) & ~(np.isinf(result) & (np.abs(true.high) > _large(dtype)))
    x, result, true = x[known], result[known], ulp.Exact(*(v[known] for v in true))
    count_ulps, gap = ulp.ulps(result, true, dtype), ulp.absolute(result, true, dtype)
    normed = _normed(example, path, x, count_ulps, aim, least)
    # a result that is flushed, or beyond the largest number, has no relative error to speak of
    wrong = _wrong(normed, gap, aim)
    worst = int(np.argmax(np.where(wrong, np.inf, normed) if wrong.any() else normed))
    at = tuple(map(float, x[worst]))
    finite = np.abs(true.high) < np.finfo("float32" if dtype != "float64" else dtype).max
    missed = (
        f"{wrong.sum()} of {len(x)}: {result[worst]!r} not {true.high[worst]!r} at {at}"
        * bool(wrong.any())
    )
    held = normed if aim.both else np.minimum(normed, gap)
    return Achieved(
        float(count_ulps.max()),
        float(normed.max()),
        float(gap[finite].max()),
        at,
        missed,
        float(held.max()),
    )


def _normed(
    example: Example, path: Path, x: np.ndarray, count_ulps: np.ndarray, aim: Goal, least: float
) -> np.ndarray:
    """ULP over 1 + condition, by the data and then by the parameters.

    The condition takes longer than the truth, so it is asked for only where it decides: on a
    goal, or beyond the error `least` that was achieved before.
    """
    normed = count_ulps.copy()
    data = [v for v in example.all_variables if v[0] in example.act.data]
    rest = [v for v in example.all_variables if v not in data]
    for variables, sure in ((data, _SURE), (rest, aim.ulps)):
        doubtful = (normed > min(sure, least)) & np.isfinite(count_ulps) & aim.conditioned
        if doubtful.any():
            kappa = condition(example, x[doubtful], path, variables)
            normed[doubtful] = count_ulps[doubtful] / (
                count_ulps[doubtful] / normed[doubtful] + kappa
            )
    return normed


def _large(dtype: str) -> float:
    return float(2.0 ** (FORMATS[dtype].high - 9))


def _wrong(normed: np.ndarray, gap: np.ndarray, aim: Goal) -> np.ndarray:
    far, off = normed > aim.ulps, gap > aim.absolute
    return far | off if aim.both else far & off
