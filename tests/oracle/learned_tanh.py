"""Units with learned hyperbolic tangents.

'Survey' is Kunc & Klema 2024, arXiv:2402.09092.
"""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded


@guarded()
def adaptive_slope_tanh(x: mpf, a: Real = 1) -> mpf:
    """tanh(a x): survey."""
    return mp.tanh(a * x)


@guarded()
def ps_tanh(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x (1 + tanh(b x)): survey."""
    return a * x * 2 * expit(2 * b * x)  # (1 + tanh u) / 2, without cancellation for u << 0


@guarded()
def ptelu(x: mpf, alpha: Real = 1, beta: Real = 1) -> mpf:
    """x if x >= 0 else alpha tanh(beta x): Duggal & Gupta 2017."""
    return x if x >= 0 else alpha * mp.tanh(beta * x)


@guarded()
def trelu(x: mpf, b: Real = 1) -> mpf:
    """x if x >= 0 else tanh(b x): survey."""
    return x if x >= 0 else mp.tanh(b * x)


@guarded()
def ptalu(x: mpf, a: Real = -0.75, b: Real = 1) -> mpf:
    """x if x >= b; tanh(x) for a < x < b; tanh(a): survey, after Hasan et al. 2023."""
    return x if x >= b else mp.tanh(max(x, mpf(a)))


@guarded(depth=1)
def rel_tanh(x: mpf, a: Real = -1.5, b: Real = 0) -> mpf:
    """tanh(x), continued by its tangents at a and b outside [a, b]: Wang et al. 2019."""
    if a < x < b:
        return mp.tanh(x)
    corner = mpf(a if x <= a else b)
    return mp.sech(corner) ** 2 * (x - corner) + mp.tanh(corner)
