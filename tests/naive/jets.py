"""Numbers that carry their derivatives: forward differentiation, in intervals.

A jet knows its derivatives by `x` up to the third, and for every parameter the derivative by it
and the mixed one by it and `x`.  Functions are given by their own derivatives (`Curve`), of which
only those that are needed are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mpmath import iv, mp, mpf

from tests.naive import comparisons
from tests.naive.intervals import (
    ONE,
    UNDEFINED,
    ZERO,
    Interval,
    add,
    bounds,
    exp,
    log,
    mul,
    neg,
    reciprocal,
    sign,
)

Curve = Callable[[Interval], Iterator[Interval]]  # f, f', f'', f''' at a place
Mixed = dict[str, tuple[Interval, Interval]]  # by a parameter, and by it and x


class Jet:
    """A value, its first three derivatives by x, and those by each parameter."""

    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("by", "value", "x")

    def __init__(
        self,
        value: Interval,
        x: tuple[Interval, Interval, Interval] = (ZERO, ZERO, ZERO),
        by: Mixed | None = None,
    ) -> None:
        self.value, self.x, self.by = value, x, by or {}

    @property
    def is_constant(self) -> bool:
        """Whether it depends on nothing."""
        return not self.by and all(d is ZERO for d in self.x)

    def __neg__(self) -> Jet:
        x1, x2, x3 = map(neg, self.x)
        by = {n: (neg(p), neg(q)) for n, (p, q) in self.by.items()}
        return Jet(neg(self.value), (x1, x2, x3), by)

    def __pos__(self) -> Jet:
        return self

    def __abs__(self) -> Jet:
        return -self if self < 0 else self

    def __add__(self, other: Any) -> Jet:
        other = jet(other)
        x1, x2, x3 = (add(u, v) for u, v in zip(self.x, other.x, strict=True))
        return Jet(add(self.value, other.value), (x1, x2, x3), _added(self.by, other.by))

    def __mul__(self, other: Any) -> Jet:
        u, v = self, jet(other)
        (u1, u2, u3), (v1, v2, v3) = u.x, v.x
        a, b = u.value, v.value
        x1 = _dot((a, v1), (u1, b))
        x2 = _dot((a, v2), (_times(2, u1), v1), (u2, b))
        x3 = _dot((a, v3), (_times(3, u1), v2), (_times(3, u2), v1), (u3, b))
        by = _added(_scaled(u.by, b, v1), _scaled(v.by, a, u1))
        value = UNDEFINED if a is UNDEFINED or b is UNDEFINED else mul(a, b)
        return Jet(value, (x1, x2, x3), by)

    def __truediv__(self, other: Any) -> Jet:
        return self * compose(_reciprocal, jet(other))

    def __sub__(self, other: Any) -> Jet:
        return self + -jet(other)

    def __rsub__(self, other: Any) -> Jet:
        return jet(other) + -self

    def __rtruediv__(self, other: Any) -> Jet:
        return jet(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, exponent: Any) -> Jet:
        return _power(self, jet(exponent))

    def __rpow__(self, base: Any) -> Jet:
        return _power(jet(base), self)

    def __lt__(self, other: Any) -> bool:
        return comparisons.compare(self, jet(other)) == -1

    def __gt__(self, other: Any) -> bool:
        return comparisons.compare(self, jet(other)) == 1

    def __le__(self, other: Any) -> bool:
        return comparisons.compare(self, jet(other)) in (-1, 0)

    def __ge__(self, other: Any) -> bool:
        return comparisons.compare(self, jet(other)) in (0, 1)

    def __eq__(self, other: object) -> bool:
        return comparisons.compare(self, jet(other)) == 0

    def __ne__(self, other: object) -> bool:
        return comparisons.compare(self, jet(other)) != 0

    def __bool__(self) -> bool:
        raise TypeError("a formula must not branch on the values of an array")


def jet(value: Any) -> Jet:
    """A jet as it is, a number as one that depends on nothing."""
    return value if isinstance(value, Jet) else Jet(iv.mpf(mpf(value)) if value else ZERO)


def variable(value: mpf, name: str) -> Jet:
    """`x`, or a parameter of that name."""
    place = iv.mpf(value) if value else ZERO
    return Jet(place, (ONE, ZERO, ZERO)) if name == "x" else Jet(place, by={name: (ONE, ZERO)})


def compose(curve: Curve, u: Jet) -> Jet:
    """The chain rule, three times by x, and by x and a parameter."""
    if u.value is UNDEFINED:
        return u
    orders = curve(u.value)
    value = next(orders)
    if u.is_constant or value is UNDEFINED:
        return Jet(value)
    x1, x2, x3 = u.x
    f1 = next(orders)
    if x1 is ZERO and x2 is ZERO and x3 is ZERO:
        return Jet(value, by={n: (mul(f1, p), mul(f1, q)) for n, (p, q) in u.by.items()})
    f2, f3 = next(orders), next(orders)
    square, curved = mul(x1, x1), mul(f2, x1)
    second = add(mul(f2, square), mul(f1, x2))
    third = _dot((f3, mul(square, x1)), (_times(3, curved), x2), (f1, x3))
    by = {n: (mul(f1, p), add(mul(curved, p), mul(f1, q))) for n, (p, q) in u.by.items()}
    return Jet(value, (mul(f1, x1), second, third), by)


def _power(u: Jet, p: Jet) -> Jet:
    """u**p; a whole exponent takes any base, and a learned one has a slope for positive bases."""
    if u.value is UNDEFINED or p.value is UNDEFINED:
        return Jet(UNDEFINED)
    if p.is_constant and _whole(p.value):
        return compose(lambda t: _integer_power(t, int(bounds(p.value)[0])), u)
    if u.value is not ZERO and sign(u.value) > 0:
        return compose(_exp, p * compose(_log, u))
    if _whole(p.value):
        y = compose(lambda t: _integer_power(t, int(bounds(p.value)[0])), u)
        return Jet(y.value, y.x, y.by | dict.fromkeys(p.by, (UNDEFINED, UNDEFINED)))
    if sign(u.value) < 0:
        return Jet(UNDEFINED)
    names = dict.fromkeys((*u.by, *p.by), (UNDEFINED, UNDEFINED))
    at_zero = ZERO if sign(p.value) > 0 else UNDEFINED
    return Jet(at_zero, (UNDEFINED, UNDEFINED, UNDEFINED), names)


def _whole(p: Interval) -> bool:
    low, high = bounds(p)
    return bool(low == high == mp.floor(low))


def _integer_power(u: Interval, n: int) -> Iterator[Interval]:
    factor = 1
    for k in range(4):
        if factor == 0:
            yield ZERO
        elif n - k >= 0:
            yield _times(factor, u ** (n - k) if n > k else ONE)
        else:
            yield _times(factor, reciprocal(u ** (k - n)))
        factor *= n - k


def _reciprocal(u: Interval) -> Iterator[Interval]:
    return _integer_power(u, -1)


def _exp(u: Interval) -> Iterator[Interval]:
    y = exp(u)
    while True:
        yield y


def _log(u: Interval) -> Iterator[Interval]:
    yield log(u)
    yield from _reciprocal(u)


def _times(n: int, u: Interval) -> Interval:
    return u if n == 1 or u is ZERO or u is UNDEFINED else n * u


def _dot(*pairs: tuple[Interval, Interval]) -> Interval:
    total = ZERO
    for u, v in pairs:
        total = add(total, mul(u, v))
    return total


def _added(one: Mixed, other: Mixed) -> Mixed:
    if not one or not other:
        return one or other
    total = dict(one)
    for name, (p, q) in other.items():
        a, b = total.get(name, (ZERO, ZERO))
        total[name] = add(a, p), add(b, q)
    return total


def _scaled(by: Mixed, factor: Interval, slope: Interval) -> Mixed:
    """The part that is proportional to the slopes of one factor."""
    return {n: (mul(p, factor), add(mul(p, slope), mul(q, factor))) for n, (p, q) in by.items()}
