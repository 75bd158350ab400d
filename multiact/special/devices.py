"""Functions by arithmetic for graphics processors.

What they have themselves is quick and rough: their exponential multiplies the rounding error
of its argument, and is wrong by forty units in the last place at -80.  Of the libraries of
their makers, compilers for them offer a part, and interpreters on a CPU another one.  Sums,
products and quotients are the same everywhere; so what a test on a CPU sees is what they compute.

Three operations are of bits.  `exponent_by_bits(x)` is the whole number n for which x / 2^n is
between 3/4 and 3/2; `power_by_bits(n + WHOLE[bits])` is 2^n, or 0 below the normal numbers;
`flipped_by_bits(y, n + WHOLE[32])` is y for even n, else -y.
"""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.bounds import Interval
from multiact.calculus.compensate import LOG2
from multiact.calculus.simplify import where
from multiact.calculus.tracing import call
from multiact.special import arithmetic
from multiact.special._coefficients import ARCTAN_GAP, SINE, SMALL_EXPM1
from multiact.special._polynomial import ByBits, horner
from multiact.special.arithmetic import WHOLE, Arithmetic, Rule
from multiact.special.logarithm import log1p_near

_LARGE = 2.0**60  # the reciprocal of its power of two is still normal
_SCALE = 64  # what is larger is divided by 2 to this power
#: pi in parts for fused products, all positive, so that -0 stays -0
_PI = (3.1415925025939941, 1.5099578831723193e-07, 1.0780605716316238e-14)
#: up to here the parts are enough for `near_sin` and `near_cos`
WAVE_LIMIT = 32768.0
#: coefficients of atanh(s) / s - 1 in s^2 for s up to 1/5
_ATANH_TERMS = ByBits({32: 5, 64: 12})


def _parts(u: Any, rest: Any = None) -> tuple[Any, Any]:
    """n and exp(r) - 1, where u + rest = n log 2 + r in float32."""
    high, low = LOG2[32]
    n = call("round", u * (1 / math.log(2)))
    r = u - n * high - n * low
    r = r if rest is None else r + rest
    p, r2 = SMALL_EXPM1, r * r
    return n, r + r2 * (r2 * (r2 * p[4] + (r * p[3] + p[2])) + (r * p[1] + p[0]))


def _exp(u: Any, seen: Interval, bits: int) -> Any:
    """exp(u) in float32; 0 where it is below the normal numbers."""
    if bits == 64:
        return None
    if seen.low < -1000:
        u = call("maximum", u, -110.0)
    n, q = _parts(call("minimum", u, 89.0) if seen.high > 88 else u)
    if seen.high <= 88:
        power = call("power_by_bits", n + WHOLE[bits])
        return power + power * q
    half = call("power_by_bits", n + (WHOLE[bits] - 1.0))  # 2^128 would be infinite
    y = half + half * q
    return y + y


def _expm1(u: Any, seen: Interval, bits: int) -> Any:
    """exp(u) - 1; in float64 as for all compilers."""
    if bits == 64:
        return arithmetic.expm1_near(u, bits)
    if seen.low < -18:
        u = call("maximum", u, -18.0)
    n, q = _parts(call("minimum", u, 89.0) if seen.high > 89 else u)
    half = call("power_by_bits", n + (WHOLE[bits] - 1.0))
    y = half * q + (half - 0.5)
    return y + y


def _bell(a: Any, _seen: Interval, bits: int) -> Any:
    """exp(-a^2 / 2) in float32."""
    return _of_square(a, 0.5 * a, bits)


def _narrow_bell(a: Any, _seen: Interval, bits: int) -> Any:
    """exp(-a^2) in float32."""
    return _of_square(a, a, bits)


def _of_square(a: Any, b: Any, bits: int) -> Any:
    """exp(-a b) with the rounding error of the product, which 16 bits do not show."""
    u = -a * b
    rest = None if bits == 16 else call("neg", call("fma", a, b, u))
    n, q = _parts(call("maximum", u, -110.0), rest)
    power = call("power_by_bits", n + WHOLE[bits])
    return power + power * q


