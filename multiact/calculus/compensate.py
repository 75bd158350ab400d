"""Exponents without their rounding errors.

exp(u) multiplies a rounding error of u by u itself: that of 1.702 x alone makes exp(-1.702 x)
wrong by forty units in the last place in float32's tail.  So the error of a sum or product in
an exponent is computed, exactly or nearly so, and exp(u + r) = exp(u) + exp(u) r.
"""

from __future__ import annotations

import math
import struct
from functools import lru_cache

import numpy as np

from multiact.calculus.constant import Constant
from multiact.calculus.simplify import add, div, mul, neg, sub, where
from multiact.calculus.tracing import Expr, call, const, is_const


def exponential(u: Expr, bits: int, products: str | None, *, nested: bool = False) -> Expr:
    """exp(u) of a lowered exponent.

    Parameters
    ----------
    u
        The exponent, in operations of the target.
    bits
        The precision it is computed in.
    products
        How the error of a product is told: by "fma", a fused multiply-add; by "split", the
        exact products of halves of both factors; None: not at all.
    nested
        Whether the exponent is another exponential, whose error is computed, too.
    """
    plain = call("exp", u)
    return _changed(plain, plain, error_of(u, bits, products, nested=nested))


def exponential_less_one(u: Expr, plain: Expr, bits: int, products: str | None) -> Expr:
    """expm1(u), computed as `plain`, of a lowered sum with exponentials, which may cancel."""
    return _changed(plain, add(1.0, plain), error_of(u, bits, products, nested=True))


def _changed(plain: Expr, slope: Expr, r: Expr | None) -> Expr:
    """A function of u as one of u + r."""
    if r is None:
        return plain
    better = call("add", plain, call("mul", slope, r))
    # where u is infinite, or a part of it overflows, r is NaN or infinite
    return where(call("eq", better, better), better, plain)


@lru_cache(maxsize=4096)
def error_of(e: Expr, bits: int, products: str | None, *, nested: bool = False) -> Expr | None:
    """What the exact value has more than the computed one; None where nothing is known.

    Of exponentials it is computed where they are `nested`: that costs as much as they do.
    """
    inner = [error_of(a, bits, products, nested=nested) for a in e.args]
    if e.op == "neg":
        return None if inner[0] is None else neg(inner[0])
    if e.op == "abs":
        u, r = e.args[0], inner[0]
        return None if r is None else where(call("lt", u, 0.0), neg(r), r)
    if e.op == "where":
        if inner[1] is None and inner[2] is None:
            return None
        return where(e.args[0], *(const(0.0) if r is None else r for r in inner[1:]))
    if e.op in ("add", "sub") and e.symbols:
        return _of_sum(e, inner)
    if e.op in ("mul", "div") and e.symbols:
        return _of_product(e, inner, bits, products)
    if e.op == "exp" and nested and products is not None:
        return _of_exponential(e, bits, products)
    return _of_constant(e, bits)


def _of_constant(e: Expr, bits: int) -> Expr | None:
    if e.op != "const" or not math.isfinite(float(e.value or 0)):
        return None
    rest = e.value.rest if isinstance(e.value, Constant) else 0.0
    if bits < 64:
        value = float(e.value or 0)
        try:
            rest += value - struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return None
    return const(rest) if rest else None


def _of_sum(e: Expr, inner: list[Expr | None]) -> Expr:
    """Knuth's error of a sum, and those of its terms."""
    a, b = e.args
    change = add if e.op == "add" else sub
    own = _kept("sub", e, a)  # what has become of b
    if e.op == "add":
        total = _kept("add", _kept("sub", a, _kept("sub", e, own)), _kept("sub", b, own))
    else:
        total = _kept("sub", _kept("sub", a, _kept("sub", e, own)), _kept("add", b, own))
    for k, r in enumerate(inner):
        if r is not None:
            total = add(total, r) if k == 0 else change(total, r)
    return total


def _kept(op: str, a: Expr, b: Expr) -> Expr:
    """An operation exactly as it is: a simplification would assume that nothing is rounded."""
    return call(op, a, b)


