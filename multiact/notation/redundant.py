"""Choices that only rounding needs: both sides are the same function, written twice."""

from __future__ import annotations

import numpy as np

from multiact.calculus.graph import topological
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.simplify import mapped
from multiact.calculus.tracing import Expr

_POINTS = 400
_SEEN = 20  # points on each side, without which a comparison says nothing
_CLOSE = 1e-9


def without_redundant_choices(e: Expr) -> Expr:
    """`e` with one side of each condition that makes no difference.

    Found by evaluation: at random operands, exact up to rounding; a side that overflows
    or is not defined in places counts where it is finite.
    """
    for condition in {n.args[0]: None for n in topological([e]) if n.op == "where"}:
        for side in (2, 1):
            chosen = assuming(e, condition, side)
            if _equal(e, chosen, condition):
                return without_redundant_choices(chosen)
    return e


def assuming(e: Expr, condition: Expr, side: int) -> Expr:
    """`e` where a condition holds (side 1) or does not (side 2)."""
    return mapped(e, lambda n: n.args[side] if n.op == "where" and n.args[0] is condition else n)


def _equal(e: Expr, other: Expr, condition: Expr) -> bool:
    names = tuple(sorted(e.symbols))
    draw = np.random.default_rng(0)
    operands = [3 * draw.standard_normal(_POINTS) for _ in names]
    run = program((e, other, condition), Inputs(names), Target(64))
    with np.errstate(all="ignore"):
        values, others, holds = run(*operands, xp=np)
    seen = np.isfinite(values) & np.isfinite(others)
    if min(np.sum(seen & holds), np.sum(seen & ~holds)) < _SEEN:
        return False
    return bool(np.allclose(values[seen], others[seen], rtol=_CLOSE, atol=0))
