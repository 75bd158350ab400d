"""Comparison of a candidate with its reference at single numbers, in one dtype."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from multiact.testing.comparison.framework import Call, Framework, WrongResult, guard
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


class Probe:
    """Evaluates a candidate at numbers; the tolerance of gradients is twice that of values."""

    def __init__(self, framework: Framework, call: Call, curve: Curve, tolerance: float) -> None:
        self.framework, self.call, self.curve = framework, call, curve
        self.dtype, self.tolerance = curve.tolerance.fmt.name, tolerance

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
            raise WrongResult("dtype", f"the {what} of a {self.dtype} array is {got}")
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
            value_error = _error(measure.value(x, value, truth, magnitudes[0]), self.tolerance)
            if value_error is not None and value_error > self.tolerance:
                kinds.append("value-finite" if math.isinf(value_error) else "value")
        if slope is not None and truth.slope is not None:
            goal = 2 * self.tolerance
            slope_error = _error(measure.slope(x, slope, truth, magnitudes[1]), goal)
            if slope_error is not None and slope_error > goal:
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


def _error(finding: Finding | None, goal: float) -> float | None:
    if finding is None or (finding.excused and finding.error > goal):
        return None
    return finding.error
