"""Polynomials and their quotients: Horner's scheme, and powers of 1 / x far out.

`x - x**3` is inf - inf, and `(x + x**2) / (1 + x**2)` inf / inf, long before their values are
too large for a format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from multiact.calculus.graph import Data
from multiact.calculus.lower import unbounded
from multiact.calculus.matching import varies
from multiact.calculus.normal import (
    SUMS,
    Product,
    collected,
    key,
    product,
    signed,
    snapped,
    terms,
    total,
)
from multiact.calculus.simplify import add, div, mapped, mul, neg, power, sub, substituted, where
from multiact.calculus.tracing import Expr, call, const, symbol


def gathered(e: Expr) -> Expr:
    """`e` with what is the same for all elements added up first: x - a + b as x + (b - a)."""
    return mapped(e, _gathered)


def _gathered(e: Expr) -> Expr:
    if e.op not in SUMS or not varies(e):
        return e
    parts = terms(e)
    if _make_one_or_none(parts):  # 1/4 (1 + u) + 3/4
        return _fixed_last(parts)
    parts = list(_summands(e))
    return e if sum(map(_is_fixed, parts)) < 2 else _fixed_last(parts)


def _fixed_last(parts: list[Product]) -> Expr:
    moving = total(t for t in parts if not _is_fixed(t))
    return add(moving, total(collected(t for t in parts if _is_fixed(t))))


def _make_one_or_none(parts: list[Product]) -> bool:
    """Whether there are several numbers among the terms, and they add up to 1, 0 or -1."""
    numbers = [t.number for t in parts if not t.factors]
    return len(numbers) > 1 and snapped(sum(numbers)) in (-1.0, 0.0, 1.0)


def _is_fixed(t: Product) -> bool:
    return not any(varies(f) for f, _ in t.factors)


def _summands(e: Expr) -> Iterator[Product]:
    """The terms of a sum; unlike in `terms`, sums in it that have a factor stay whole."""
    for sign, part in signed(e):
        whole = product(part)
        yield Product(sign * whole.number, whole.factors)


def horner(e: Expr) -> Expr:
    """`e` with sums of powers of one expression as `c0 + u (c1 + u (c2 + ...))`."""
    return mapped(e, _by_horner)


def _by_horner(e: Expr) -> Expr:
    if e.op not in SUMS:
        return e
    base: Expr | None = None
    coefficients: dict[int, list[Product]] = {}
    for t in _distributed(e):
        moving = [(f, n) for f, n in t.factors if varies(f)]
        if len(moving) > 1 or (moving and moving[0][1] < 0):
            return e
        degree = moving[0][1] if moving else 0
        if moving:
            if base is not None and key(moving[0][0]) != key(base):
                return e
            base = moving[0][0]
        fixed = tuple((f, n) for f, n in t.factors if not varies(f))
        coefficients.setdefault(degree, []).append(Product(t.number, fixed))
    if base is None or sum(degree > 0 for degree in coefficients) < 2 or not unbounded(base):
        return e
    lowest = min(coefficients)
    degrees = sorted(coefficients, reverse=True)
    sums = {n: total(collected(parts)) for n, parts in coefficients.items()}
    y = sums[degrees[0]]
    for above, degree in pairwise(degrees):
        y = add(mul(power(base, above - degree), y), sums[degree])
    return mul(power(base, lowest), y) if lowest else y


_X = symbol(Data("x"))
_T = symbol("1/x")  # where |x| > 1
_FAR = 1.0


def far_out(e: Expr) -> Expr:
    """`e` with quotients of polynomials in x and |x| in powers of 1 / x for |x| > 1.

    Only where one of both grows like x**2 or more, which overflows where x does not.
    """
    return mapped(e, _far_out)


def _far_out(e: Expr) -> Expr:
    if e.op != "div" or not varies(e.args[1]):
        return e
    top, bottom = map(_order, e.args)
    if top is None or bottom is None or min(top[0], bottom[0]) < 1 or max(top[0], bottom[0]) < 2:
        return e
    degree, rest = _ORDERS["div"](top, bottom)
    far = call("gt", call("abs", _X), _FAR)
    t = div(1.0, where(far, _X, 1.0))
    rest = substituted(rest, {_T: t})
    grown = power(_X, degree) if degree >= 0 else power(t, -degree)
    return where(far, mul(grown, rest), e)


def _distributed(e: Expr) -> Iterator[Product]:
    """The terms of a sum, and of sums in it that are multiplied by what is fixed or a symbol."""
    for t in terms(e):
        sums = [f for f, n in t.factors if f.op in SUMS and n == 1 and varies(f)]
        others = Product(t.number, tuple(p for p in t.factors if not any(p[0] is f for f in sums)))
        if len(sums) == 1 and not any(varies(f) and f.op != "symbol" for f, _ in others.factors):
            yield from (others.times(part) for part in _distributed(sums[0]))
        else:
            yield t


Order = tuple[int, Expr]  #: of x**n E(1 / x): the power, and E


def _order(e: Expr) -> Order | None:
    """An expression of x, |x| and what is fixed as a power of x times an expression of 1 / x."""
    if not varies(e):
        return 0, e
    if e is _X:
        return 1, const(1.0)
    if e.op == "where":
        return _order_of_bounded(e)
    rule = _ORDERS.get(e.op)
    parts = [_order(a) for a in e.args]
    return None if rule is None or None in parts else rule(*parts)


def _order_of_bounded(e: Expr) -> Order | None:
    """Of `where(u < c, c, u)` and its like, where c is fixed: that of u."""
    condition, bound, u = e.args
    compared = len(condition.args) == 2 and condition.args[0] is u and condition.args[1] is bound
    part = _order(u) if compared and not varies(bound) else None
    if part is None or part[0] < 0:
        return None
    degree, rest = part
    return degree, where(condition, mul(bound, power(_T, degree)), rest)


def _raised(part: Order, to: int) -> Expr:
    degree, rest = part
    return rest if degree == to else mul(rest, power(_T, to - degree))


def _sum(op: Callable[[Expr, Expr], Expr]) -> Callable[[Order, Order], Order]:
    def order(a: Order, b: Order) -> Order:
        degree = max(a[0], b[0])
        return degree, op(_raised(a, degree), _raised(b, degree))

    return order


def _absolute(a: Order) -> Order:
    degree, rest = a
    size = call("abs", rest)
    return degree, mul(call("sign", _X), size) if degree % 2 else size


_ORDERS: dict[str, Callable[..., Order]] = {
    "add": _sum(add),
    "sub": _sum(sub),
    "neg": lambda a: (a[0], neg(a[1])),
    "mul": lambda a, b: (a[0] + b[0], mul(a[1], b[1])),
    "div": lambda a, b: (a[0] - b[0], div(a[1], b[1])),
    "abs": _absolute,
}
