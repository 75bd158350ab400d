"""NaN goes in, NaN comes out: no comparison with NaN holds, so it takes the last branch."""

from __future__ import annotations

import math
from functools import lru_cache

from multiact.calculus.graph import Noise, is_data, topological
from multiact.calculus.simplify import mapped, where
from multiact.calculus.tracing import Expr, call, symbol

_OPPOSITE = {"lt": "ge", "ge": "lt", "le": "gt", "gt": "le"}
_COMPARISONS = frozenset({*_OPPOSITE, "eq"})


def keeping_nan(e: Expr) -> Expr:
    """`e` with comparisons turned round where a branch that knows no NaN would get it.

    `where(x > 0, log(x), 0)` becomes `where(x <= 0, 0, log(x))`: the same numbers.  If no
    branch knows it, NaN is let through beside them.
    """
    for name in sorted(filter(is_data, e.symbols)):
        for node in topological([e]):  # its arguments first: a long sum is deeper than the stack
            _is_nan(node, name)
        if not _is_nan(e, name) and not isinstance(name, Noise):
            e = mapped(e, lambda n: _turned(n, name))  # noqa: B023  used at once
            if not _is_nan(e, name):
                x = symbol(name)
                e = where(call("eq", x, x), e, x)
    return e


def _turned(e: Expr, name: str) -> Expr:
    if e.op != "where" or _holds(e.args[0], name) is not False:
        return e
    condition, left, right = e.args
    if _is_nan(right, name) or not _is_nan(left, name):
        return e
    opposite = _opposite(condition)
    return e if opposite is None else where(opposite, right, left)


def _opposite(condition: Expr) -> Expr | None:
    """What holds where the condition does not, NaN apart, where neither holds."""
    if condition.op in _OPPOSITE:
        return call(_OPPOSITE[condition.op], *condition.args)
    if condition.op in ("logical_and", "logical_or"):
        left, right = map(_opposite, condition.args)
        other = "logical_or" if condition.op == "logical_and" else "logical_and"
        return None if left is None or right is None else call(other, left, right)
    return None


@lru_cache(maxsize=1 << 14)
def _holds(condition: Expr, name: str) -> bool | None:
    """Whether a condition holds where a symbol is NaN; None where that is not known."""
    op, args = condition.op, condition.args
    if op in _COMPARISONS:
        return False if any(_is_nan(a, name) for a in args) else None
    if op == "ne":
        return True if any(_is_nan(a, name) for a in args) else None
    if op == "isnan":
        return True if _is_nan(args[0], name) else None
    known = [_holds(a, name) for a in args]
    if op == "logical_not":
        return None if known[0] is None else not known[0]
    if op == "logical_and":
        return False if False in known else True if all(known) else None
    if op == "logical_or":
        return True if True in known else None if None in known else False
    return None


@lru_cache(maxsize=1 << 14)
def _is_nan(e: Expr, name: str) -> bool:
    """Whether an expression is NaN where a symbol is."""
    if e.op == "const":
        return math.isnan(float(e.value or 0))
    if e.op == "symbol":
        return e.value == name
    if e.op == "straight_through":
        return _is_nan(e.args[0], name)
    if e.op == "where":
        holds = _holds(e.args[0], name)
        branches = e.args[1:] if holds is None else (e.args[1 if holds else 2],)
        return all(_is_nan(branch, name) for branch in branches)
    return any(_is_nan(a, name) for a in e.args)
