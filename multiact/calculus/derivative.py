"""Derivatives of expressions, to any order, with respect to any symbol."""

from __future__ import annotations

from functools import cache

from multiact.calculus.graph import Expr, const, topological
from multiact.calculus.rules import RULES


def derivative(e: Expr, wrt: str, order: int = 1) -> Expr:
    """The `order`-th derivative of `e` with respect to the symbol named `wrt`."""
    for _ in range(order):
        e = _first(e, wrt)
    return e


@cache
def _first(e: Expr, wrt: str) -> Expr:
    slopes: dict[Expr, Expr] = {}
    for node in topological([e]):
        slopes[node] = _slope(node, wrt, slopes)
    return slopes[e]


def _slope(node: Expr, wrt: str, slopes: dict[Expr, Expr]) -> Expr:
    if wrt not in node.symbols:
        return const(0)
    if node.op == "symbol":
        return const(1)
    rule = RULES.get(node.op)
    if rule is None:
        raise TypeError(f"no derivative is known for the operation {node.op!r}")
    return rule(node, *(slopes[a] for a in node.args))
