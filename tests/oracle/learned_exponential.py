"""Units with learned exponentials.

'Survey' is Kunc & Klema 2024, arXiv:2402.09092.
"""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, expit, guarded


def _elu(x: mpf, alpha: Real) -> mpf:
    return x if x > 0 else alpha * mp.expm1(x)


@guarded()
def sexp(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a (exp(b x) - 1): survey."""
    return a * mp.expm1(b * x)


@guarded()
def ssinh(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a sinh(b x): survey."""
    return a * mp.sinh(b * x)


@guarded()
def preu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x if x >= 0 else a x exp(b x): survey."""
    return a * x if x >= 0 else a * x * mp.exp(b * x)


@guarded()
def pelu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """(a / b) x if x >= 0 else a (exp(x / b) - 1): Trottier et al. 2016, arXiv:1605.09332."""
    return mpf(a) / b * x if x >= 0 else a * mp.expm1(x / b)


@guarded()
def mpelu(x: mpf, alpha: Real = 1, beta: Real = 1) -> mpf:
    """x if x > 0 else alpha (exp(beta x) - 1): Li et al. 2016, arXiv:1606.00305."""
    return x if x > 0 else alpha * mp.expm1(beta * x)


@guarded(depth=1)
def pfelu(x: mpf, a: Real = 1, b: Real = 0) -> mpf:
    """x + b if x >= 0 else a (exp(x) - 1) + b: survey, P+FELU."""
    return (x if x >= 0 else a * mp.expm1(x)) + b


@guarded(depth=1)
def adaptive_combination1(
    x: mpf, a: Real = 0.5, negative_slope: Real = 0.01, alpha: Real = 1
) -> mpf:
    """a LReLU(x) + (1 - a) ELU(x): survey."""
    leaky = x if x > 0 else negative_slope * x
    return a * leaky + (1 - mpf(a)) * _elu(x, alpha)


@guarded(depth=1)
def adaptive_combination2(
    x: mpf, a: Real = 1, slope: Real = 0.01, alpha: Real = 1, beta: Real = 1
) -> mpf:
    """s PReLU(x) + (1 - s) PELU(x), s = sigmoid(a x): survey."""
    prelu = x if x > 0 else slope * x
    return expit(a * x) * prelu + expit(-a * x) * pelu(x, alpha, beta)


@guarded(depth=1)
def pe2_id(x: mpf, a: Real = 0.5, alpha: Real = 1) -> mpf:
    """a x + (1 - a) (ELU(x) - ELU(-x)): Jie et al. 2020, arXiv:2007.13101."""
    return a * x + (1 - mpf(a)) * (_elu(x, alpha) - _elu(-x, alpha))


@guarded(depth=1)
def soft_exponential(x: mpf, alpha: Real = 0) -> mpf:
    """(exp(a x) - 1) / a + a; x for a = 0; -log(1 - a (x + a)) / a for a < 0.

    Godfrey & Gashler 2016, arXiv:1602.01321.
    """
    if alpha == 0:
        return x
    if alpha > 0:
        return mp.expm1(alpha * x) / alpha + alpha
    inner = -alpha * (x + alpha)
    return -mp.log1p(inner) / alpha if inner >= -1 else mp.nan