def _tanh(u: Any, _seen: Interval, bits: int) -> Any:
    """tanh(u) from exp(2 |u|) - 1."""
    a = call("minimum", call("abs", u), 10.0 if bits < 64 else 22.0)
    e = call("expm1", 2.0 * a)
    y = e / (e + 2.0)
    return where(call("lt", u, 0.0), -y, y)


def _log1p(z: Any, seen: Interval, bits: int) -> Any:
    """log(1 + z): the power of two of 1 + z taken off z, which rounds nothing."""
    if seen.low >= 0 and seen.high <= 1:
        return arithmetic.log1p_up_to_one(z, bits)
    large = call("gt", z, _LARGE) if seen.high > _LARGE else None
    v = z if large is None else where(large, z * 2.0**-_SCALE, z)
    n = call("exponent_by_bits", 1.0 + v)
    t = call("power_by_bits", WHOLE[bits] - n)
    m = v * t + (t - 1.0)
    k = n if large is None else n + where(large, float(_SCALE), 0.0)
    high, low = LOG2[max(bits, 32)]
    y = k * high + (log1p_near(m, max(bits, 32)) + k * low)
    if seen.high == math.inf:
        y = where(call("eq", z, math.inf), z, y)
    if seen.low <= -1:
        outside = where(call("lt", z, -1.0), math.nan, -math.inf)
        y = where(call("le", z, -1.0), outside, y)
    return y


def _atan(u: Any, _seen: Interval, bits: int) -> Any:
    """Arc tangent: of |u| beyond 2 from its reciprocal, beyond 1/2 from pi / 4."""
    a = call("abs", u)
    middle, far = call("gt", a, 0.5), call("gt", a, 2.0)
    top = where(far, -1.0, where(middle, a - 1.0, a))
    t = top / where(far, a, where(middle, a + 1.0, 1.0))
    s = t * t
    y = t / (1.0 + s) + t * (s * horner(ARCTAN_GAP[bits], s))
    y = where(middle, where(far, math.pi / 2, math.pi / 4) + y, y)
    return where(call("lt", u, 0.0), -y, y)


def _asinh(u: Any, _seen: Interval, _bits: int) -> Any:
    """Area hyperbolic sine."""
    a = call("abs", u)
    far = call("gt", a, 1e9)
    b = where(far, 0.0, a)
    near = call("log1p", b + b * b / (1.0 + call("sqrt", 1.0 + b * b)))
    y = where(far, math.log(2) + call("log", where(far, a, 1.0)), near)
    y = where(call("eq", a, a), y, a)
    return where(call("lt", u, 0.0), -y, y)


def _acosh(u: Any, _seen: Interval, _bits: int) -> Any:
    """Area hyperbolic cosine."""
    far = call("gt", u, 1e9)
    t = where(far, 0.0, u - 1.0)
    near = call("log1p", t + call("sqrt", t * (2.0 + t)))
    return where(far, math.log(2) + call("log", where(far, u, 1.0)), near)


def _atanh(u: Any, _seen: Interval, _bits: int) -> Any:
    """Area hyperbolic tangent."""
    a = call("abs", u)
    y = 0.5 * call("log1p", 2.0 * a / (1.0 - a))
    return where(call("lt", u, 0.0), -y, y)


def near_sin(u: Any) -> Any:
    """Sine of |u| up to `WAVE_LIMIT`, in float32: pi's nearest multiple taken off, a polynomial."""
    n = call("round", u * (1 / math.pi))
    return call("flipped_by_bits", _sin_less(u, n), n + WHOLE[32])


def near_cos(u: Any) -> Any:
    """Cosine of |u| up to `WAVE_LIMIT`, in float32."""
    n = call("round", u * (1 / math.pi) - 0.5)
    return call("flipped_by_bits", -_sin_less(u, n + 0.5), n + WHOLE[32])


