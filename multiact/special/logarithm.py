"""log(1 + x) without a library's log1p, where that is slow or missing."""

from __future__ import annotations

from typing import Any

from multiact._arrays import bits_of
from multiact.special._coefficients import ATANH
from multiact.special._polynomial import horner


def log1p_near(x: Any, bits: int) -> Any:
    """log(1 + x) for -1/2 <= x <= 1, as 2 atanh(x / (2 + x))."""
    s = x / (2.0 + x)
    t = s * s
    return 2.0 * s + 2.0 * s * (t * horner(ATANH[bits], t))


def log1p_from_log(x: Any, /, *, xp: Any) -> Any:
    """log(1 + x) from the logarithm, but near 0, where it would have lost x."""
    near = (x >= -0.5) & (x <= 1.0)
    return xp.where(near, log1p_near(xp.where(near, x, 0.0), max(bits_of(x), 32)), xp.log(1.0 + x))
