"""Removal of choices that matter only for rounding, between two forms of one function."""

from __future__ import annotations

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.interpret import evaluated
from multiact.calculus.simplify import mapped
from multiact.calculus.tracing import Expr

_POINTS = 400
_MIN_POINTS = 20  # on each side of the condition, for a comparison to be conclusive
_TOLERANCE = 1e-9


def without_redundant_choices(e: Expr) -> Expr:
    """Remove from `e` every choice whose two sides agree.

    The sides are compared at random operands, up to rounding; where a side overflows or is not
    defined, it is not compared.
    """
    for condition in {n.args[0]: None for n in topological([e]) if n.op == "where"}:
        for side in (2, 1):
            chosen = assuming(e, condition, side)
            if _agree(e, chosen, condition):
                return without_redundant_choices(chosen)
    return e


def assuming(e: Expr, condition: Expr, side: int) -> Expr:
    """Simplify `e` under the assumption that a condition holds (side 1) or fails (side 2)."""
    return mapped(e, lambda n: n.args[side] if n.op == "where" and n.args[0] is condition else n)


def _agree(e: Expr, other: Expr, condition: Expr) -> bool:
    draw = np.random.default_rng(0)
    operands = {name: 3 * draw.standard_normal(_POINTS) for name in sorted(e.symbols)}
    values, others, holds = (evaluated(part, operands) for part in (e, other, condition))
    finite = np.isfinite(values) & np.isfinite(others)
    if min(np.sum(finite & holds), np.sum(finite & ~holds)) < _MIN_POINTS:
        return False
    values, others = (np.broadcast_to(v, finite.shape)[finite] for v in (values, others))
    return bool(np.allclose(values, others, rtol=_TOLERANCE, atol=0))
