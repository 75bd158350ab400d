"""Bounds of an expression's values that hold for every input, as far as they are seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from multiact.calculus.graph import Number
from multiact.calculus.tracing import Expr, is_const

_INF = math.inf


class Interval(NamedTuple):
    """All that the values of an expression can be, NaN apart."""

    low: float
    high: float


@lru_cache(maxsize=1 << 16)
def interval(e: Expr) -> Interval:
    """Bounds of `e`, infinite where none are seen."""
    if isinstance(e.value, float) and not math.isnan(e.value):
        return Interval(e.value, e.value)
    if isinstance(e.value, Number):
        return Interval(e.value.low, e.value.high)
    if e.op == "where":
        return _chosen(e)
    if e.op == "mul" and e.args[0] is e.args[1]:
        return _square(interval(e.args[0]))
    rule = _RULES.get(e.op)
    return rule(*map(interval, e.args)) if rule else Interval(-_INF, _INF)


def _chosen(e: Expr) -> Interval:
    """Of a choice: of both branches, less where it takes the smaller or the larger."""
    a, b = (interval(branch) for branch in e.args[1:])
    found = clamp_of(e)
    if found is None:
        return Interval(min(a.low, b.low), max(a.high, b.high))
    choose = max if found[0] == "maximum" else min
    return Interval(choose(a.low, b.low), choose(a.high, b.high))


def _square(a: Interval) -> Interval:
    return Interval(0.0, max(a.low * a.low, a.high * a.high))


def _product(a: Interval, b: Interval) -> Interval:
    corners = [0.0 if 0 in (u, v) else u * v for u in a for v in b]
    return Interval(min(corners), max(corners))


def _quotient(a: Interval, b: Interval) -> Interval:
    return _product(a, Interval(1 / b.high, 1 / b.low)) if b.low > 0 else Interval(-_INF, _INF)


def _exp(a: Interval) -> Interval:
    return Interval(*(math.exp(v) if v < 700 else _INF for v in a))


def _rounded(a: Interval) -> Interval:
    low, high = a
    return Interval(
        math.floor(low) if math.isfinite(low) else low,
        math.ceil(high) if math.isfinite(high) else high,
    )


_RULES: dict[str, Callable[..., Interval]] = {
    "neg": lambda a: Interval(-a.high, -a.low),
    "abs": lambda a: Interval(0.0, max(abs(a.low), abs(a.high))),
    "add": lambda a, b: Interval(a.low + b.low, a.high + b.high),
    "mul": _product,
    "div": _quotient,
    "exp": _exp,
    "maximum": lambda a, b: Interval(max(a.low, b.low), max(a.high, b.high)),
    "minimum": lambda a, b: Interval(min(a.low, b.low), min(a.high, b.high)),
    "round": _rounded,
}


_CLAMPS = {"lt": "maximum", "le": "maximum", "gt": "minimum", "ge": "minimum"}


def clamp_of(e: Expr) -> tuple[str, Expr, Expr] | None:
    """What `where(x < c, c, x)` and its like are: the operation, x, and the constant c."""
    if e.op == "where":
        condition, bound, other = e.args
        if condition.op in _CLAMPS and is_const(bound):
            x, c = condition.args
            if x is other and c is bound:
                return _CLAMPS[condition.op], x, c
    return None
