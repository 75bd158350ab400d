"""What the rewriting rules are made of: their table, and the patterns they look for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable

from multiact.calculus.simplify import mul
from multiact.calculus.tracing import Expr, is_const

Rule = Callable[[Expr], Expr | None]
FORMS: dict[str, list[Rule]] = defaultdict(list)


def on(*ops: str) -> Callable[[Rule], Rule]:
    """Make a function a rule for these operations."""

    def keep(rule: Rule) -> Rule:
        for op in ops:
            FORMS[op].append(rule)
        return rule

    return keep


def one_plus(e: Expr) -> Expr | None:
    """The u of 1 + u."""
    if e.op == "add":
        left, right = e.args
        return right if is_const(left, 1) else left if is_const(right, 1) else None
    return None


def square(e: Expr) -> Expr | None:
    """The u of u * u."""
    return e.args[0] if e.op == "mul" and e.args[0] is e.args[1] else None


def scale(e: Expr) -> tuple[float, Expr]:
    """`e` as a constant times the rest."""
    if e.op == "neg":
        c, rest = scale(e.args[0])
        return -c, rest
    if e.op == "mul" and is_const(e.args[0]):
        return float(e.args[0].value or 0), e.args[1]
    if e.op == "div" and is_const(e.args[1]):
        return 1 / float(e.args[1].value or 1), e.args[0]
    return 1.0, e


def scaled(factor: float, e: Expr) -> Expr:
    """`factor * e`, where sqrt(2) times 1 / sqrt(2) is 1 and not its neighbour."""
    c, rest = scale(e)
    product = factor * c
    whole = round(product)
    return mul(whole if math.isclose(product, whole, rel_tol=4e-16) else product, rest)


def without(e: Expr, factor: Expr) -> Expr | None:
    """The c of c * factor."""
    if e.op == "mul":
        for c, other in (e.args, e.args[::-1]):
            if other is factor:
                return c
    return None


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
