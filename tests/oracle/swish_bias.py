"""Swish with a bias, in several senses: SwishT, B-SiLU, and blends."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded, normal_cdf


@guarded()
def swish_t(x: mpf, beta: Real = 1, alpha: Real = 0.1) -> mpf:
    """x sigmoid(beta x) + alpha tanh(x): Seo et al. 2024, arXiv:2407.01012."""
    return x * expit(beta * x) + alpha * mp.tanh(x)


@guarded(depth=1)
def swish_t_a(x: mpf, alpha: Real = 0.1) -> mpf:
    """sigmoid(x) (x + 2 alpha) - alpha: Seo et al. 2024, arXiv:2407.01012."""
    return expit(x) * (x + 2 * alpha) - alpha


@guarded(depth=1)
def swish_t_b(x: mpf, beta: Real = 1, alpha: Real = 0.1) -> mpf:
    """sigmoid(beta x) (x + 2 alpha) - alpha: Seo et al. 2024, arXiv:2407.01012."""
    return expit(beta * x) * (x + 2 * alpha) - alpha


@guarded(depth=1)
def swish_t_c(x: mpf, beta: Real = 1, alpha: Real = 0.1) -> mpf:
    """sigmoid(beta x) (x + 2 alpha/beta) - alpha/beta: Seo et al. 2024, arXiv:2407.01012."""
    return expit(beta * x) * (x + 2 * alpha / beta) - alpha / beta


@guarded(depth=1)
def bsilu(x: mpf, alpha: Real = 1.67) -> mpf:
    """(x + alpha) sigmoid(x) - alpha / 2: Horuz et al. 2025, arXiv:2505.22074."""
    return (x + alpha) * expit(x) - mpf(alpha) / 2


@guarded()
def sswish(x: mpf, beta: Real = 1, gamma: Real = 0) -> mpf:
    """x sigmoid(beta x) - gamma: Sarkar et al. 2025, arXiv:2505.23942, and the authors' code."""
    return x * expit(beta * x) - gamma


@guarded()
def sg_blend(x: mpf, alpha: Real = 0, beta: Real = 1, gamma: Real = 0) -> mpf:
    """s (x sigmoid(beta x) - gamma) + (1 - s) x Phi(x), s = sigmoid(alpha): Sarkar et al. 2025.

    arXiv:2505.23942; the authors' code has x sigmoid(1.702 x) for GELU.
    """
    share = expit(mpf(alpha))
    return share * (x * expit(beta * x) - gamma) + (1 - share) * x * normal_cdf(x)


@guarded()
def swish_relu(x: mpf) -> mpf:
    """x if x >= 0 else x sigmoid(x): Rahman et al. 2024, arXiv:2407.08232."""
    return x if x >= 0 else x * expit(x)
