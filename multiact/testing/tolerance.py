"""Errors of values and slopes, taking kinks, conditioning and roots into account."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mpmath import mpf

from multiact.testing.exact import Truth
from multiact.testing.formats import FloatFormat

#: accepted error of a value in ULP, as a multiple of the condition number |x f'(x) / f(x)|
CONDITIONED_GOAL = 2.0


class Finding(NamedTuple):
    """An error in ULP, the point where it occurs, and whether it is excused."""

    error: float
    at: float
    excused: bool = False


@dataclass(frozen=True)
class Tolerance:
    """Measures the values and slopes of one function in one format.

    Attributes
    ----------
    fmt
        The format that defines the ULP.
    kinks
        The points where the slope jumps, and the slopes chosen there.
    roots
        Whether the function has parameters, so that rounding them moves its roots.
    """

    fmt: FloatFormat
    kinks: Mapping[float, float] = field(default_factory=dict)
    roots: bool = False

    def value(self, x: float, got: float, exact: Truth, magnitude: Any = 0) -> Finding | None:
        """Measure the error of a value; `magnitude` is that of the terms that may cancel.

        Returns None beside a kink that is not a number of the format, since either branch is
        acceptable there.
        """
        if any(self.fmt.rounded(k) == x != k for k in self.kinks):
            return None
        error = self.fmt.error(got, exact.value, _relative(magnitude, exact.value))
        return Finding(error, x, self._excused(error, x, got, exact))

    def slope(self, x: float, got: float, exact: Truth, magnitude: Any = 0) -> Finding | None:
        """Measure the error of a slope; None at an undeclared kink, where any slope is right."""
        declared = self.declared(x)
        if declared is not None:
            return Finding(self.fmt.error(got, mpf(declared)), x)
        if exact.corner:
            return None
        magnitude = abs(x * exact.second) + magnitude
        error = self.fmt.error(got, exact.slope, _relative(magnitude, exact.slope))
        return Finding(error, x, self._beside_kink(x, got))

    def declared(self, x: float) -> float | None:
        """Return the slope declared at `x`, if it is a kink."""
        return next((s for k, s in self.kinks.items() if self.fmt.rounded(k) == x), None)

    def beside(self, x: float) -> list[float]:
        """Return the kinks that are equal or adjacent to `x`, where rounding decides the branch.

        A subnormal number counts as adjacent to 0, since XLA flushes it.
        """
        fmt, kinks = self.fmt, []
        for kink in self.kinks:
            centre = fmt.rounded(kink)
            if x == centre or x in fmt.neighbours(centre) or abs(x - centre) < fmt.tiny:
                kinks.append(kink)
        return kinks

    def _beside_kink(self, x: float, got: float) -> bool:
        """Whether `got` is the slope declared at a kink that is adjacent to `x`."""
        return any(got == self.fmt.rounded(self.kinks[k]) for k in self.beside(x))

    def _excused(self, error: float, x: float, got: float, exact: Truth) -> bool:
        """Whether an error above the goal is inevitable in any evaluation of the formula.

        It is if the function is ill-conditioned at `x` (golu multiplies a rounding error by
        exp(-x)), or if it has parameters, hence roots, and the error is at most 4 eps.
        """
        if not math.isfinite(got) or self.fmt.precision < 20:
            return False
        known = exact.slope is not None and exact.value
        condition = abs(x * exact.slope / exact.value) if known else 0
        small = abs(mpf(got) - exact.value) <= 4 * self.fmt.eps * max(1, abs(exact.value))
        return bool(error <= CONDITIONED_GOAL * condition or (self.roots and small))


def _relative(magnitude: Any, total: Any) -> Any:
    return magnitude / abs(total) if total else 0
