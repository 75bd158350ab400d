"""The errors that a cross-check accepts."""

from __future__ import annotations

import math
from dataclasses import dataclass

TOLERANCE = 8.0  # as the goals of `multiact check`


@dataclass(frozen=True)
class Goal:
    """Accepted errors: in units in the last place (ULP), or absolute and relative ones.

    Attributes
    ----------
    ulp
        The accepted error in ULP; None if `rtol` and `atol` hold instead.
    rtol, atol
        An error is accepted up to `atol + rtol * abs(truth)`.
    """

    ulp: float | None
    rtol: float = 0.0
    atol: float = 0.0

    @classmethod
    def of(
        cls, tolerance: float | None = None, rtol: float | None = None, atol: float | None = None
    ) -> Goal:
        """Check the arguments of `crosscheck` and create a goal."""
        if tolerance is not None and not 0 < tolerance < math.inf:
            raise ValueError(f"tolerance must be a number of ULP greater than 0, got {tolerance!r}")
        for name, value in (("rtol", rtol), ("atol", atol)):
            if value is not None and not 0 <= value < math.inf:
                raise ValueError(f"{name} must be a number of 0 or greater, got {value!r}")
        if rtol is None and atol is None:
            return cls(TOLERANCE if tolerance is None else tolerance)
        if tolerance is not None:
            raise ValueError(
                f"give tolerance, in ULP, or rtol and atol, not both; got tolerance={tolerance!r}"
            )
        return cls(None, rtol or 0.0, atol or 0.0)

    def missed(self, ulps: float, got: float, truth: float, factor: float = 1.0) -> bool:
        """Whether an error of so many ULP is too large; `factor` widens the goal in ULP."""
        if self.ulp is not None:
            return ulps > factor * self.ulp
        if not (math.isfinite(got) and math.isfinite(truth)):
            return ulps > 0
        return abs(got - truth) > self.atol + self.rtol * abs(truth)

    def text(self, factor: float = 1.0) -> str:
        """Describe the goal."""
        if self.ulp is not None:
            return f"tolerance {factor * self.ulp:g}"
        return f"rtol={self.rtol:g}, atol={self.atol:g}"
