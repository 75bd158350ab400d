"""Shortening of expressions for readers: maxima and |u|, sums of n terms, repeated parts."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from multiact.calculus.graph import Element, topological, users
from multiact.calculus.simplify import add, mapped, neg, rebuild, sub
from multiact.calculus.surrogate import valued
from multiact.calculus.tracing import Expr, is_const, symbol
from multiact.notation.arrange import terms
from multiact.notation.redundant import assuming, without_redundant_choices

_LETTERS = "tuvwrqz"
_MIN_NODES = 8  # of a repeated part that gets its own letter
_MIN_USES = 3  # of such a part
_MIN_TERMS = 4  # of a sum that is shortened


def readable(e: Expr) -> tuple[Expr, dict[str, Expr]]:
    """Shorten `e` for a reader; also return the parts replaced by letters, in definition order."""
    return _name_parts(_shorten_sums(_recognise(without_redundant_choices(valued(e)))))


@cache
def _recognise(e: Expr) -> Expr:
    """Remove branches that a `where`'s condition excludes, and name maxima, minima and |u|."""
    match = _match_special(e)
    if match is not None:
        return Expr.of(match[0], tuple(map(_recognise, match[1])))
    if e.op == "where":
        condition, left, right = e.args
        left, right = assuming(left, condition, 1), assuming(right, condition, 2)
        return Expr.of("where", tuple(map(_recognise, (condition, left, right))))
    return rebuild(e, tuple(map(_recognise, e.args)))


def _match_special(e: Expr) -> tuple[str, tuple[Expr, ...]] | None:
    """Match a `where` that is a maximum, a minimum or an absolute value: name and operands."""
    if e.op != "where":
        return None
    condition, left, right = e.args
    if condition.op not in ("le", "ge", "lt") or condition.args[0] is not right:
        return None
    bound = condition.args[1]
    if condition.op == "lt":
        return ("abs", (right,)) if is_const(bound, 0) and left is neg(right) else None
    return ("max" if condition.op == "le" else "min", (right, left)) if bound is left else None


@cache
def _shorten_sums(e: Expr) -> Expr:
    """Write sums over the elements of array parameters as series, or with dots in the middle."""
    if e.op not in ("add", "sub"):
        return rebuild(e, tuple(map(_shorten_sums, e.args)))
    groups: dict[int | None, list[tuple[bool, Expr]]] = defaultdict(list)
    for negative, term in terms(e):
        groups[_index(term)].append((negative, _shorten_sums(term)))
    indexed = sorted(i for i in groups if i is not None)
    if len(indexed) < _MIN_TERMS:
        return _sum([t for group in groups.values() for t in group])
    generalised = {tuple((s, _generalise(t)) for s, t in groups[i]) for i in indexed}
    if len(generalised) == 1:
        series = [(s, Expr.of("series", (t,))) for s, t in generalised.pop()]
        return _sum([*groups[None], *series])
    if all(_skeleton(groups[i]) != _skeleton(groups[indexed[-1]]) for i in indexed[:-1]):
        return _sum([t for group in groups.values() for t in group])
    middle = (False, symbol("dots"))
    series = [*groups[indexed[0]], *groups[indexed[1]], middle, *groups[indexed[-1]]]
    others = groups[None]
    return _sum([*others, *series] if next(iter(groups)) is None else [*series, *others])


def _sum(parts: list[tuple[bool, Expr]]) -> Expr:
    negative, total = parts[0]
    total = neg(total) if negative else total
    for negative, part in parts[1:]:
        total = (sub if negative else add)(total, part)
    return total


def _index(e: Expr) -> int | None:
    """Return the index of the array elements in `e`, or None unless they share a single one."""
    numbers = (s.number for s in e.symbols if isinstance(s, Element))
    indices = {n for n in numbers if isinstance(n, int)}
    return indices.pop() if len(indices) == 1 else None


def _generalise(e: Expr) -> Expr:
    """Replace the index of array elements in `e` by the letter k."""

    def change(n: Expr) -> Expr:
        return symbol(Element(n.value.array, "k")) if isinstance(n.value, Element) else n

    return mapped(e, change)


def _skeleton(group: list[tuple[bool, Expr]]) -> list[str]:
    """Return what the terms of one series have in common: everything but the numbers."""
    return [re.sub(r"-?\d+\.\d+(e-?\d+)?", "#", repr(_generalise(t))) for _, t in group]


def _name_parts(e: Expr) -> tuple[Expr, dict[str, Expr]]:
    order = topological([e])
    uses = users([e])
    free = [c for c in _LETTERS if c not in e.symbols]
    parts: dict[str, Expr] = {}
    rewritten: dict[Expr, Expr] = {}
    for n in order:
        rewritten[n] = rebuild(n, tuple(rewritten[a] for a in n.args))
        long = (
            n.op not in ("const", "symbol", "neg")
            and len(topological([rewritten[n]])) >= _MIN_NODES
        )
        if long and uses[n] >= _MIN_USES and free:
            letter = free.pop(0)
            parts[letter] = rewritten[n]
            rewritten[n] = symbol(letter)
    return rewritten[e], parts
