"""Bumps and waves of coordinate networks: radial functions, and a sine of growing frequency."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import SATURATED, Real, followed, guarded


def _decay(u: mpf) -> mpf:
    """exp(-u), u >= 0."""
    return mpf(0) if u > SATURATED else mp.exp(-u)


@guarded()
def gaussian(x: mpf, a: Real = 1) -> mpf:
    """exp(-x^2 / (2 a^2)): Ramasinghe & Lucey 2021, arXiv:2111.15135."""
    return _decay((x / a) ** 2 / 2)


@guarded()
def laplacian(x: mpf, a: Real = 1) -> mpf:
    """exp(-|x| / a): Ramasinghe & Lucey 2021, arXiv:2111.15135."""
    return _decay(abs(x) / a)


@guarded()
def super_gaussian(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """exp(-x^2 / (2 a^2))^b: Ramasinghe & Lucey 2021, arXiv:2111.15135."""
    return _decay(b * (x / a) ** 2 / 2)


@guarded()
def multi_quadratic(x: mpf, a: Real = 1) -> mpf:
    """1 / sqrt(1 + (a x)^2): Ramasinghe & Lucey 2021, arXiv:2111.15135."""
    return 1 / mp.sqrt(1 + (a * x) ** 2)


@guarded(depth=1)
def exp_sin(x: mpf, a: Real = 1) -> mpf:
    """exp(-sin(a x)): Ramasinghe & Lucey 2021, arXiv:2111.15135."""
    return mp.exp(-mp.sin(a * x))


@guarded()
def arbf(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """exp(-(x - a)^2 / (2 b^2)): Kunc & Klema 2024, arXiv:2402.09092."""
    return _decay(((x - a) / b) ** 2 / 2)


@guarded()
def maf(x: mpf, a: Real = 0.5, b: Real = 1) -> mpf:
    """sqrt((x - a)^2 + b^2): Kunc & Klema 2024, arXiv:2402.09092."""
    return mp.sqrt((x - a) ** 2 + mpf(b) ** 2)


@followed(1e15)
@guarded(depth=2)
def finer(x: mpf, omega: Real = 30) -> mpf:
    """sin(omega (|x| + 1) x): Liu et al. 2024, arXiv:2312.02434."""
    return mp.sin(omega * (abs(x) + 1) * x)
