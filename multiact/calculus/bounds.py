"""Bounds of an expression's values that hold for every input, as far as they are seen."""

from __future__ import annotations

import math
from functools import cache

from multiact.calculus.graph import Expr, is_const


@cache
def ceiling(e: Expr) -> float:
    """A number that no value of `e` exceeds; infinite where none is seen."""
    if isinstance(e.value, float):
        return e.value
    if e.op == "neg":
        return 0.0 if _not_negative(e.args[0]) else math.inf
    if e.op == "mul" and is_const(e.args[0]):
        factor = float(e.args[0].value or 0)
        return 0.0 if factor <= 0 and _not_negative(e.args[1]) else math.inf
    if e.op == "where":
        condition, left, right = e.args
        highest = max(ceiling(left), ceiling(right))
        if condition.op in ("gt", "ge"):
            x, bound = condition.args
            if x is right and bound is left:
                return min(ceiling(left), highest)  # the smaller of both
        return highest
    return math.inf


def _not_negative(e: Expr) -> bool:
    return e.op == "abs" or (e.op == "mul" and e.args[0] is e.args[1])
