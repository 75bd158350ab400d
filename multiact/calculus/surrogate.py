"""Values with the slope of another expression: the operation `straight_through(value, smooth)`.

It has the value of its first argument; derivatives of every order are those of its second.
"""

from __future__ import annotations

from multiact.calculus.graph import topological
from multiact.calculus.simplify import mapped
from multiact.calculus.tracing import Expr

OPERATION = "straight_through"


def surrogates(e: Expr) -> list[Expr]:
    """The parts of `e` that have the slope of something else, inner ones first."""
    return [n for n in topological([e]) if n.op == OPERATION]


def valued(e: Expr) -> Expr:
    """`e` without the expressions that only its derivatives depend on."""
    if not surrogates(e):
        return e
    return mapped(e, lambda n: n.args[0] if n.op == OPERATION else n)
