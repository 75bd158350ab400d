"""Richards' generalised logistic function, and units with two sides of their own."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded, log1p_exp


@guarded()
def apa(x: mpf, lambd: Real = 1, kappa: Real = 1) -> mpf:
    """(lambda exp(-kappa x) + 1)^(-1/lambda): Alexandridis et al. 2024, arXiv:2407.08567."""
    return mp.exp(-log1p_exp(mp.log(lambd) - kappa * x) / lambd)


@guarded()
def aglu(x: mpf, lambd: Real = 1, kappa: Real = 1) -> mpf:
    """x (lambda exp(-kappa x) + 1)^(-1/lambda): Alexandridis et al. 2024, arXiv:2407.08567."""
    return x * mp.exp(-log1p_exp(mp.log(lambd) - kappa * x) / lambd)


@guarded()
def apalu(x: mpf, a: Real = 0.55, b: Real = 0.065) -> mpf:
    """a (x + x sigmoid(1.702 x)) if x >= 0 else b (exp(x) - 1): Subramanian et al. 2024.

    arXiv:2402.08244; 1.702 is decimal.
    """
    return a * (x + x * expit(mpf("1.702") * x)) if x >= 0 else b * mp.expm1(x)
