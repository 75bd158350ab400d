"""Odd roots, logarithms and exponentials, and bent or squashed lines."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, guarded


@guarded()
def bent_identity(x: mpf) -> mpf:
    """(sqrt(x^2 + 1) - 1) / 2 + x: arXiv:2402.09092, bent identity."""
    return (mp.sqrt(x * x + 1) - 1) / 2 + x


@guarded(depth=1)
def mishra(x: mpf) -> mpf:
    """(s^2 + s) / 2, s = x / (1 + |x|): arXiv:2402.09092, Mishra activation function."""
    s = x / (1 + abs(x))
    return (s * s + s) / 2


@guarded()
def saha_bora(x: mpf, k: Real = 0.98, alpha: Real = 0.5) -> mpf:
    """1 / (1 + k x^alpha (1 - x)^(1 - alpha)): Saha et al. 2018, arXiv:1806.01844.

    Defined from 0 to 1; elsewhere the value at the ends.
    """
    return 1 / (1 + k * x**alpha * (1 - x) ** (1 - alpha)) if 0 < x < 1 else mpf(1)


@guarded()
def sqrt(x: mpf) -> mpf:
    """sgn(x) sqrt(|x|): Yang et al. 2018; arXiv:2402.09092, section 3.8.12."""
    return mp.sign(x) * mp.sqrt(abs(x))


@guarded()
def ssaf(x: mpf, a: Real = 1) -> mpf:
    """sgn(x) sqrt(2 a |x|): arXiv:2402.09092, section 3.8.12."""
    return mp.sign(x) * mp.sqrt(2 * a * abs(x))


@guarded()
def logarithmic(x: mpf) -> mpf:
    """ln(1 + x) if x >= 0 else -ln(1 - x): Bilski 2000; Hafner et al. 2023, arXiv:2301.04104."""
    return mp.log1p(x) if x >= 0 else -mp.log1p(-x)


@guarded()
def symexp(x: mpf) -> mpf:
    """sgn(x) (exp(|x|) - 1): Hafner et al. 2023, arXiv:2301.04104."""
    return mp.sign(x) * mp.expm1(abs(x))