def _sin_less(u: Any, n: Any) -> Any:
    """sin(u - n pi)."""
    r = u
    for part in _PI:
        r = r - n * part
    t = r * r
    return r + r * (t * horner(SINE, t))


def _tan(u: Any, _seen: Interval, _bits: int) -> Any:
    """Tangent."""
    return call("sin", u) / call("cos", u)


def _log2(u: Any, _seen: Interval, _bits: int) -> Any:
    """Binary logarithm."""
    return call("log", u) * (1 / math.log(2))


def _log10(u: Any, _seen: Interval, _bits: int) -> Any:
    """Decimal logarithm."""
    return call("log", u) * (1 / math.log(10))


def _pow(x: Any, p: Any, seen: Interval, _of_p: Interval, bits: int) -> Any:
    """x**p by a logarithm in two parts: an error of the exponent would be multiplied by it."""
    a = call("abs", x)
    high, low = _two_part_log(a, bits)
    u = p * high
    rest = call("fma", p, high, -u) + p * low
    plain = call("exp", u)
    y = call("add", plain, call("mul", plain, rest))
    y = where(call("eq", y, y), y, plain)  # an infinite exponent
    grows = where(call("eq", a, 0.0), 0.0, math.inf)
    falls = where(call("eq", a, 0.0), math.inf, 0.0)
    at_end = where(call("gt", p, 0.0), grows, where(call("lt", p, 0.0), falls, 1.0))
    y = where(call("logical_or", call("eq", a, 0.0), call("eq", a, math.inf)), at_end, y)
    if seen.low >= 0:
        return y
    whole = call("eq", call("floor", p), p)
    odd = call("ne", call("floor", 0.5 * p), 0.5 * p)
    signed = where(whole, where(odd, -y, y), math.nan)
    return where(call("lt", x, 0.0), signed, y)


def _two_part_log(a: Any, bits: int) -> tuple[Any, Any]:
    """The logarithm of a positive number, and what its rounding has lost."""
    bits = max(bits, 32)
    large, small = call("gt", a, _LARGE), call("lt", a, 1 / _LARGE)
    up, down = 2.0**_SCALE, 2.0**-_SCALE
    v = where(large, a * down, where(small, a * up, a))
    own = call("exponent_by_bits", v)
    m = v * call("power_by_bits", WHOLE[bits] - own) - 1.0
    n = own + where(large, float(_SCALE), where(small, -float(_SCALE), 0.0))
    below = m + 2.0
    s = m / below
    gap = call("fma", s, below, -m) + s * (m - (below - 2.0))  # of s, times its divisor
    t = s * s
    series = horner(tuple(1 / (2 * k + 3) for k in range(_ATANH_TERMS[bits])), t)
    high, low = LOG2[bits]
    tail = 2.0 * (s * t * series - gap / below) + n * low
    total, lost = _sum(call("mul", n, high), 2.0 * s)
    total, more = _sum(total, tail)
    return total, lost + more


def _sum(a: Any, b: Any) -> tuple[Any, Any]:
    """The sum with a smaller number, and what rounding it has lost."""
    total = call("add", a, b)
    return total, call("sub", b, call("sub", total, a))


_RULES: dict[str, Rule] = {
    "exp": _exp, "expm1": _expm1, "tanh": _tanh, "log1p": _log1p, "atan": _atan, "tan": _tan,
    "sinh": arithmetic.sinh, "cosh": arithmetic.cosh, "asinh": _asinh, "acosh": _acosh,
    "atanh": _atanh, "log2": _log2,
    "log10": _log10, "pow": _pow, "bell": _bell, "narrow_bell": _narrow_bell,
}  # fmt: skip

#: what graphics processors compute by sums and products
ON_DEVICES: Arithmetic = frozenset(_RULES.items())
#: primitives that have such a form in float32
OWN = frozenset({"bell", "narrow_bell"})
