"""Sums and products flattened, and whether two expressions are the same up to their order.

`(x + 1) - y` is a sum of three terms, `2 * x / y` a product of a number and two factors:
in this view neither parentheses nor signs nor the order of writing hide what an expression is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from multiact.calculus.simplify import add, div, mul, power, sub
from multiact.calculus.tracing import Expr, const

SUMS = frozenset({"add", "sub"})
_PRODUCTS = frozenset({"mul", "div", "neg"})
_ROUNDING = 4e-16  #: sqrt(2) * sqrt(2) is 2


@dataclass(frozen=True, eq=False)
class Product:
    """A number times factors with whole powers, negative ones below the line.

    What is above and below the line is not cancelled: `x / x` is NaN at 0.
    """

    number: float
    factors: tuple[tuple[Expr, int], ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether it is the number 1."""
        return not self.factors and close(self.number, 1.0)

    def expression(self) -> Expr:
        """The product as an expression: what is below the line in one quotient."""
        top, bottom = (
            [power(f, abs(n)) for f, n in self.factors if (n > 0) == above]
            for above in (True, False)
        )
        number = snapped(self.number)
        if not bottom:
            return mul(number, _multiplied(top)) if top else const(number)
        above = _multiplied(top) if top else const(1.0)
        return mul(number, div(above, _multiplied(bottom)))

    def to(self, exponent: int) -> Product:
        """A whole power of the product."""
        return Product(self.number**exponent, tuple((f, n * exponent) for f, n in self.factors))

    def times(self, other: Product) -> Product:
        """The product with another."""
        powers: dict[Hashable, tuple[Expr, int]] = {}
        for f, n in (*self.factors, *other.factors):
            place = key(f), n > 0
            before = powers.get(place, (f, 0))
            powers[place] = before[0], before[1] + n
        return Product(self.number * other.number, tuple(powers.values()))

    def without(self, other: Product) -> Product | None:
        """What is left without the factors of `other`; None if they are not all there."""
        left = {(key(f), n > 0): (f, n) for f, n in self.factors}
        for f, n in other.factors:
            place = key(f), n > 0
            if place not in left or abs(left[place][1]) < abs(n):
                return None
            left[place] = f, left[place][1] - n
        if other.number == 0:
            return None
        return Product(self.number / other.number, tuple((f, n) for f, n in left.values() if n))


ONE = Product(1.0)


@lru_cache(maxsize=1 << 14)
def product(e: Expr) -> Product:
    """`e` as a product; a constant is a number without factors."""
    if e.op == "const":
        return Product(e.value)  # type: ignore[arg-type]
    if e.op == "neg":
        inner = product(e.args[0])
        return Product(-inner.number, inner.factors)
    if e.op in ("mul", "div"):
        left, right = map(product, e.args)
        if e.op == "mul":
            return left.times(right)
        return left.times(right.to(-1)) if right.number else Product(1.0, ((e, 1),))
    return Product(1.0, ((e, 1),))


def signed(e: Expr) -> Iterator[tuple[int, Expr]]:
    """The summands of `e` with their signs, in order; sums in them that have a factor stay whole.

    Without recursion, because a long sum is deeper than Python's stack.
    """
    left = [(1, e)]
    while left:
        sign, part = left.pop()
        if part.op in SUMS:
            first, second = part.args
            left += [(-sign if part.op == "sub" else sign, second), (sign, first)]
        else:
            yield sign, part


def terms(e: Expr) -> list[Product]:
    """The summands of `e`, in the order in which they are written."""
    found = []
    for sign, part in signed(e):
        whole = product(part)
        inner = [whole.factors[0][0]] if [n for _, n in whole.factors] == [1] else []
        parts = terms(inner[0]) if inner and inner[0].op in SUMS else [Product(1.0, whole.factors)]
        found += [Product(sign * whole.number * t.number, t.factors) for t in parts]
    return found


def expanded(e: Expr, most: int = 24) -> list[Product] | None:
    """The summands of a product of sums, multiplied out; None if they are more than `most`."""
    found: list[Product] = []
    for sign, part in signed(e):
        parts = _multiplied_out(product(part), most)
        if parts is None:
            return None
        found += parts if sign > 0 else map(_negative, parts)
    return found


def _multiplied_out(whole: Product, most: int) -> list[Product] | None:
    found = [ONE]
    for factor, n in whole.factors:
        parts = expanded(factor, most) if factor.op in SUMS and n > 0 else None
        for _ in range(n if parts else 1):
            step = parts or [Product(1.0, ((factor, n),))]
            found = [a.times(b) for a in found for b in step]
            if len(found) > most:
                return None
    return [Product(whole.number * t.number, t.factors) for t in found]


def total(parts: Iterable[Product]) -> Expr:
    """The sum of products."""
    result = const(0.0)
    for part in parts:
        if part.number < 0:
            result = sub(result, _negative(part).expression())
        else:
            result = add(result, part.expression())
    return result


def collected(parts: Iterable[Product]) -> list[Product]:
    """Like terms added up: of (x + 1) - (x - 1) there is 2."""
    sums: dict[Hashable, Product] = {}
    for t in parts:
        place = _factors_key(t)
        before = sums[place].number if place in sums else 0.0
        sums[place] = Product(before + t.number, t.factors)
    return [t for t in sums.values() if t.number]


def cancels(parts: Iterable[Product]) -> bool:
    """Whether two terms differ only in their numbers, which have opposite signs."""
    signs: dict[Hashable, float] = {}
    return any(signs.setdefault(_factors_key(t), t.number) * t.number < 0 for t in parts)


def snapped(number: float) -> float:
    """The whole number that rounding has just missed; else the number itself."""
    whole = round(number) if math.isfinite(number) else number
    return float(whole) if math.isclose(number, whole, rel_tol=_ROUNDING) else number


def close(a: float, b: float) -> bool:
    """Whether two numbers of a formula are the same but for a rounding."""
    return a == b or math.isclose(a, b, rel_tol=_ROUNDING)


@lru_cache(maxsize=1 << 16)
def key(e: Expr) -> Hashable:
    """Equal for expressions that differ in parentheses and order alone."""
    if e.op in SUMS:
        counted: Counter[Hashable] = Counter()
        for t in terms(e):
            counted[_factors_key(t)] += t.number  # type: ignore[assignment]
        return "sum", frozenset(counted.items())
    if e.op in _PRODUCTS:
        p = product(e)
        if not any(f is e for f, _ in p.factors):
            return "product", p.number, _factors_key(p)
    if not e.args:
        return e.op, type(e.value), e.value
    return e.op, *map(key, e.args)


def same(a: Expr, b: Expr) -> bool:
    """Whether two expressions differ in parentheses and order alone."""
    return a is b or key(a) == key(b)


def _factors_key(p: Product) -> Hashable:
    return frozenset((key(f), n) for f, n in p.factors)


def _negative(p: Product) -> Product:
    return Product(-p.number, p.factors)


def _multiplied(factors: list[Expr]) -> Expr:
    result = factors[0]
    for f in factors[1:]:
        result = mul(result, f)
    return result
