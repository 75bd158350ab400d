"""Equations proved by mpmath: both sides at many places, with many digits."""

from __future__ import annotations

import random
from typing import Any

import mpmath
from mpmath import mp, mpf

from multiact.calculus.matching import Wild
from multiact.calculus.rewriting import Equation
from multiact.testing.exact import evaluate

_DIGITS = 150
#: constants of a formula are meant to all their digits only where `testing.exact` knows them
CLOSE = 1e-14


def disagreement(
    equation: Equation, places: int = 40, seed: int = 0
) -> tuple[float, dict[str, float]]:
    """The largest relative difference of the two sides that was found, and where.

    Parameters
    ----------
    equation
        What is to be proved.
    places
        How many are looked at, half of them near 0.
    seed
        Of the places.
    """
    draw = random.Random(seed)
    worst, where = mpf(0), {}
    with mp.workdps(_DIGITS):
        for i in range(places):
            place: dict[Any, Any] = {w: _value(w, draw, near=i % 2 == 1) for w in equation.wild}
            place |= {symbol.value: evaluate(e, place) for symbol, e in equation.given}
            left, right = (evaluate(side, place) for side in (equation.left, equation.right))
            if not (mpmath.isfinite(left) or mpmath.isfinite(right)):
                continue
            error = abs(left - right) / max(abs(left), abs(right), mpf(10) ** -100)
            if not error <= worst:  # NaN, too
                worst, where = error, {str(w): float(v) for w, v in place.items()}
    return float(worst), where


def _value(w: Wild, draw: random.Random, near: bool) -> Any:
    low, high = (max(w.low, -1.0), min(w.high, 1.0)) if near else (w.low, w.high)
    return mpf(draw.uniform(low, high))
