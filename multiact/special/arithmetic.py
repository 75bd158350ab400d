"""Functions by arithmetic, for compilers whose own are slower.

XLA on the CPU calls a scalar sine for every element, forty times the cost of an
exponential; sums and products it fuses with what is around them.  An exponential that is
spelt out needs neither the bounds of a general one nor two polynomials for exp(-a^2 / 2).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from multiact.calculus.bounds import Interval
from multiact.calculus.compensate import LOG2
from multiact.calculus.simplify import where
from multiact.calculus.tracing import Expr, call
from multiact.special._coefficients import EXPM1, LOG1P, SINE, SMALL_EXPM1, TANH
from multiact.special._polynomial import ByBits, horner
from multiact.special.logarithm import log1p_near

#: pi in parts, the first ones so short that their products with half turns are exact
_PI = (3.140625, 0.0009675025939941406, 1.5099067240953445e-07, 5.126688136514179e-12)
#: up to here the parts are enough for `sin` and `cos`
WAVE_LIMIT = 12800.0  # 8149 half turns: 13 bits


def _expm1(u: Expr, _seen: Interval, bits: int) -> Expr:
    return expm1_near(u, bits)


def expm1_near(u: Expr, bits: int) -> Expr:
    """exp(u) - 1; the library's own becomes a plain exp(u) - 1 under Inductor."""
    low, high = -0.6931, 1.1  # the range of the polynomial
    b = where(call("gt", u, high), high, where(call("lt", u, low), low, u))
    # NaN differs from itself and goes the way of exp
    return where(call("eq", u, b), b * (1.0 + b * horner(EXPM1[bits], b)), call("exp", u) - 1.0)


def sinh(u: Expr, _seen: Interval, _bits: int) -> Expr:
    """Hyperbolic sine; far out half the square of an exponential, which overflows later.

    XLA's own is exp(u + log(1/2)), whose rounded argument is off by 24 ULP at -78.
    """
    a = call("abs", u)
    far = call("gt", a, 40.0)
    e, w = call("expm1", where(far, 0.0, a)), call("exp", 0.5 * a)
    y = where(far, (0.5 * w) * w, 0.5 * (e + e / (e + 1.0)))
    return where(call("lt", u, 0.0), -y, y)


def cosh(u: Expr, _seen: Interval, _bits: int) -> Expr:
    """Hyperbolic cosine, in the same way."""
    w = call("exp", 0.5 * call("abs", u))
    y: Expr = (0.5 * w) * w + 0.5 / (w * w)
    return y


def _log1p(z: Expr, seen: Interval, bits: int) -> Expr | None:
    """log(1 + z) near 0, where z is seen to be between 0 and 1, as exp(-|u|) is."""
    return None if seen.low < 0 or seen.high > 1 else log1p_up_to_one(z, bits)


def log1p_up_to_one(z: Expr, bits: int) -> Expr:
    """log(1 + z) for z between 0 and 1."""
    y: Expr = log1p_near(z, bits) if bits == 64 else z + z * (z * horner(LOG1P, z))
    return y


def _log1p_of_xla(u: Expr, seen: Interval, bits: int) -> Expr | None:
    """log(1 + u); in float64 XLA's own is off by 100 ULP for some u below `_LEFT`."""
    found = _log1p(u, seen, bits)
    if found is not None or bits < 64 or seen.low >= _LEFT:
        return found
    left = call("lt", u, _LEFT)  # rounding the sum there changes its logarithm by one unit
    return where(left, call("log", 1.0 + u), call("log1p", where(left, _LEFT, u)))


#: nearly sqrt(1 / 2) - 1: XLA's quotient of polynomials is made for numbers above, and used below
_LEFT = -0.29


def _tanh(u: Expr, _seen: Interval, bits: int) -> Expr | None:
    """tanh(u) in float32, from the exponential that sech2(u) has too."""
    if bits == 64:
        return None
    a, t = call("abs", u), u * u
    z = call("exp", -2.0 * a)
    far = where(call("lt", u, 0), z - 1.0, 1.0 - z) / (1.0 + z)
    return where(call("lt", a, 0.625), u * (1.0 + t * horner(TANH, t)), far)


