"""Formulas in sign(u) and |u|, branch by branch: their slope at 0 is that of one branch.

The slope of `sign(u) * log(1 + abs(u))` by the product rule is sign(u)**2 / (1 + abs(u)),
which is 0 at 0; the function has the slope 1 there.
"""

from __future__ import annotations

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.interpret import evaluated
from multiact.calculus.normal import Product, product
from multiact.calculus.simplify import mapped, neg, substituted, where
from multiact.calculus.tracing import Expr, call, const


def by_branches(e: Expr) -> Expr:
    """`e` with `sign(u) g(|u|)` as `-g(-u)` for u < 0 and `g(u)` above, where g(0) is 0."""
    return mapped(e, _one) if any(n.op == "sign" for n in topological([e])) else e


def _one(e: Expr) -> Expr:
    if e.op not in ("mul", "div"):
        return e
    whole = product(e)
    for i, (factor, power) in enumerate(whole.factors):
        if factor.op == "sign" and power == 1:
            u = factor.args[0]
            size = call("abs", u)
            rest = (*whole.factors[:i], *whole.factors[i + 1 :])
            g = Product(whole.number, rest).expression()
            if _is_zero(substituted(g, {size: const(0.0)})) and _contains(g, size):
                below, above = (substituted(g, {size: side}) for side in (neg(u), u))
                return where(call("lt", u, 0.0), neg(below), above)
    return e


def _contains(e: Expr, part: Expr) -> bool:
    return any(n is part for n in topological([e]))


def _is_zero(e: Expr) -> bool:
    draw = np.random.default_rng(0)
    values = {name: draw.uniform(0.2, 2.0, 5) for name in sorted(e.symbols)}
    return bool(np.all(evaluated(e, values) == 0))
