"""Comparison of a candidate with its reference at single numbers, in one dtype."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from multiact.testing.comparison.framework import Call, Framework, WrongResult, guard
from multiact.testing.comparison.goal import TOLERANCE, Goal
from multiact.testing.comparison.references import Curve
from multiact.testing.exact import Truth
from multiact.testing.tolerance import Finding


class Sample(NamedTuple):
    """The results at one number, and the kinds of difference that they show."""

    x: float
    value: float
    slope: float | None
    truth: Truth
    value_error: float | None  # None if the truth is unknown or any rounding error is excused
    slope_error: float | None
    kinds: tuple[str, ...]

    @property
    def finite(self) -> bool:
        """Whether both errors are finite."""
        return max(self.error("value"), self.error("slope")) < math.inf

    def error(self, what: str) -> float:
        """Return the error of "value" or "slope" in ULP; -1 if it is not known."""
        error = self.value_error if what == "value" else self.slope_error
        return -1.0 if error is None else error

    def absolute(self, what: str) -> float:
        """Return the absolute error of "value" or "slope"; -1 if it is not known or infinite."""
        if not 0 < self.error(what) < math.inf:
            return min(self.error(what), 0.0)
        got, exact = self.pair(what)
        return abs(float(got - exact)) if math.isfinite(float(exact)) else 0.0

    def relative(self, what: str) -> float:
        """Return the relative error; 1 where no digit is right; -1 if it is not known."""
        absolute, exact = self.absolute(what), abs(float(self.pair(what)[1] or 0))
        return absolute if absolute <= 0 or not exact else absolute / exact

    def pair(self, what: str) -> tuple[Any, Any]:
        """Return the candidate's result and the truth."""
        exact = self.truth
        return (self.value, exact.value) if what == "value" else (self.slope, exact.slope)


class Probe:
    """Evaluates a candidate at numbers; the goal of gradients is twice that of values.

    `wrong_dtype` describes a result of another dtype, which is compared nonetheless.
    """

    def __init__(self, framework: Framework, call: Call, curve: Curve, goal: Goal) -> None:
        self.framework, self.call, self.curve = framework, call, curve
        self.dtype, self.goal = curve.tolerance.fmt.name, goal
        self.wrong_dtype = ""

    def samples(self, points: Sequence[float]) -> list[Sample]:
        """Compare values and gradients at finite numbers of the format, all in one array."""
        values = self.values(points)
        slopes = self._slopes(points)
        truths = self.curve.truths(points)
        magnitudes = self.curve.term_magnitudes(points, truths)
        rows = zip(points, values, slopes, truths, zip(*magnitudes, strict=True), strict=True)
        return [self._sample(*row) for row in rows]

    def values(self, points: Sequence[float]) -> list[float]:
        """Return the candidate's values."""
        x = self._array(points)
        return self._numbers(guard(self.call)(x), len(points), "value")

    def _slopes(self, points: Sequence[float]) -> Sequence[float | None]:
        slope = guard(self.framework.slope)(self.call, self._array(points))
        if slope is None:
            return [None] * len(points)
        return self._numbers(slope, len(points), "gradient")

    def _array(self, points: Sequence[float]) -> object:
        return self.framework.asarray(np.asarray(points, np.float64), self.dtype)

    def _numbers(self, array: object, n: int, what: str) -> list[float]:
        try:
            numbers = self.framework.to_numpy(array)
        except (AssertionError, TypeError) as error:
            name = self.framework.framework
            text = f"the {what} is a {type(array).__name__}, not an array of {name}"
            raise WrongResult("error", text) from error
        if numbers.shape != (n,):
            text = f"the {what} of an array of shape ({n},) has the shape {numbers.shape}"
            raise WrongResult("shape", text)
        if (got := self.framework.dtype(array)) != self.dtype:
            self.wrong_dtype = f"the {what} of a {self.dtype} array is {got}"
        return [float(v) for v in numbers]

    def _sample(
        self,
        x: float,
        value: float,
        slope: float | None,
        truth: Truth,
        magnitudes: tuple[float, float],
    ) -> Sample:
        measure, kinds = self.curve.tolerance, []
        value_error = slope_error = None
        if truth.value is not None:
            value_error = self._error(measure.value(x, value, truth, magnitudes[0]), 1)
            if value_error is not None and self.goal.missed(value_error, value, float(truth.value)):
                kinds.append("value-finite" if math.isinf(value_error) else "value")
        if slope is not None and truth.slope is not None:
            slope_error = self._error(measure.slope(x, slope, truth, magnitudes[1]), 2)
            exact = self.curve.tolerance.declared(x)
            exact = float(truth.slope) if exact is None else exact
            if slope_error is not None and self.goal.missed(slope_error, slope, exact, 2):
                if self._is_root(x, slope, truth):
                    slope_error = None
                else:
                    kinds.append(self._slope_kind(x, slope, slope_error))
        if "kink" in kinds:  # another choice, not an error: it does not enter the maximum
            slope_error = None
        return Sample(x, value, slope, truth, value_error, slope_error, tuple(kinds))

    def _is_root(self, x: float, slope: float, truth: Truth) -> bool:
        """Whether the slope is near a root, where terms cancel, and its error is at most 4 eps.

        Near a root, the slope grows on both sides of `x`; on a tail, which vanishes as well, it
        grows on one side only.  At 0 no terms need to cancel.
        """
        size = abs(truth.slope)
        if abs(slope - truth.slope) > 4 * self.curve.tolerance.fmt.eps * max(1, size):
            return False
        radius = min(0.25, abs(x) / 2)
        beside = self.curve.truths([x - radius, x + radius])
        return all(t.slope is not None and abs(t.slope) > size for t in beside)

    def _slope_kind(self, x: float, slope: float, error: float) -> str:
        if math.isfinite(slope) and self.curve.tolerance.beside(x):
            return "kink"  # x + 3 rounds to 6 for the number after 3, where another branch is taken
        return "gradient-finite" if math.isinf(error) else "gradient"

    def _error(self, finding: Finding | None, factor: float) -> float | None:
        if finding is None:
            return None
        goal = TOLERANCE if self.goal.ulp is None else self.goal.ulp
        return None if finding.excused and finding.error > factor * goal else finding.error
