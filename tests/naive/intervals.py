"""Real functions of mpmath's intervals, at the precision in force (`iv.prec`).

A number comes with rigorous bounds, so cancellation shows as width, and more digits are taken
until the width is small enough.  Two of them are marks: `ZERO`, by which products vanish, and
`UNDEFINED`, where a formula has no value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import iv, libmp, mp, mpf

Interval = Any  # an iv.mpf; mpmath ships no types

ZERO, ONE = iv.mpf(0), iv.mpf(1)
UNDEFINED = iv.mpf([-mp.inf, mp.inf])
#: beyond it exp is taken as infinite: far above the logarithm of any number in question
_ENORMOUS = mpf(2) ** 4000
#: beyond it tanh and erf are taken as 1, and erfc is below every number in question
_FAR = mpf(2) ** 20
_BELOW = mpf(2) ** -(1 << 30)
_SPARE = 30  # more bits that a function is computed with than it is trusted for


class UnresolvedError(ArithmeticError):
    """More digits are needed to tell on which side of a boundary a number lies."""


def add(u: Interval, v: Interval) -> Interval:
    """The sum."""
    if u is UNDEFINED or v is UNDEFINED:
        return UNDEFINED
    return v if u is ZERO else u if v is ZERO else u + v


def mul(u: Interval, v: Interval) -> Interval:
    """The product; a slope that is 0 stays 0 whatever it is multiplied by."""
    if u is ZERO or v is ZERO:
        return ZERO
    return UNDEFINED if u is UNDEFINED or v is UNDEFINED else u * v


def neg(u: Interval) -> Interval:
    """The opposite number."""
    return u if u is ZERO or u is UNDEFINED else -u


def reciprocal(u: Interval) -> Interval:
    """1 / u, undefined at exactly 0."""
    return UNDEFINED if sign(u) == 0 else 1 / u


def sign(u: Interval) -> int:
    """-1, 0 or 1; `UnresolvedError` where the bounds allow both.

    Raises
    ------
    UnresolvedError
        If 0 lies strictly between the bounds, or at one of them.
    """
    low, high = u._mpi_
    if libmp.mpf_sign(low) > 0:
        return 1
    if libmp.mpf_sign(high) < 0:
        return -1
    if low == high == libmp.fzero:
        return 0
    raise UnresolvedError


def exp(u: Interval) -> Interval:
    """The exponential; infinite bounds beyond every number in question."""
    low, high = bounds(u)
    if max(abs(low), abs(high)) <= _ENORMOUS:
        return _increasing(_exp, u) if low or high else ONE
    below = mpf(0) if low < -_ENORMOUS else exp(iv.mpf(min(low, _ENORMOUS))).a
    above = mp.inf if high > _ENORMOUS else exp(iv.mpf(max(high, -_ENORMOUS))).b
    return iv.mpf([below, above])


def _exp(t: mpf) -> mpf:
    """2**n exp(t - n log 2); mpmath would raise e to a whole number by multiplications."""
    if abs(t) < 1 << 30:
        return mp.exp(t)
    with mp.workprec(mp.prec + mp.mag(t) + 10):
        n = int(mp.floor(t / mp.ln2))
        return mp.ldexp(mp.exp(t - n * mp.ln2), n)


def log(u: Interval) -> Interval:
    """The logarithm, undefined from 0 down."""
    return _increasing(mp.log, u) if sign(u) > 0 else UNDEFINED


def sqrt(u: Interval) -> Interval:
    """The square root, undefined below 0."""
    return UNDEFINED if (s := sign(u)) < 0 else ZERO if s == 0 else iv.sqrt(u)


def sin_cos(u: Interval) -> tuple[Interval, Interval]:
    """Sine and cosine, undefined where the phase would take more digits than there are."""
    low, high = bounds(u)
    if max(abs(low), abs(high)) > _ENORMOUS:
        return UNDEFINED, UNDEFINED
    if not low and not high:
        return ZERO, ONE
    with mp.workprec(iv.prec + _SPARE):
        place, reach = middle(u), high - low  # the slopes are 1 at most
        sine, cosine = mp.cos_sin(place)[::-1]
        return _around(sine, reach), _around(cosine, reach)


def tanh(u: Interval) -> Interval:
    """The hyperbolic tangent, which increases."""
    return _increasing(lambda t: mp.sign(t) if abs(t) > _FAR else mp.tanh(t), u)


def atan(u: Interval) -> Interval:
    """The arctangent, which increases."""
    return _increasing(mp.atan, u)


def asinh(u: Interval) -> Interval:
    """The inverse hyperbolic sine, which increases."""
    return _increasing(mp.asinh, u)


def erf(u: Interval) -> Interval:
    """The error function, which increases."""
    return _increasing(lambda t: mp.sign(t) if abs(t) > _FAR else mp.erf(t), u)


def erfc(u: Interval) -> Interval:
    """The complementary error function, which decreases."""
    if bounds(u)[0] > _FAR:
        return iv.mpf([0, _BELOW])
    return _increasing(lambda t: mp.erfc(-min(t, _FAR)), -u)


def gamma(n: float) -> Interval:
    """The gamma function of a number."""
    with mp.workprec(iv.prec + _SPARE):
        return _around(mp.gamma(mpf(n)), mp.zero)


def _increasing(function: Callable[[mpf], mpf], u: Interval) -> Interval:
    """Bounds of an increasing function."""
    low, high = bounds(u)
    with mp.workprec(iv.prec + _SPARE):
        below = function(low)
        above = below if low == high else function(high)
        return iv.mpf([_around(below, mp.zero).a, _around(above, mp.zero).b])


def _around(y: mpf, reach: mpf) -> Interval:
    """What mpmath computed, with room for far more than the last digits, which may be wrong."""
    room = reach + mp.ldexp(abs(y), -iv.prec)
    return iv.mpf([y - room, y + room])


def bounds(u: Interval) -> tuple[mpf, mpf]:
    """The lower and the upper one, exactly."""
    low, high = u._mpi_
    return mp.make_mpf(low), mp.make_mpf(high)


def middle(u: Interval) -> mpf:
    """The number between the bounds, with all digits in force."""
    return mp.make_mpf(libmp.libmpi.mpi_mid(u._mpi_, iv.prec))
