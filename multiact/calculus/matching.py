"""Patterns: expressions with wild symbols, matched whatever the order, signs and factors.

A sum in a pattern is found among the terms of a longer sum, times any common factor; a product
among the factors of a longer product.  What is left over is kept by the caller.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from multiact.calculus.bounds import interval
from multiact.calculus.graph import is_data
from multiact.calculus.normal import ONE, SUMS, Product, close, product, same, snapped, terms, total
from multiact.calculus.tracing import Expr, symbol

Found = Mapping[str, Expr]
_PRODUCTS = frozenset({"mul", "div", "neg"})


#: kinds of wild symbols that stand for what is the same for all elements
FIXED = frozenset({"fixed", "positive", "parameter"})


class Wild(str):
    """The name of a symbol that stands for any expression.

    Attributes
    ----------
    kind
        For what it may stand: "any", what is "fixed" for all elements (numbers, parameters),
        is so and "positive", a "parameter" (or what is made of some, but no quotient by one), or
        what "varies" from element to element.
    unscaled
        Whether it stands only for what is not multiplied by a number.
    low, high
        Between which its values are, when an equation is proved.
    """

    kind: str
    unscaled: bool
    low: float
    high: float
    hashed: int  # of the name and all of these, since it is asked for often

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wild) and str.__eq__(self, other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return self.hashed

    def may_be(self, e: Expr) -> bool:
        """Whether it may stand for this expression."""
        fits = {
            "any": True,
            "fixed": not varies(e),
            "positive": not varies(e) and interval(e).low >= 0,
            "parameter": _is_parameter(e),
            "varies": varies(e),
        }
        return fits[self.kind] and not (self.unscaled and abs(product(e).number) != 1)


def _is_parameter(e: Expr) -> bool:
    return bool(e.symbols) and not varies(e) and all(n > 0 for _, n in product(e).factors)


def wild(
    name: str, kind: str = "any", low: float = -30.0, high: float = 30.0, *, unscaled: bool = False
) -> Expr:
    """A symbol that stands for any expression that its attributes allow."""
    made = Wild(name)
    attributes = {"kind": kind, "unscaled": unscaled, "low": low, "high": high}
    vars(made).update(attributes, hashed=hash((name, *attributes.values())))
    return symbol(made)


def varies(e: Expr) -> bool:
    """Whether it differs from element to element."""
    return any(map(is_data, e.symbols))


def match(pattern: Expr, e: Expr, found: Found) -> Iterator[Found]:
    """What the wild symbols stand for if all of `e` is the pattern."""
    if isinstance(pattern.value, Wild):
        yield from _bound(pattern, e, found)
    elif pattern.op in SUMS:
        yield from (
            f for f, factor, rest in in_sum(pattern, e, found) if factor.is_one and not rest
        )
    elif pattern.op in _PRODUCTS:
        yield from (f for f, rest in in_product(pattern, product(e), found) if rest.is_one)
    elif pattern.op == "const":
        if e.op == "const" and close(float(pattern.value or 0), float(e.value or 0)):
            yield found
    elif pattern.op == e.op:
        yield from _all(pattern.args, e.args, found)


def _all(patterns: tuple[Expr, ...], args: tuple[Expr, ...], found: Found) -> Iterator[Found]:
    if not patterns:
        yield found
        return
    for f in match(patterns[0], args[0], found):
        yield from _all(patterns[1:], args[1:], f)


def _bound(pattern: Expr, e: Expr, found: Found) -> Iterator[Found]:
    name: Any = pattern.value
    if name in found:
        if same(found[name], e):
            yield found
    elif name.may_be(e):
        yield {**found, name: e}


def in_product(pattern: Expr, given: Product, found: Found) -> Iterator[tuple[Found, Product]]:
    """What the wild symbols stand for if some factors are the pattern, and all the others."""
    wanted = product(pattern)
    rest = Product(given.number / wanted.number, given.factors)
    yield from _factors(sorted(wanted.factors, key=_reluctance), rest, found)


def _reluctance(factor: tuple[Expr, int]) -> int:
    """What may stand for much is asked last."""
    name = factor[0].value
    return 1 + (name.kind not in FIXED) if isinstance(name, Wild) else 0


def _factors(
    wanted: list[tuple[Expr, int]], rest: Product, found: Found
) -> Iterator[tuple[Found, Product]]:
    if not wanted:
        yield found, rest
        return
    (pattern, n), *others = wanted
    for f, left in _factor(pattern, n, rest, found, last=not others):
        yield from _factors(others, left, f)


def _factor(
    pattern: Expr, n: int, rest: Product, found: Found, last: bool
) -> Iterator[tuple[Found, Product]]:
    """One factor of the pattern, to the n-th power."""
    name = pattern.value
    if isinstance(name, Wild):
        if name in found:
            value = product(found[name]).to(n)
            left = rest.without(value)
            # 1.702 x is no factor of x
            if left is not None and 1 in (abs(value.number), abs(snapped(left.number))):
                yield found, left
        else:
            yield from _wild_factor(name, n, rest, found, last)
        return
    for i, (base, m) in enumerate(rest.factors):
        if m * n > 0 and abs(m) >= abs(n):
            kept = ((base, m - n),) if m != n else ()
            left = Product(rest.number, (*rest.factors[:i], *kept, *rest.factors[i + 1 :]))
            if pattern.op in SUMS:
                for f, factor, remaining in in_sum(pattern, base, found):
                    if not remaining:
                        yield f, left.times(factor.to(n))
            else:
                yield from ((f, left) for f in match(pattern, base, found))


def _wild_factor(
    name: Wild, n: int, rest: Product, found: Found, last: bool
) -> Iterator[tuple[Found, Product]]:
    if name.kind in FIXED:  # it takes all that is the same for all elements
        taken = tuple((f, m) for f, m in rest.factors if not varies(f))
        left = tuple((f, m) for f, m in rest.factors if varies(f))
        choices = [(_root(Product(rest.number, taken), n), Product(1.0, left))]
        for i in range(len(taken)) if len(taken) > 1 else ():
            others = Product(rest.number, (*taken[:i], *taken[i + 1 :], *left))
            choices.append((_root(Product(1.0, taken[i : i + 1]), n), others))
    else:  # everything, or one factor
        choices = [(_root(rest, n), ONE)] if last and not rest.is_one else []
        for i, (f, m) in enumerate(rest.factors):
            others = Product(rest.number, (*rest.factors[:i], *rest.factors[i + 1 :]))
            choices.append((_root(Product(1.0, ((f, m),)), n), others))
    for root, remaining in choices:
        if root is not None and name.kind == "positive" and root.number < 0 and n == 1:
            root, remaining = root.times(_MINUS), remaining.times(_MINUS)  # noqa: PLW2901
        if root is not None and name.may_be(root.expression()):
            yield {**found, name: root.expression()}, remaining


_MINUS = Product(-1.0)


def _root(p: Product, n: int) -> Product | None:
    """The product whose n-th power this is."""
    if n == 1:
        return p
    if any(m % n for _, m in p.factors) or (p.number <= 0 and n % 2 == 0) or p.number == 0:
        return None
    number = math.copysign(abs(p.number) ** (1 / n), p.number)
    return Product(number, tuple((f, m // n) for f, m in p.factors))


def in_sum(pattern: Expr, e: Expr, found: Found) -> Iterator[tuple[Found, Product, list[Product]]]:
    """What the wild symbols stand for if some terms are the pattern times a factor; the others."""
    first, *others = _wanted(pattern)
    given = terms(e)
    for i, t in enumerate(given):
        remaining = [*given[:i], *given[i + 1 :]]
        for f, factor in first.times_what(t, found):
            for f2, rest in _terms(others, factor, remaining, f):
                yield f2, factor, rest


@lru_cache(maxsize=1 << 10)
def _wanted(pattern: Expr) -> tuple[_Term, ...]:
    """The terms of a pattern, what may stand for much at last."""
    return tuple(sorted(map(_Term, terms(pattern)), key=lambda t: t.reluctance))


class _Term:
    """A term of a pattern."""

    def __init__(self, p: Product) -> None:
        self.product = p
        self.pattern = Product(1.0, p.factors).expression()
        names = [f.value for f, _ in p.factors]
        self.wild = names[0] if len(names) == 1 and isinstance(names[0], Wild) else None
        alone = self.wild is not None and p.factors[0][1] == 1
        self.wild = self.wild if alone else None
        self.reluctance = 0 if p.factors and not self.wild else 1 if not self.wild else 2
        if self.wild is not None and self.wild.kind not in FIXED:
            self.reluctance = 3

    def times_what(self, t: Product, found: Found) -> Iterator[tuple[Found, Product]]:
        """What this term is multiplied by to be `t`."""
        if not self.product.factors:
            if not t.factors:
                yield found, Product(t.number / self.product.number)
            return
        for f, rest in in_product(self.pattern, t, found):
            yield f, Product(rest.number / self.product.number, rest.factors)


def _terms(
    wanted: list[_Term], factor: Product, given: list[Product], found: Found
) -> Iterator[tuple[Found, list[Product]]]:
    """The remaining terms of a pattern times a factor that is known."""
    if not wanted:
        yield found, given
        return
    term, *others = wanted
    if term.wild is not None and term.wild not in found and others and term.wild.kind not in FIXED:
        return  # two wild symbols in one sum would not know how to share
    scale = Product(factor.number * term.product.number, factor.factors)
    for f, left in _term(term, scale, given, found):
        yield from _terms(others, factor, left, f)


def _term(
    term: _Term, scale: Product, given: list[Product], found: Found
) -> Iterator[tuple[Found, list[Product]]]:
    """One term of a pattern: what it is found to be, and which terms are left."""
    if term.wild is not None and term.wild not in found:
        yield from _wild_terms(term.wild, scale, given, found)
        return
    if term.wild is not None:
        left: list[Product] | None = given
        for t in terms(found[term.wild]):
            left = _removed(scale.times(t), left)
        if left is not None:
            yield found, left
        return
    for i, t in enumerate(given):
        quotient = t.without(scale)
        if quotient is None:
            continue
        remaining = [*given[:i], *given[i + 1 :]]
        if not term.product.factors:
            if quotient.is_one:
                yield found, remaining
            continue
        for f, rest in in_product(term.pattern, quotient, found):
            if rest.is_one:
                yield f, remaining


def _removed(t: Product, given: list[Product] | None) -> list[Product] | None:
    """The terms without one of them; None if it is not there."""
    if given is None:
        return None
    for i, g in enumerate(given):
        quotient = g.without(t)
        if quotient is not None and quotient.is_one:
            return [*given[:i], *given[i + 1 :]]
    return None


def _wild_terms(
    name: Wild, scale: Product, given: list[Product], found: Found
) -> Iterator[tuple[Found, list[Product]]]:
    """A wild symbol takes all the terms that it may."""
    fixed = name.kind in FIXED
    taken, left = [], []
    for t in given:
        part = t.without(scale)
        if part is None or (fixed and any(varies(f) for f, _ in t.factors)):
            left.append(t)
        else:
            taken.append(part)
    if taken and name.may_be(total(taken)):
        yield {**found, name: total(taken)}, left