def _sin(u: Expr, _seen: Interval, bits: int) -> Expr | None:
    """Sine of |u| up to `WAVE_LIMIT`, in float32."""
    return _trig(u, 0.0) if bits < 64 else None


def _cos(u: Expr, _seen: Interval, bits: int) -> Expr | None:
    """Cosine of |u| up to `WAVE_LIMIT`, in float32."""
    return _trig(u, 0.5) if bits < 64 else None


def _trig(u: Expr, shift: float) -> Expr:
    """sin(u + shift pi): the nearest multiple of pi taken off, then a polynomial."""
    n = call("floor", u * (1.0 / math.pi) + (0.5 + shift))
    r = u
    for part in _PI:
        r = r - (n - shift) * part
    t = r * r
    odd = n - 2.0 * call("floor", 0.5 * n)
    y: Expr = (r + r * (t * horner(SINE, t))) * (1.0 - 2.0 * odd)
    return y


#: 3 * 2^22 and 3 * 2^51: the last bits of a small whole number plus this are its own
WHOLE = ByBits({32: 12582912.0, 64: 6755399441055744.0})
_STEPS = 256.0  # within 1: the squares of whole steps up to 16 are exact in float32


def _exp(u: Expr, seen: Interval, bits: int) -> Expr | None:
    """exp(u) in float32, where u is seen to be at most 88: nothing is infinite."""
    if bits == 64 or seen.high > 88:
        return None
    if seen.low < -1000:
        u = call("maximum", u, -110.0)
    n, (high, low) = call("round", u * (1 / math.log(2))), LOG2[32]
    return _times_power(n, u - n * high - n * low, 1.0)


def _bell(a: Expr, seen: Interval, bits: int) -> Expr | None:
    """exp(-a^2 / 2) for a >= 0 in float32."""
    return _decay(a, 0.5) if bits < 64 and seen.high < 16 else None


def _narrow_bell(a: Expr, seen: Interval, bits: int) -> Expr | None:
    """exp(-a^2) for a >= 0 in float32."""
    return _decay(a, 1.0) if bits < 64 and seen.high < 16 else None


def _decay(a: Expr, c: float) -> Expr:
    """exp(-c a^2): whole steps squared, powers of two and the rest of a^2 taken off exactly."""
    steps = a * _STEPS
    whole = call("round", steps)
    square = whole * whole
    unit = c / _STEPS**2  # of the exponent: a power of two, which coefficients take up exactly
    n, (high, low) = call("round", square * (-unit / math.log(2))), LOG2[32]
    r = -square - n * (high / unit) - n * (low / unit) + (whole - steps) * (whole + steps)
    return _times_power(n, r, unit)


def _times_power(n: Expr, r: Expr, unit: float) -> Expr:
    """2^n exp(unit r) for |unit r| up to 0.3757."""
    p = tuple(k * unit ** (i + 2) for i, k in enumerate(SMALL_EXPM1))
    power = call("power_by_bits", n + WHOLE[32])
    r2 = r * r  # summed in pairs: a chain of sums would leave the processor waiting
    high = r2 * p[4] + (r * p[3] + p[2])
    y: Expr = power + power * (r * unit + r2 * (r2 * high + (r * p[1] + p[0])))
    return y


Rule = Callable[..., Expr | None]
Arithmetic = frozenset[tuple[str, Rule]]
_RULES: dict[str, Rule] = {
    "expm1": _expm1, "log1p": _log1p, "tanh": _tanh, "sin": _sin, "cos": _cos, "exp": _exp,
    "bell": _bell, "narrow_bell": _narrow_bell, "sinh": sinh, "cosh": cosh,
}  # fmt: skip


def by_arithmetic(*names: str) -> Arithmetic:
    """What a `Target` computes by sums and products: these functions."""
    return frozenset((name, _RULES[name]) for name in names)


#: the rule of `log1p` for XLA on the CPU
LOG1P_OF_XLA: Arithmetic = frozenset({("log1p", _log1p_of_xla)})
