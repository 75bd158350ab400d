"""One candidate in one dtype: its values and gradients at given numbers, judged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from multiact.testing.comparison.framework import Call, Framework, WrongResult, guarded
from multiact.testing.comparison.references import Curve
from multiact.testing.exact import Truth
from multiact.testing.tolerance import Finding


class Look(NamedTuple):
    """What was seen at one number, and the kinds of difference that it shows."""

    x: float
    value: float
    slope: float | None
    truth: Truth
    value_error: float | None  # None where nothing can be said, or any rounding is excused
    slope_error: float | None
    kinds: tuple[str, ...]

    @property
    def finite(self) -> bool:
        """Whether both errors are finite numbers of units."""
        return max(self.pressure("value"), self.pressure("slope")) < math.inf

    def pressure(self, what: str) -> float:
        """How large the error of "value" or "slope" is; -1 where there is none."""
        error = self.value_error if what == "value" else self.slope_error
        return -1.0 if error is None else error


class Probe:
    """Looks at numbers; `tolerance` in ULP for values, gradients are allowed twice as much."""

    def __init__(self, framework: Framework, call: Call, curve: Curve, tolerance: float) -> None:
        self.framework, self.call, self.curve = framework, call, curve
        self.dtype, self.tolerance = curve.tolerance.fmt.name, tolerance

    def looks(self, places: Sequence[float]) -> list[Look]:
        """Values and gradients at finite numbers of the format, all in one array."""
        values = self.values(places)
        slopes = self._slopes(places)
        truths = self.curve.truths(places)
        spreads = self.curve.spreads(places, truths)
        rows = zip(places, values, slopes, truths, zip(*spreads, strict=True), strict=True)
        return [self._look(*row) for row in rows]

    def values(self, places: Sequence[float]) -> list[float]:
        """The candidate's values."""
        x = self._array(places)
        return self._numbers(guarded(self.call)(x), len(places), "value")

    def _slopes(self, places: Sequence[float]) -> Sequence[float | None]:
        slope = guarded(self.framework.slope)(self.call, self._array(places))
        if slope is None:
            return [None] * len(places)
        return self._numbers(slope, len(places), "gradient")

    def _array(self, places: Sequence[float]) -> object:
        return self.framework.asarray(np.asarray(places, np.float64), self.dtype)

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

    def _look(
        self,
        x: float,
        value: float,
        slope: float | None,
        truth: Truth,
        spread: tuple[float, float],
    ) -> Look:
        measure, kinds = self.curve.tolerance, []
        value_error = slope_error = None
        if truth.value is not None:
            value_error = _error(measure.value(x, value, truth, spread[0]), self.tolerance)
            if value_error is not None and value_error > self.tolerance:
                kinds.append("value-finite" if math.isinf(value_error) else "value")
        if slope is not None and truth.slope is not None:
            goal = 2 * self.tolerance
            slope_error = _error(measure.slope(x, slope, truth, spread[1]), goal)
            if slope_error is not None and slope_error > goal:
                if self._is_root(x, slope, truth):
                    slope_error = None
                else:
                    kinds.append(self._slope_kind(x, slope, slope_error))
        if "kink" in kinds:  # a choice, not an error: it counts in no maximum
            slope_error = None
        return Look(x, value, slope, truth, value_error, slope_error, tuple(kinds))

    def _is_root(self, x: float, slope: float, truth: Truth) -> bool:
        """Whether the slope vanishes near `x` as terms cancel, and is off by 4 eps at most.

        On a tail, which vanishes too, it is larger on one side only; at 0 nothing need cancel.
        """
        size = abs(truth.slope)
        if abs(slope - truth.slope) > 4 * self.curve.tolerance.fmt.eps * max(1, size):
            return False
        radius = min(0.25, abs(x) / 2)
        beside = self.curve.truths([x - radius, x + radius])
        return all(t.slope is not None and abs(t.slope) > size for t in beside)

    def _slope_kind(self, x: float, slope: float, error: float) -> str:
        if math.isfinite(slope) and self.curve.tolerance.beside(x):
            return "kink"  # x + 3 of the number after 3 is 6, at which another choice was made
        return "gradient-finite" if math.isinf(error) else "gradient"


def _error(found: Finding | None, goal: float) -> float | None:
    return None if found is None or (found.excused and found.error > goal) else found.error
