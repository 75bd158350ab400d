"""Expressions made shorter for readers: what a `where` means, sums of n terms, repeated parts."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from multiact.calculus.graph import Element, topological, users
from multiact.calculus.simplify import add, mapped, neg, rebuild, sub
from multiact.calculus.tracing import Expr, is_const, symbol
from multiact.notation.arrange import terms
from multiact.notation.redundant import assuming, without_redundant_choices

_LETTERS = "tuvwrqz"
_LONG = 8  # nodes of a part worth a letter of its own
_OFTEN = 3  # uses of such a part
_MANY = 4  # terms of a sum that is shortened


def readable(e: Expr) -> tuple[Expr, dict[str, Expr]]:
    """`e` for a reader, and the parts that got a letter, in the order of their definition."""
    return _lettered(_shortened(_recognised(without_redundant_choices(e))))


@cache
def _recognised(e: Expr) -> Expr:
    """Each `where` without branches that its condition excludes; maxima and |u| by name."""
    found = _special(e)
    if found is not None:
        return Expr.of(found[0], tuple(map(_recognised, found[1])))
    if e.op == "where":
        condition, left, right = e.args
        left, right = assuming(left, condition, 1), assuming(right, condition, 2)
        return Expr.of("where", tuple(map(_recognised, (condition, left, right))))
    return rebuild(e, tuple(map(_recognised, e.args)))


def _special(e: Expr) -> tuple[str, tuple[Expr, ...]] | None:
    """The name and operands of a `where` that is a maximum, a minimum or an absolute value."""
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
def _shortened(e: Expr) -> Expr:
    """Sums over the elements of array parameters as series, or with dots in the middle."""
    if e.op not in ("add", "sub"):
        return rebuild(e, tuple(map(_shortened, e.args)))
    groups: dict[int | None, list[tuple[bool, Expr]]] = defaultdict(list)
    for negative, term in terms(e):
        groups[_index(term)].append((negative, _shortened(term)))
    indexed = sorted(i for i in groups if i is not None)
    if len(indexed) < _MANY:
        return _summed([t for group in groups.values() for t in group])
    general = {tuple((s, _general(t)) for s, t in groups[i]) for i in indexed}
    if len(general) == 1:
        series = [(s, Expr.of("series", (t,))) for s, t in general.pop()]
        return _summed([*groups[None], *series])
    if all(_skeleton(groups[i]) != _skeleton(groups[indexed[-1]]) for i in indexed[:-1]):
        return _summed([t for group in groups.values() for t in group])
    middle = (False, symbol("dots"))
    series = [*groups[indexed[0]], *groups[indexed[1]], middle, *groups[indexed[-1]]]
    others = groups[None]
    return _summed([*others, *series] if next(iter(groups)) is None else [*series, *others])


def _summed(parts: list[tuple[bool, Expr]]) -> Expr:
    negative, total = parts[0]
    total = neg(total) if negative else total
    for negative, part in parts[1:]:
        total = (sub if negative else add)(total, part)
    return total


def _index(e: Expr) -> int | None:
    """The one index of the array elements in `e`."""
    numbers = (s.number for s in e.symbols if isinstance(s, Element))
    found = {n for n in numbers if isinstance(n, int)}
    return found.pop() if len(found) == 1 else None


def _general(e: Expr) -> Expr:
    """`e` with the letter k for the index."""

    def change(n: Expr) -> Expr:
        return symbol(Element(n.value.array, "k")) if isinstance(n.value, Element) else n

    return mapped(e, change)


def _skeleton(group: list[tuple[bool, Expr]]) -> list[str]:
    """What two terms of one series share: operations and names, no numbers."""
    return [re.sub(r"-?\d+\.\d+(e-?\d+)?", "#", repr(_general(t))) for _, t in group]


def _lettered(e: Expr) -> tuple[Expr, dict[str, Expr]]:
    order = topological([e])
    uses = users([e])
    free = [c for c in _LETTERS if c not in e.symbols]
    named: dict[str, Expr] = {}
    done: dict[Expr, Expr] = {}
    for n in order:
        done[n] = rebuild(n, tuple(done[a] for a in n.args))
        long = n.op not in ("const", "symbol", "neg") and len(topological([done[n]])) >= _LONG
        if long and uses[n] >= _OFTEN and free:
            letter = free.pop(0)
            named[letter] = done[n]
            done[n] = symbol(letter)
    return done[e], named
