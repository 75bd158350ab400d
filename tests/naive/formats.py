"""The two formats that formulas are judged in, and what an error is measured by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Format:
    """A binary format: bits of the significand, exponents of its normal numbers."""

    name: str
    bits: int
    low: int
    high: int

    @property
    def eps(self) -> float:
        """The distance from 1 to the next number."""
        return float(2.0 ** (1 - self.bits))

    @property
    def floor(self) -> float:
        """2^12 times the smallest normal number: below it errors count absolutely."""
        return float(2.0 ** (self.low + 12))

    @property
    def largest(self) -> float:
        """The largest number."""
        return float(np.finfo(self.name).max)

    def rounded(self, values: object) -> np.ndarray:
        """The nearest numbers of the format, as float64."""
        with np.errstate(all="ignore"):
            return np.asarray(values, float).astype(self.name).astype(float)


FORMATS = {
    f.name: f for f in (Format("float32", 24, -126, 127), Format("float64", 53, -1022, 1023))
}
