"""References of one variable: a registered activation, an mpmath formula, another callable."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import mpmath
import numpy as np
from mpmath import mp, mpf

from multiact.declare.activation import Activation
from multiact.testing.comparison.framework import Call, Framework, guard
from multiact.testing.exact import DIGITS, Truth, around, evaluate, truth
from multiact.testing.expected import term_magnitudes
from multiact.testing.formats import FloatFormat, round_argument
from multiact.testing.tolerance import Tolerance

#: an unknown truth, as opposed to NaN
_UNKNOWN = Truth(None, None, None, False)


class Curve(Protocol):
    """A reference function of one variable, in one format.

    Attributes
    ----------
    tolerance
        Measures errors; it has the format and the kinks.
    reach
        The largest |x| to compare at.
    """

    tolerance: Tolerance
    reach: float

    def truths(self, points: Sequence[float]) -> list[Truth]:
        """Return value and derivatives at finite points; None where they are not known."""

    def term_magnitudes(self, points: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Return the magnitudes of the terms that may cancel, in the values and in the slopes."""

    def special(self, x: float) -> float | None:
        """Return the result for NaN or an infinity; None where it is not known."""


class Registered:
    """A registered activation, evaluated as its formula was written."""

    def __init__(self, act: Activation, parameters: Mapping[str, Any], fmt: FloatFormat) -> None:
        bound = act.bind((), parameters)
        rounded = {
            p.name: round_argument(_array(v) if p.shaped else v, fmt)
            for p, v in zip(act.parameters, bound.parameters, strict=True)
        }
        kinks = act.kink_slopes({**rounded, **dict(bound.settings)})
        slopes = {float(k): float(s) for k, s in kinks.items()}
        self.tolerance = Tolerance(fmt, slopes, bool(rounded))
        self.reach = _reach(fmt)
        self._act, self._arguments = act, {**dict(bound.settings), **rounded}
        self._specialization = act.specialization(act.bind((), self._arguments))
        self._symbols: dict[str, float] = {}
        for name, value in rounded.items():
            if isinstance(value, np.ndarray):
                self._symbols |= {f"{name}_{i}": float(v) for i, v in enumerate(value)}
            else:
                self._symbols[name] = float(value)
        self._truths: dict[float, Truth] = {}

    def truths(self, points: Sequence[float]) -> list[Truth]:
        """Evaluate the formula with mpmath, once per point."""
        for x in points:
            if x not in self._truths:
                place = {**self._symbols, "x": x}
                bits = self.tolerance.fmt.computing
                self._truths[x] = truth(self._act, self._specialization, place, "x", bits)
        return [self._truths[x] for x in points]

    def term_magnitudes(self, points: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Estimate the magnitudes; they are 0 unless there are array parameters."""
        x = np.asarray(points, np.float64)
        with np.errstate(all="ignore"):
            return term_magnitudes(self._act, self._arguments, x, [float(t.slope) for t in truths])

    def special(self, x: float) -> float | None:
        """Return the declared limit, or else the value of the formula."""
        if math.isnan(x):
            return x
        declared = self._act.limits_at(self._arguments)[x > 0]
        if declared is not None:
            return declared
        with mp.workdps(DIGITS[32]):
            graph = self._act.expression(self._specialization, raw=True)
            return _as_float(evaluate(graph, {**self._symbols, "x": mpf(x)}))


class Formula:
    """A function of mpmath numbers.

    It is evaluated only up to 1e4, since mpmath's exp(exp(x)) needs x digits.
    """

    reach = 1e4

    def __init__(self, function: Callable[[Any], Any], fmt: FloatFormat) -> None:
        self.tolerance = Tolerance(fmt)
        self._function = function
        self._truths: dict[float, Truth] = {}

    def truths(self, points: Sequence[float]) -> list[Truth]:
        """Evaluate the function with mpmath, once per point."""
        for x in points:
            if x not in self._truths:
                self._truths[x] = self._truth(x)
        return [self._truths[x] for x in points]

    def _truth(self, x: float) -> Truth:
        try:
            return around(lambda v: mpf(self._function(v)), x, self.tolerance.fmt.computing)
        except (ArithmeticError, MemoryError, ValueError):  # a pole, or too large for mpmath
            return _UNKNOWN

    def term_magnitudes(self, points: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Return zeros, since the terms are not known."""
        return _zeros(points)

    def special(self, x: float) -> float | None:
        """Return the value of the function."""
        value = self._truth(x).value
        return x if math.isnan(x) else None if value is None else _as_float(value)


class Other:
    """Another callable, in its own framework and the same dtype."""

    def __init__(self, framework: Framework, candidate: Any, fmt: FloatFormat) -> None:
        self.tolerance = Tolerance(fmt)
        self.reach = _reach(fmt)
        self._framework = framework
        prefix = "the reference: "
        bound = guard(framework.bind, prefix)(candidate, self._array([0.0]))
        self._call: Call = guard(bound, prefix)
        self._slope = guard(framework.slope, prefix)

    def truths(self, points: Sequence[float]) -> list[Truth]:
        """Return its values and slopes; the second derivative is a difference of slopes."""
        values = self._numbers(self._call(self._array(points)))
        h = 2.0**-8
        slopes = [self._slopes([x * factor for x in points]) for factor in (1, 1 + h, 1 - h)]
        result = []
        for x, v, s, right, left in zip(points, values, *slopes, strict=True):
            second = None if s is None else mpf((right - left) / (2 * h * x) if x else 0)
            result.append(Truth(mpf(v), None if s is None else mpf(s), second, False))
        return result

    def term_magnitudes(self, points: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Return zeros, since the terms are not known."""
        return _zeros(points)

    def special(self, x: float) -> float | None:
        """Return its result."""
        return float(self._numbers(self._call(self._array([x])))[0])

    def _slopes(self, points: Sequence[float]) -> list[Any]:
        slope = self._slope(self._call, self._array(points))
        return [None] * len(points) if slope is None else self._numbers(slope).tolist()

    def _array(self, points: Sequence[float]) -> Any:
        return self._framework.asarray(np.asarray(points), self.tolerance.fmt.name)

    def _numbers(self, array: Any) -> np.ndarray:
        return self._framework.to_numpy(array)


def _reach(fmt: FloatFormat) -> float:
    """Stop before the end of the wide formats, where x + x would overflow."""
    return fmt.largest if fmt.name == "float16" else fmt.largest / 64


def _zeros(points: Sequence[float]) -> list[Any]:
    return [np.zeros(len(points))] * 2


def _array(value: Any) -> np.ndarray:
    return np.asarray(value, np.float64)


def _as_float(value: Any) -> float | None:
    return None if mpmath.isnan(value) else float(value)
