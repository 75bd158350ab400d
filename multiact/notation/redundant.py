"""Removal of choices that matter only for rounding, between two forms of one function."""

from __future__ import annotations

from typing import Any

import numpy as np

from multiact.calculus.interpret import all_values, steps
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
    e = mapped(e, _for_numbers)
    sample, needed = _Sample(e), set[Expr]()
    while True:
        for condition in sample.conditions:
            if condition not in needed:
                side = sample.side_that_suffices(condition)
                if side:
                    e = assuming(e, condition, side)
                    break
                needed.add(condition)
        else:
            return e
        sample = _Sample(e)


def _for_numbers(e: Expr) -> Expr:
    """Take the side for numbers of a choice by `x == x`, which only NaN is not."""
    condition = e.args[0] if e.op == "where" else e
    is_number = condition.op == "eq" and condition.args[0] is condition.args[1]
    return e.args[1] if e.op == "where" and is_number else e


def assuming(e: Expr, condition: Expr, side: int) -> Expr:
    """Simplify `e` under the assumption that a condition holds (side 1) or fails (side 2)."""
    return mapped(e, lambda n: n.args[side] if n.op == "where" and n.args[0] is condition else n)


class _Sample:
    """Every part of an expression, evaluated at random operands."""

    def __init__(self, e: Expr) -> None:
        self._steps = steps(e)
        self.conditions = list({n.args[0]: None for n, _, _ in self._steps if n.op == "where"})
        draw = np.random.default_rng(0)
        self._symbols = {name: 3 * draw.standard_normal(_POINTS) for name in sorted(e.symbols)}
        self._values = all_values(self._steps, self._symbols)
        self._places = {n: i for i, (n, _, _) in enumerate(self._steps)}

    def side_that_suffices(self, condition: Expr) -> int:
        """Return 2 or 1 if the choices by a condition may always be made so, 0 if not."""
        holds = self._values[self._places[condition]]
        values = self._values[-1]
        for side in (2, 1):
            others = self._assuming(condition, side)
            finite = np.isfinite(values) & np.isfinite(others)
            if min(np.sum(finite & holds), np.sum(finite & ~holds)) >= _MIN_POINTS:
                one, two = (np.broadcast_to(v, finite.shape)[finite] for v in (values, others))
                if np.allclose(one, two, rtol=_TOLERANCE, atol=0):
                    return side
        return 0

    def _assuming(self, condition: Expr, side: int) -> Any:
        """Return the values of the expression where the condition is decided."""
        changed: dict[int, Any] = {}
        with np.errstate(all="ignore"):
            for i, (n, operation, places) in enumerate(self._steps):
                taken = [changed.get(k, self._values[k]) for k in places]
                if n.op == "where" and n.args[0] is condition:
                    changed[i] = taken[side]
                elif any(k in changed for k in places):
                    changed[i] = operation(self._symbols, *taken)
        return changed[len(self._steps) - 1]
