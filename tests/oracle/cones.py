"""Cones: functions that rise to one point and fall behind it."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, conditioned, guarded


@guarded(depth=1)
def cone(x: mpf) -> mpf:
    """1 - |x - 1|: Noel & Oswal 2024, arXiv:2405.04459."""
    return 1 - abs(x - 1)


@guarded(depth=1)
def parabolic_cone(x: mpf) -> mpf:
    """x (2 - x): Noel & Oswal 2024, arXiv:2405.04459."""
    return x * (2 - x)


@conditioned("x - gamma has a rounding of its own, and the difference from beta cancels near 0")
@guarded(depth=1)
def parametric_cone(x: mpf, alpha: Real = 1, beta: Real = 1, gamma: Real = 1) -> mpf:
    """beta - |x - gamma|^alpha: Noel & Oswal 2024, arXiv:2405.04459."""
    return beta - abs(x - gamma) ** mpf(alpha)
