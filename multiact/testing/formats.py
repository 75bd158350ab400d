"""Floating-point formats, and errors in units in the last place (ULP)."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np


@dataclass(frozen=True)
class FloatFormat:
    """A binary format: bits of the significand, and exponent range of its normal numbers."""

    name: str
    precision: int
    low: int
    high: int
    computing: int  # bits of the format in which results are computed

    @property
    def tiny(self) -> float:
        """The smallest normal number."""
        return math.ldexp(1.0, self.low)

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return math.ldexp(2.0 - math.ldexp(1.0, 1 - self.precision), self.high)

    @property
    def overflow(self) -> float:
        """The smallest number that rounds to infinity; for float64, infinity itself."""
        beyond = math.ldexp(1.0, self.high - self.precision)
        return self.largest + beyond if self.precision < 53 else math.inf

    @property
    def eps(self) -> float:
        """The distance from 1 to the next number."""
        return math.ldexp(1.0, 1 - self.precision)

    @property
    def floor(self) -> float:
        """The size below which errors are absolute: XLA flushes subnormals."""
        return self.tiny if self.name == "float16" else self.tiny * 4096

    def rounded(self, x: float) -> float:
        """Round to the nearest number of the format."""
        if not math.isfinite(x) or x == 0:
            return x
        step = max(math.frexp(x)[1] - 1, self.low) - self.precision + 1
        y = math.ldexp(round(math.ldexp(x, -step)), step)
        return y if abs(y) <= self.largest else math.copysign(math.inf, x)

    def neighbours(self, x: float) -> tuple[float, float]:
        """Return the numbers of the format before and after one of its numbers."""
        if x == 0:  # XLA flushes subnormals
            return -self.tiny, self.tiny
        fraction, exponent = math.frexp(abs(x))
        step = math.ldexp(1.0, max(exponent - 1, self.low) - self.precision + 1)
        inward = step / 2 if fraction == 0.5 and exponent - 1 > self.low else step
        low, high = (inward, step) if x > 0 else (step, inward)
        return self.rounded(x - low), self.rounded(x + high)

    def error(self, got: float, truth: Any, condition: Any = 0) -> float:
        """Return the error in ULP, divided by 1 + `condition`.

        It is 0 if both numbers are below the floor, and infinite if only one of them is finite.
        """
        near = float(truth)  # infinite beyond float64
        if math.isnan(near):
            return 0.0 if math.isnan(got) else math.inf
        if abs(near) >= self.overflow:
            return 0.0 if got == math.copysign(math.inf, near) else math.inf
        if not math.isfinite(got):
            return math.inf
        # rounded once, whatever mp.prec is; exactly, 1 - 10^-10^30 would not fit in memory
        distance = abs(float(mpmath.fsub(got, truth, prec=64)))
        if abs(near) < self.floor and distance <= self.floor:
            return 0.0
        exponent = max(math.frexp(near)[1] - 1, self.low) if near else self.low
        try:
            return math.ldexp(distance, self.precision - 1 - exponent) / (1 + float(condition))
        except OverflowError:  # 1 instead of 1e-310 is wrong, but finite
            return sys.float_info.max


FORMATS = {
    f.name: f
    for f in (
        FloatFormat("float16", 11, -14, 15, 32),
        FloatFormat("bfloat16", 8, -126, 127, 32),
        FloatFormat("float32", 24, -126, 127, 32),
        FloatFormat("float64", 53, -1022, 1023, 64),
    )
}


def round_argument(value: Any, fmt: FloatFormat) -> Any:
    """Round arrays to the format, and numbers to the format in which results are computed."""
    if isinstance(value, np.ndarray):
        return np.vectorize(fmt.rounded)(value)
    return FORMATS[f"float{fmt.computing}"].rounded(value) if isinstance(value, float) else value
