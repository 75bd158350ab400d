"""Units of polynomials and roots, without exponentials."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded


@guarded()
def cauchy_activation(x: mpf, lambda1: Real = 1, lambda2: Real = 1, d: Real = 1) -> mpf:
    """lambda1 x / (x^2 + d^2) + lambda2 / (x^2 + d^2): Li et al. 2024, arXiv:2409.19221."""
    return (lambda1 * x + lambda2) / (x * x + d * d)


@guarded()
def dyisru(x: mpf, beta: Real = 1, weight: Real = 1, bias: Real = 0) -> mpf:
    """weight x / sqrt(beta + x^2) + bias: Stollenwerk 2025, arXiv:2503.21708."""
    return weight * x / mp.sqrt(beta + x * x) + bias


@guarded()
def gem(x: mpf, n: Real = 1) -> mpf:
    """0 if x <= 0 else x x^(2n) / (1 + x^(2n)): Krause 2026, arXiv:2604.21677."""
    if x <= 0:
        return mpf(0)
    power = x ** (2 * n)
    return x * power / (1 + power)


@guarded()
def s3(x: mpf) -> mpf:
    """sigmoid(x) if x <= 0 else x / (1 + x): Kavun 2025, arXiv:2507.22090."""
    return expit(x) if x <= 0 else x / (1 + x)
