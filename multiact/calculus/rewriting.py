"""Rewriting by equations: formulas as papers write them become the forms that keep their digits.

An equation says that two expressions are the same function.  Its left side is looked for in
an expression, up to order, signs and factors, and replaced by its right side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from multiact.calculus.graph import topological
from multiact.calculus.matching import Found, Wild, in_product, in_sum, match
from multiact.calculus.normal import (
    SUMS,
    Product,
    collected,
    expanded,
    product,
    snapped,
    terms,
    total,
)
from multiact.calculus.simplify import mul, rebuild, transformed
from multiact.calculus.tracing import Expr, is_const

#: the order in which equations are used: names for what is written out; forms without
#: cancellation and overflow; forms that are cheaper, or more accurate, for what is now there
PHASES = ("canonicalise", "stabilise", "specialise")
LONG = 16  # terms; the work for all parts of a sum grows with their cube
_SUM, _PRODUCT = "sum", "product"
_KINDS = {"add": _SUM, "sub": _SUM, "mul": _PRODUCT, "div": _PRODUCT, "neg": _PRODUCT}


@dataclass(frozen=True, eq=False)
class Equation:
    """Two expressions that are the same function of their wild symbols.

    Attributes
    ----------
    left, right
        What is looked for, and what takes its place.
    phase
        One of `PHASES`.
    given
        Wild symbols of the right side alone, and what they are: a sum of others, whose like
        terms are added up before it is seen whether the symbol may be that.
    """

    left: Expr
    right: Expr
    phase: str = "stabilise"
    given: tuple[tuple[Expr, Expr], ...] = ()

    @cached_property
    def kind(self) -> str:
        """Of which operations the left side is found among."""
        return _KINDS.get(self.left.op, self.left.op)

    @cached_property
    def needs(self) -> frozenset[str]:
        """The operations without which the left side is not there."""
        return _operations(self.left) - _KINDS.keys() - {"const", "symbol"}

    @cached_property
    def wild(self) -> tuple[Wild, ...]:
        """The wild symbols, by name."""
        return tuple(sorted(s for s in self.left.symbols if isinstance(s, Wild)))

    def applied(self, e: Expr) -> Expr | None:
        """The expression with the left side in it replaced; None if it is not in it."""
        return next(self._results(e), None)

    def _results(self, e: Expr) -> Iterator[Expr]:
        if self.kind == _SUM:
            for found, factor, rest in in_sum(self.left, e, {}):
                right = self._right(found)
                if right is not None:
                    new = Product(factor.number, ((right, 1), *factor.factors))
                    yield total([*rest, new]) if rest else new.expression()
        elif self.kind == _PRODUCT:
            for found, left in in_product(self.left, product(e), {}):
                right = self._right(found)
                if right is not None:
                    yield left.times(product(right)).expression()
        else:
            whole = (self._right(found) for found in match(self.left, e, {}))
            yield from (right for right in whole if right is not None)

    def _right(self, found: Found) -> Expr | None:
        known = dict(found)
        for symbol, meaning in self.given:
            name: Any = symbol.value
            meant = _filled(meaning, found)
            known[name] = total(collected(expanded(meant) or terms(meant)))
            if not name.may_be(known[name]):
                return None
        return _filled(self.right, known)


def equal(left: Expr, right: Expr, *given: tuple[Expr, Expr]) -> Equation:
    """An equation whose right side loses no digits where the left side does."""
    return Equation(left, right, given=given)


def named(left: Expr, right: Expr) -> Equation:
    """An equation that gives a name to what is written out."""
    return Equation(left, right, "canonicalise")


def cheaper(left: Expr, right: Expr) -> Equation:
    """An equation to a form that costs less, or is more accurate, in one piece."""
    return Equation(left, right, "specialise")


def _filled(e: Expr, found: Found) -> Expr:
    """The right side for what was found; sqrt(2) times 1 / sqrt(2) is 1."""
    done: dict[Expr, Expr] = {}
    for n in topological([e]):
        if isinstance(n.value, Wild):
            done[n] = found[n.value]
        else:
            done[n] = _snapped(rebuild(n, tuple(done[a] for a in n.args)))
    return done[e]


def _snapped(e: Expr) -> Expr:
    if e.op == "mul" and is_const(e.args[0]):
        return mul(snapped(e.args[0].value), e.args[1])  # type: ignore[arg-type]
    return e


class Rewriter:
    """Applies equations until none of them applies.

    Parameters
    ----------
    equations
        Of which an earlier one goes before a later one.
    """

    def __init__(self, equations: Iterable[Equation]) -> None:
        self.equations = tuple(equations)

    def __call__(
        self,
        e: Expr,
        used: list[Equation] | None = None,
        phases: Sequence[str] = PHASES,
    ) -> Expr:
        """The better form of a simplified expression; the equations are added to `used`."""
        for phase in phases:
            e = self._all_improved(e, phase, used)
        return e

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, list[Equation]]]:
        table: dict[str, dict[str, list[Equation]]] = {phase: {} for phase in PHASES}
        for q in self.equations:
            table[q.phase].setdefault(q.kind, []).append(q)
        return table

    def _all_improved(self, e: Expr, phase: str, used: list[Equation] | None) -> Expr:
        parts = _parts_of_long_sums(e)

        def change(node: Expr, rebuilt: Expr) -> Expr:
            _operations(rebuilt)  # while those of its arguments are known: it is recursive
            found = None if node in parts else _applied(self, phase, rebuilt)
            if found is None:
                return rebuilt
            q, better = found
            if used is not None:
                used.append(q)
            return self._all_improved(better, phase, used)

        return transformed([e], change)[0]

    def applied(self, e: Expr, phase: str) -> tuple[Equation, Expr] | None:
        """The first equation of a phase that changes an expression, and what it becomes."""
        candidates = self._by_kind[phase].get(_KINDS.get(e.op, e.op), ())
        there = _operations(e) if candidates else frozenset()
        for q in candidates:
            better = q.applied(e) if q.needs <= there else None
            if better is not None and better is not e:
                return q, better
        return None


@lru_cache(maxsize=1 << 14)
def _applied(rewriter: Rewriter, phase: str, e: Expr) -> tuple[Equation, Expr] | None:
    """`Rewriter.applied`; derivatives of one function have most of their parts in common."""
    return rewriter.applied(e, phase)


def _parts_of_long_sums(e: Expr) -> set[Expr]:
    """The sums within sums of many terms, whose terms are looked at once, all together."""
    nodes = topological([e])
    sums = [n for n in nodes if n.op in SUMS]
    lengths: dict[Expr, int] = {}
    for n in sums:
        lengths[n] = sum(lengths.get(a, 1) for a in n.args)
    elsewhere = {a for n in nodes if n.op not in SUMS for a in n.args}
    parts: set[Expr] = set()
    for n in reversed(sums):
        if n in parts or lengths[n] > LONG:
            parts.update(a for a in n.args if a in lengths and a not in elsewhere)
    return parts


@lru_cache(maxsize=1 << 16)
def _operations(e: Expr) -> frozenset[str]:
    return frozenset({e.op}).union(*map(_operations, e.args))
