"""What is believed about a function of one variable: a registered one, a formula, a callable."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import mpmath
import numpy as np
from mpmath import mp, mpf

from multiact.declare.activation import Activation
from multiact.testing.comparison.framework import Call, Framework
from multiact.testing.exact import DIGITS, Truth, around, evaluate, truth
from multiact.testing.expected import spreads
from multiact.testing.formats import FloatFormat, computed
from multiact.testing.tolerance import Tolerance

#: a truth whose parts are not known; NaN is one that is
_UNKNOWN = Truth(None, None, None, False)


class Curve(Protocol):
    """A function of one variable that is believed, in one format.

    Attributes
    ----------
    tolerance
        Measures errors: the format, the kinks.
    reach
        How large |x| may be.
    """

    tolerance: Tolerance
    reach: float

    def truths(self, places: Sequence[float]) -> list[Truth]:
        """Value and derivatives at finite places; None where they are not known."""

    def spreads(self, places: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Sizes of the terms that may cancel, in the values and in the slopes."""

    def special(self, x: float) -> float | None:
        """The result for NaN or an infinity; None where it is not known."""


class Registered:
    """A registered activation, evaluated as its formula was written."""

    def __init__(self, act: Activation, parameters: Mapping[str, Any], fmt: FloatFormat) -> None:
        bound = act.bind((), parameters)
        given = {
            p.name: computed(_array(v) if p.shaped else v, fmt)
            for p, v in zip(act.parameters, bound.parameters, strict=True)
        }
        kinks = act.kink_slopes({**given, **dict(bound.settings)})
        self.tolerance = Tolerance(fmt, {float(k): float(s) for k, s in kinks.items()}, bool(given))
        self.reach = _reach(fmt)
        self._act, self._given = act, {**dict(bound.settings), **given}
        self._specialization = act.specialization(act.bind((), self._given))
        self._place: dict[str, float] = {"noise": 0.5} if act.kind == "stochastic" else {}
        for name, value in given.items():
            if isinstance(value, np.ndarray):
                self._place |= {f"{name}_{i}": float(v) for i, v in enumerate(value)}
            else:
                self._place[name] = float(value)
        self._known: dict[float, Truth] = {}

    def truths(self, places: Sequence[float]) -> list[Truth]:
        """By mpmath, each place once."""
        for x in places:
            if x not in self._known:
                place = {**self._place, "x": x}
                bits = self.tolerance.fmt.computing
                self._known[x] = truth(self._act, self._specialization, place, "x", bits)
        return [self._known[x] for x in places]

    def spreads(self, places: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Of the parameters, if some are an array."""
        x = np.asarray(places, np.float64)
        with np.errstate(all="ignore"):
            return spreads(self._act, self._given, x, [float(t.slope) for t in truths])

    def special(self, x: float) -> float | None:
        """The declared limit, or what the formula gives at once."""
        if math.isnan(x):
            return x
        declared = (self._act.limits or (None, None))[x > 0]
        if declared is not None:
            return declared
        with mp.workdps(DIGITS[32]):
            graph = self._act.expression(self._specialization, raw=True)
            return _known(evaluate(graph, {**self._place, "x": mpf(x)}))


class Formula:
    """A function of mpmath numbers.

    It is asked up to 1e4 only, since exp(exp(x)) of mpmath needs x digits.
    """

    reach = 1e4

    def __init__(self, function: Callable[[Any], Any], fmt: FloatFormat) -> None:
        self.tolerance = Tolerance(fmt)
        self._function = function
        self._known: dict[float, Truth] = {}

    def truths(self, places: Sequence[float]) -> list[Truth]:
        """By mpmath, each place once."""
        for x in places:
            if x not in self._known:
                self._known[x] = self._truth(x)
        return [self._known[x] for x in places]

    def _truth(self, x: float) -> Truth:
        try:
            return around(lambda v: mpf(self._function(v)), x, self.tolerance.fmt.computing)
        except (ArithmeticError, MemoryError, ValueError):  # a pole, or too large for mpmath
            return _UNKNOWN

    def spreads(self, places: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Not known."""
        return _nothing(places)

    def special(self, x: float) -> float | None:
        """What the formula gives at once."""
        value = self._truth(x).value
        return x if math.isnan(x) else None if value is None else _known(value)


class Other:
    """Another callable, in its own framework and the same dtype."""

    def __init__(self, framework: Framework, candidate: Any, fmt: FloatFormat) -> None:
        self.tolerance = Tolerance(fmt)
        self.reach = _reach(fmt)
        self._framework = framework
        self._call: Call = framework.bound(candidate, self._array([0.0]))

    def truths(self, places: Sequence[float]) -> list[Truth]:
        """Its values and slopes; the second derivative is a difference of slopes."""
        values = self._numbers(self._call(self._array(places)))
        h = 2.0**-8
        factors = [self._slopes([x * factor for x in places]) for factor in (1, 1 + h, 1 - h)]
        found = []
        for x, v, s, right, left in zip(places, values, *factors, strict=True):
            second = None if s is None else mpf((right - left) / (2 * h * x) if x else 0)
            found.append(Truth(mpf(v), None if s is None else mpf(s), second, False))
        return found

    def spreads(self, places: Sequence[float], truths: Sequence[Truth]) -> list[Any]:
        """Not known."""
        return _nothing(places)

    def special(self, x: float) -> float | None:
        """What it gives."""
        return float(self._numbers(self._call(self._array([x])))[0])

    def _slopes(self, places: Sequence[float]) -> list[Any]:
        slope = self._framework.slope(self._call, self._array(places))
        return [None] * len(places) if slope is None else self._numbers(slope).tolist()

    def _array(self, places: Sequence[float]) -> Any:
        return self._framework.asarray(np.asarray(places), self.tolerance.fmt.name)

    def _numbers(self, array: Any) -> np.ndarray:
        return self._framework.to_numpy(array)


def _reach(fmt: FloatFormat) -> float:
    """Not to the end of the wide formats, where x + x overflows and nobody computes."""
    return fmt.largest if fmt.name == "float16" else fmt.largest / 64


def _nothing(places: Sequence[float]) -> list[Any]:
    return [np.zeros(len(places))] * 2


def _array(value: Any) -> np.ndarray:
    return np.asarray(value, np.float64)


def _known(value: Any) -> float | None:
    return None if mpmath.isnan(value) else float(value)
