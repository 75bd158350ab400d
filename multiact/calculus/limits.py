"""Limits at the infinities that arithmetic does not find: sin(inf) is NaN."""

from __future__ import annotations

import math

from multiact.calculus.graph import Data, topological
from multiact.calculus.simplify import where
from multiact.calculus.tracing import Expr, call, const, symbol

_TRIG = frozenset({"sin", "cos", "tan"})


def with_limits(e: Expr, limits: tuple[float | None, float | None] | None) -> Expr:
    """`e`, and at the infinities the declared limits where waves of `x` would be NaN."""
    x = symbol(Data("x"))
    if limits is None or not any(n.op in _TRIG and "x" in n.symbols for n in topological([e])):
        return e
    for infinity, limit in zip((-math.inf, math.inf), limits, strict=True):
        if limit is not None:
            there = x if limit == infinity else const(limit)
            e = where(call("eq", x, infinity), there, e)
    return e
