"""Derivatives of fractional order, by Grünwald and Letnikov's finite differences."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, guarded, log1p_exp


@guarded(depth=1)
def frac_softplus(x: mpf, a: Real = 0.5, h: Real = 0.1, terms: int = 5) -> mpf:
    """h^-a sum_{n<terms} (-1)^n binomial(a, n) softplus(x - n h): Zamora Esquivel et al. 2019."""
    total, weight = mpf(0), mpf(1)
    for n in range(int(terms)):
        total += weight * log1p_exp(x - n * h)
        weight *= (n - a) / (n + 1)  # of binomial coefficients in turn
    return total / mpf(h) ** a
