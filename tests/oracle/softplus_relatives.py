"""Softplus shifted, tilted, mixed with ReLU, or cut at zero."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, guarded, log1p_exp


@conditioned("the default of b, log 2, is rounded, and softplus(x) - b cancels near 0")
@guarded(depth=1)
def psoftplus(x: mpf, a: Real = 1.5, b: Real = 0.6931471805599453) -> mpf:
    """a (ln(1 + exp(x)) - b): arXiv:2402.09092, parametric softplus."""
    return a * (log1p_exp(x) - b)


@guarded(depth=1)
def soft_plus_plus(x: mpf, a: Real = 1, b: Real = 2) -> mpf:
    """ln(1 + exp(a x)) + x / b - ln 2: Ciuparu et al. 2020, doi:10.1016/j.neucom.2019.12.014."""
    return log1p_exp(a * x) + x / b - mp.ln2


@guarded()
def rand_softplus(x: mpf, a: Real = 0.5) -> mpf:
    """(1 - a) max(0, x) + a ln(1 + exp(x)): Chen et al. 2019."""
    return (1 - mpf(a)) * max(mpf(0), x) + a * log1p_exp(x)


@guarded()
def aranda_ordaz(x: mpf, a: Real = 2) -> mpf:
    """1 - (1 + a exp(x))^(-1/a): Aranda-Ordaz 1981."""
    return -mp.expm1(-mp.log1p(a * mp.exp(x)) / a)  # the same, without the difference


@guarded(depth=1)
def slu(x: mpf) -> mpf:
    """x if x >= 0 else 2 ln((exp(x) + 1) / 2): Zhao et al. 2018, doi:10.1007/s10489-017-1028-7."""
    return x if x >= 0 else 2 * (log1p_exp(x) - mp.ln2)


@guarded()
def resp(x: mpf, a: Real = 1.7) -> mpf:
    """a x + ln 2 if x >= 0 else ln(1 + exp(x)): arXiv:2402.09092, rectified softplus."""
    return a * x + mp.ln2 if x >= 0 else log1p_exp(x)
