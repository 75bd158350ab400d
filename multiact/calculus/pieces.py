"""Sums of pieces, piece by piece, where terms of opposite signs meet.

`1 - abs(x - 1)` is x below 1, and `x - where(x > b, x - b, 0)` is b above b; computed as they
are written, they lose what is small beside the terms that cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from multiact.calculus.matching import varies
from multiact.calculus.normal import (
    SUMS,
    Product,
    cancels,
    collected,
    expanded,
    signed,
    terms,
    total,
)
from multiact.calculus.primitive import Primitive
from multiact.calculus.simplify import mapped, simplify, where
from multiact.calculus.tracing import NAMESPACE, Expr, call

_NESTED = 3  #: pieces within pieces
_MANY = 12  #: terms, beyond which a sum stays as it is
_FEW = 4  #: terms that are made of pieces, whose combinations are looked at

Parts = Sequence[Product]


class _Piece(NamedTuple):
    """What a term is where a condition holds, or (the last piece) everywhere else."""

    condition: Expr
    holds: bool
    parts: Parts


def piecewise(e: Expr) -> Expr:
    """`e` with its sums of pieces taken apart where that lets terms cancel."""
    return mapped(e, _one)


def with_asymptotes(e: Expr) -> Expr:
    """`e` with the asymptotes of functions in its sums, where that lets terms cancel."""
    return piecewise(mapped(e, _with_asymptotes))


@lru_cache(maxsize=4096)
def _with_asymptotes(e: Expr) -> Expr:
    if not _may_cancel(e, _pieces_of):
        return e
    apart = [_parts(t) for t in _summands(e)]
    if not any(len(p) > 1 for p in apart):
        return e
    found = _apart([t for p in apart for t in p], _NESTED)
    return e if found is None else found


def _may_cancel(e: Expr, wanted: Callable[[Expr], object]) -> bool:
    """Whether it is a sum that varies, not too long to be taken apart, of what is wanted."""
    if e.op not in SUMS or not varies(e) or len([*islice(signed(e), _MANY + 1)]) > _MANY:
        return False
    return any(wanted(f) for f in _all_factors(e))


def _all_factors(e: Expr) -> Iterator[Expr]:
    """The factors of all terms, were the products of sums multiplied out, which takes long."""
    left, seen = [e], {e}
    while left:
        part = left.pop()
        if part.op in SUMS or part.op in ("mul", "div", "neg"):
            new = [a for a in part.args if a not in seen]
            seen.update(new)
            left += new
        else:
            yield part


def _is_choice(e: Expr) -> bool:
    return e.op in ("abs", "where") and varies(e)


def _pieces_of(e: Expr) -> Callable[..., Expr] | None:
    """What a function with an asymptote is made of; None for any other."""
    return e.op.pieces if isinstance(e.op, Primitive) else None


def _parts(term: Product) -> Parts:
    for i, (f, n) in enumerate(term.factors):
        pieces = _pieces_of(f) if n == 1 else None
        if pieces is not None:
            others = (*term.factors[:i], *term.factors[i + 1 :])
            whole = simplify(pieces(*f.args, xp=NAMESPACE), f.args)
            return [Product(term.number, others).times(t) for t in _summands(whole)]
    return [term]


@lru_cache(maxsize=4096)
def _one(e: Expr) -> Expr:
    if not _may_cancel(e, _is_choice):
        return e
    found = _apart(_summands(e), _NESTED)
    return e if found is None else found


def _summands(e: Expr) -> Parts:
    return [t for t in expanded(e, _MANY) or terms(e) if t.number]


def _apart(parts: Parts, depth: int) -> Expr | None:
    """The sum piece by piece; None if nothing cancels in any of them."""
    if not depth or len(parts) > _MANY:
        return None
    choices = [i for i, part in enumerate(parts) if _choice(part) is not None]
    if len(choices) > _FEW:
        return None
    for i in choices:
        pieces = _pieces(parts[i])
        others = [*parts[:i], *parts[i + 1 :]]
        sums = [[*_known(others, p.condition, p.holds), *p.parts] for p in pieces]
        inner = [_apart(s, depth - 1) for s in sums]
        if any(map(_cancels, sums)) or any(e is not None for e in inner):
            values = [
                total(collected(s)) if e is None else e for s, e in zip(sums, inner, strict=True)
            ]
            result = values[-1]
            for piece, value in zip(reversed(pieces[:-1]), reversed(values[:-1]), strict=True):
                result = where(piece.condition, value, result)
            return result
    return None


def _cancels(parts: Parts) -> bool:
    """Whether terms cancel that a varying one is beside."""
    return any(varies(f) for t in parts for f, _ in t.factors) and cancels(parts)


def _choice(part: Product) -> Expr | None:
    """The factor of a term that makes it one of pieces; no other power of it is a factor."""
    chosen = [(f, n) for f, n in part.factors if _is_choice(f)]
    single = [f for f, n in chosen if n == 1]
    alone = len(single) == 1 and sum(f is single[0] for f, _ in chosen) == 1
    return single[0] if alone else None


def _pieces(part: Product) -> list[_Piece]:
    """The pieces of a term that is made of such; else none."""
    choice = _choice(part)
    if choice is None:
        return []
    factor = Product(part.number, tuple((f, n) for f, n in part.factors if f is not choice))

    def times(e: Expr, sign: float = 1.0) -> Parts:
        return [factor.times(Product(sign * t.number, t.factors)) for t in _summands(e)]

    if choice.op == "where":
        condition, left, right = choice.args
        return [_Piece(condition, True, times(left)), _Piece(condition, False, times(right))]
    (u,) = choice.args
    below, above = call("lt", u, 0.0), call("gt", u, 0.0)
    # three pieces, since the slope of abs is 0 at 0
    return [
        _Piece(below, True, times(u, -1.0)),
        _Piece(above, True, times(u)),
        _Piece(above, False, []),
    ]


def _known(parts: Parts, condition: Expr, holds: bool) -> Parts:
    """The terms with their pieces where it is known whether a condition holds."""
    known: list[Product] = []
    for part in parts:
        here = [p for p in _pieces(part) if p.condition is condition and p.holds is holds]
        known.extend(here[0].parts if here else [part])
    return known
