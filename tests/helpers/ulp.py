"""Measures of error, as the goals of accuracy are stated in them.

The truth is a sum of two float64 (`Exact`), 106 bits, so that an error of a thousandth of
a unit in the last place (ULP) of a float64 is still seen, on whole arrays at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from multiact.testing.formats import FORMATS, FloatFormat


class Exact(NamedTuple):
    """Numbers as unevaluated sums of two float64 each."""

    high: np.ndarray
    low: np.ndarray

    @classmethod
    def of(cls, numbers: Iterable[Any]) -> Exact:
        """From mpmath numbers."""
        pairs = [_split(v) for v in numbers]
        high, low = zip(*pairs, strict=True) if pairs else ((), ())
        return cls(np.asarray(high, float), np.asarray(low, float))


def _split(number: Any) -> tuple[float, float]:
    high = float(number)
    return (high, 0.0) if math.isinf(high) or math.isnan(high) else (high, float(number - high))


def _distance(result: np.ndarray, truth: Exact, fmt: FloatFormat) -> tuple[np.ndarray, np.ndarray]:
    """|result - truth| and |truth|, where infinity is the number after the largest."""
    large = np.abs(truth.high) > 1.0  # 2**1024 is no float64: halve what is large
    scale = np.where(large, 0.5, 1.0)
    top = 2.0**fmt.high
    with np.errstate(all="ignore"):
        got = np.where(
            np.isinf(result), np.sign(result) * np.where(large, top, np.inf), result * scale
        )
        high = np.where(np.isinf(truth.high), np.sign(truth.high) * top, truth.high * scale)
        high = np.where(large, np.clip(high, -top, top), high)
        low = np.where(np.isinf(truth.high) | (np.abs(high) == top), 0.0, truth.low * scale)
        gap = np.abs((got - high) - low) / scale
    return np.where(np.isnan(result), np.inf, gap), np.abs(truth.high)


def ulps(result: np.ndarray, truth: Exact, dtype: str) -> np.ndarray:
    """Error in units in the last place of the true value; NaN counts as infinitely wrong.

    Below the format's `floor` an error up to `floor` counts as 0, a larger one in units of it.
    """
    fmt = FORMATS[dtype]
    gap, size = _distance(result, truth, fmt)
    with np.errstate(all="ignore"):
        _, exponent = np.frexp(np.minimum(size, 2.0**fmt.high))
        unit = np.ldexp(1.0, np.maximum(exponent, math.frexp(fmt.floor)[1]) - fmt.precision)
        count = gap / unit
    return np.where((size < fmt.floor) & (gap <= fmt.floor), 0.0, count)


def norm(result: np.ndarray, truth: Exact, condition: np.ndarray, dtype: str) -> np.ndarray:
    """ULP over 1 + condition, the relative change of the result per one of the argument."""
    return ulps(result, truth, dtype) / (1.0 + np.abs(condition))


def absolute(result: np.ndarray, truth: Exact, dtype: str) -> np.ndarray:
    """Error in eps * max(1, |truth|)."""
    fmt = FORMATS[dtype]
    gap, size = _distance(result, truth, fmt)
    with np.errstate(all="ignore"):
        count = gap / (fmt.eps * np.clip(size, 1.0, 2.0**fmt.high))
    return np.where((size < fmt.floor) & (gap <= fmt.floor), 0.0, count)
