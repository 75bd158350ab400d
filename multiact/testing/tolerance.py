"""How far a number may be from the truth: kinks, condition and roots considered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mpmath import mpf

from multiact.testing.exact import Truth
from multiact.testing.formats import FloatFormat

#: ULP over the condition number |x f'(x) / f(x)| that a value may be wrong by
CONDITIONED_GOAL = 2.0


class Finding(NamedTuple):
    """An error in units of the last place, where it is, and whether it is excused."""

    error: float
    at: float
    excused: bool = False


@dataclass(frozen=True)
class Tolerance:
    """Measures the values and slopes of one function in one format.

    Attributes
    ----------
    fmt
        The format whose units errors are counted in.
    kinks
        Where the slope jumps, and the slope chosen there.
    roots
        Whether the function has parameters, hence roots at places that are not its own.
    """

    fmt: FloatFormat
    kinks: Mapping[float, float] = field(default_factory=dict)
    roots: bool = False

    def value(self, x: float, got: float, exact: Truth, spread: Any = 0) -> Finding | None:
        """The error of a value; `spread` is the size of terms that may cancel.

        None beside a kink that is no number of the format, where both branches are right.
        """
        if any(self.fmt.rounded(k) == x != k for k in self.kinks):
            return None
        error = self.fmt.error(got, exact.value, _relative(spread, exact.value))
        return Finding(error, x, self._excused(error, x, got, exact))

    def slope(self, x: float, got: float, exact: Truth, spread: Any = 0) -> Finding | None:
        """The error of a slope; None at a kink without a chosen slope: any finite one is right."""
        declared = self.declared(x)
        if declared is not None:
            return Finding(self.fmt.error(got, mpf(declared)), x)
        if exact.corner:
            return None
        spread = abs(x * exact.second) + spread
        error = self.fmt.error(got, exact.slope, _relative(spread, exact.slope))
        return Finding(error, x, self._beside_kink(x, got))

    def declared(self, x: float) -> float | None:
        """The slope chosen at `x`, if it is a kink."""
        return next((s for k, s in self.kinks.items() if self.fmt.rounded(k) == x), None)

    def beside(self, x: float) -> list[float]:
        """The kinks that `x` rounds to, or is next to: there rounding decides the branch.

        A subnormal number is next to 0, since XLA flushes it.
        """
        fmt, near = self.fmt, []
        for kink in self.kinks:
            place = fmt.rounded(kink)
            if x == place or x in fmt.neighbours(place) or abs(x - place) < fmt.tiny:
                near.append(kink)
        return near

    def _beside_kink(self, x: float, got: float) -> bool:
        """Whether `got` is the slope chosen at a kink that `x` is next to."""
        return any(got == self.fmt.rounded(self.kinks[k]) for k in self.beside(x))

    def _excused(self, error: float, x: float, got: float, exact: Truth) -> bool:
        """Whether an error above the goal is what any evaluation of the formula makes.

        It is if the function is ill-conditioned there (golu multiplies a rounding by
        exp(-x)), or if it has parameters, hence roots, and the error is 4 eps at most.
        """
        if not math.isfinite(got) or self.fmt.precision < 20:
            return False
        known = exact.slope is not None and exact.value
        condition = abs(x * exact.slope / exact.value) if known else 0
        small = abs(mpf(got) - exact.value) <= 4 * self.fmt.eps * max(1, abs(exact.value))
        return bool(error <= CONDITIONED_GOAL * condition or (self.roots and small))


def _relative(size: Any, whole: Any) -> Any:
    return size / abs(whole) if whole else 0
