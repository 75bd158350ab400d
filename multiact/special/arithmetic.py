"""Functions of the array API by arithmetic, for compilers whose own are slower.

XLA on the CPU calls a scalar sine for every element, forty times the cost of an
exponential; sums and products it fuses with what is around them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from multiact.calculus.graph import Expr, call, where
from multiact.calculus.lower import ARITHMETIC
from multiact.special._coefficients import COSINE, SINE
from multiact.special._polynomial import horner
from multiact.special.logarithm import log1p_near

#: pi / 2 in parts, the first ones so short that their products with whole numbers are exact
_HALF_PI = (1.5703125, 0.0004837512969970703, 7.549533620476723e-08, 2.5633440682570896e-12)
#: up to here the parts are enough for `sin` and `cos`
WAVE_LIMIT = 12800.0  # 8191 quarter turns: 13 bits


def _for(op: str) -> Callable[[Callable[..., Expr | None]], Callable[..., Expr | None]]:
    def keep(rule: Callable[..., Expr | None]) -> Callable[..., Expr | None]:
        ARITHMETIC[op] = rule
        return rule

    return keep


@_for("log1p")
def _log1p(z: Expr, *, bits: int) -> Expr | None:
    """log(1 + z) near 0 where z is exp(-|u|), hence between 0 and 1."""
    if z.op != "exp" or z.args[0].op != "neg" or z.args[0].args[0].op != "abs":
        return None
    y: Expr = log1p_near(z, bits)
    return y


@_for("sin")
def _sin(u: Expr, *, bits: int) -> Expr | None:
    """Sine of |u| up to `WAVE_LIMIT`, in float32."""
    return _wave(u, 0.0) if bits == 32 else None


@_for("cos")
def _cos(u: Expr, *, bits: int) -> Expr | None:
    """Cosine of |u| up to `WAVE_LIMIT`, in float32."""
    return _wave(u, 1.0) if bits == 32 else None


def _wave(u: Expr, quarter: float) -> Expr:
    """sin(u + quarter pi / 2): the nearest quarter turn taken off, then a polynomial."""
    n = call("floor", u * (2.0 / math.pi) + 0.5)
    r = u
    for part in _HALF_PI:
        r = r - n * part
    t = r * r
    sine = r + r * (t * horner(SINE, t))
    cosine = 1.0 + (t * t * horner(COSINE, t) - 0.5 * t)
    n = n + quarter
    turn = n - 4.0 * call("floor", 0.25 * n)
    odd = call("logical_or", call("eq", turn, 1.0), call("eq", turn, 3.0))
    y = where(odd, cosine, sine)
    return where(call("ge", turn, 2.0), -y, y)