def _of_product(e: Expr, inner: list[Expr | None], bits: int, products: str | None) -> Expr | None:
    a, b = e.args
    exact = _is_power_of_two(a) or _is_power_of_two(b)
    if not exact and products is None:
        return None
    parts = []
    if e.op == "mul":
        if not exact:
            parts.append(_gap(a, b, e, bits, products))
        parts += [mul(other, r) for other, r in zip((b, a), inner, strict=True) if r is not None]
    else:
        top = const(0.0) if exact else neg(_gap(e, b, a, bits, products))
        top = top if inner[0] is None else add(top, inner[0])
        top = top if inner[1] is None else sub(top, mul(e, inner[1]))
        parts += [] if is_const(top, 0) else [div(top, b)]
    total = None
    for part in parts:
        total = part if total is None else add(total, part)
    return total


#: log 2 in two parts, of which the first has digits to spare for a factor of ten of them
LOG2 = {
    32: (0.693145751953125, 1.42860682030941723212e-6),
    64: (0.693147180369123816490, 1.90821492927058770002e-10),
}
_ATANH_TERMS = {32: 4, 64: 11}


def _of_exponential(e: Expr, bits: int, products: str) -> Expr:
    """The error of exp(v) = 2**k m: that of its logarithm, v - k log 2 - 2 atanh(s).

    s is (m - 1) / (m + 1), at most 0.18; its error counts, that of its third power does not.
    The error of v has been seen to where the exponential was made.
    """
    v, (high, low) = e.args[0], LOG2[bits]
    k = call("round", mul(1 / math.log(2), v))
    m = _kept("mul", e, _power_of_two(call("exp", mul(-math.log(2), k)), bits))
    top, below = call("sub", m, 1.0), call("add", m, 1.0)
    inverse = div(1.0, below)
    s = mul(top, inverse)
    gap = add(_gap(s, below, top, bits, products), mul(s, _of_sum(below, [None, None])))
    square = mul(s, s)
    series = const(0.0)
    for n in reversed(range(_ATANH_TERMS[bits])):
        series = add(1 / (2 * n + 3), mul(square, series))
    rest = add(mul(low, k), mul(2.0, sub(mul(mul(square, s), series), mul(gap, inverse))))
    off = _kept("sub", _kept("sub", v, _kept("mul", const(high), k)), mul(2.0, s))
    off = _kept("sub", off, rest)
    return mul(e, off)


def _power_of_two(e: Expr, bits: int) -> Expr:
    """The power of two that is nearest: that to half of the digits.

    The product is exact, so that it does no harm if a compiler fuses it with a difference.
    """
    return _leading(e, 2.0 ** (27 if bits == 64 else 12))


def _is_power_of_two(e: Expr) -> bool:
    return e.op == "const" and abs(math.frexp(float(e.value or 0))[0]) == 0.5


def _gap(a: Expr, b: Expr, c: Expr, bits: int, products: str | None) -> Expr:
    """a b - c, where c is nearly the product."""
    if products == "fma":
        return call("fma", a, b, neg(c))
    (ah, al), (bh, bl) = _halves(a, bits), _halves(b, bits)
    first = _kept("sub", _kept("mul", ah, bh), c)
    cross = _kept("add", _kept("mul", ah, bl), _kept("mul", al, bh))
    return _kept("add", _kept("add", first, cross), _kept("mul", al, bl))


def _halves(a: Expr, bits: int) -> tuple[Expr, Expr]:
    """Two numbers of half as many digits whose sum it is (Veltkamp)."""
    shift = 134217729.0 if bits == 64 else 4097.0
    if a.op == "const":
        one = np.float64 if bits == 64 else np.float32
        value = one(float(a.value or 0))
        top = one(one(shift) * value) - one(one(one(shift) * value) - value)
        return const(float(top)), const(float(value - top))
    high = _leading(a, shift)
    return high, _kept("sub", a, high)


def _leading(a: Expr, shift: float) -> Expr:
    """The leading digits of a number: without as many as `shift` has."""
    large = _kept("mul", const(shift), a)
    return _kept("sub", large, _kept("sub", large, a))
