"""log(1 + x) from the logarithm, where a library has nothing better."""

from __future__ import annotations

from typing import Any

from multiact._namespace import bits_of
from multiact.special._polynomial import horner

# atanh(s) / s in s^2; for |s| <= 1/3 what is left out is below a quarter of a rounding
_TERMS = {32: 7, 64: 16}


def log1p_from_log(x: Any, /, *, xp: Any) -> Any:
    """2 atanh(x / (2 + x)) near 0, where log(1 + x) would have lost x."""
    near = (x >= -0.5) & (x <= 1.0)
    b = xp.where(near, x, 0.0)
    s = b / (2.0 + b)
    u = s * s
    series = tuple(1 / (2 * k + 1) for k in range(_TERMS[max(bits_of(x), 32)]))
    return xp.where(near, 2.0 * (s + s * (u * horner(series[1:], u))), xp.log(1.0 + x))
