"""Units gated by sigmoids of themselves, and softplus with parameters."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import SATURATED, Real, conditioned, expit, guarded, log1p_exp, normal_cdf


@guarded()
def scaled_logistic_sigmoid(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a / (1 + exp(-b x)): arXiv:2402.09092, 4.28.1."""
    return a * expit(b * x)


@guarded()
def saf(x: mpf, alpha: Real = 1, beta: Real = 0) -> mpf:
    """x sigmoid(alpha x + beta): torch-activation."""
    return x * expit(alpha * x + beta)


@guarded()
def leaf(x: mpf, p1: Real = 1, p2: Real = 0, p3: Real = 1, p4: Real = 0) -> mpf:
    """(p1 x + p2) sigmoid(p3 x) + p4: Bodyanskiy & Kostiuk 2023."""
    return (p1 * x + p2) * expit(p3 * x) + p4


@guarded()
def aria(x: mpf, beta: Real = 1, nu: Real = 1) -> mpf:
    """x sigmoid(beta x)^(1/nu): Patwardhan et al. 2018, arXiv:1805.08878."""
    return x * expit(beta * x) ** (1 / mpf(nu))


@guarded()
def eis1(x: mpf, delta: Real = 1, theta: Real = 1) -> mpf:
    """x / (1 + delta exp(-theta x)): Biswas et al. 2020, arXiv:2009.13501."""
    return x / (1 + delta * mp.exp(-theta * x))


@guarded()
def geu(x: mpf, alpha: Real = 1) -> mpf:
    """x Phi(alpha x), Phi the normal distribution: torch-activation."""
    return x * normal_cdf(alpha * x)


@guarded()
def learnable_softplus(x: mpf, beta: Real = 1) -> mpf:
    """log(1 + exp(beta x)) / beta: pSoftplus of torch-activation."""
    return log1p_exp(beta * x) / beta


@conditioned("ELU and softplus have roundings of their own, and the sum cancels below 0")
@guarded()
def elup_softplus(x: mpf, alpha: Real = 1, beta: Real = 1) -> mpf:
    """x if x >= 0 else alpha (exp(x) - 1) + log(1 + exp(beta x)): torch-activation."""
    return x if x >= 0 else alpha * mp.expm1(x) + log1p_exp(beta * x)


@guarded(depth=2)
def mwf(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0.5) -> mpf:
    """a x exp(-b x^2) + c tanh(x): torch-activation."""
    exponent = b * x**2
    return (0 if exponent > SATURATED else a * x * mp.exp(-exponent)) + c * mp.tanh(x)


@guarded(depth=2)
def cat_af(x: mpf, alpha: Real = 0.5, beta: Real = 0.5) -> mpf:
    """alpha max(0, x) + beta tanh(x): torch-activation."""
    return alpha * max(mpf(0), x) + beta * mp.tanh(x)


@guarded(depth=1)
def falu(x: mpf, alpha: Real = 0.5, beta: Real = 1) -> mpf:
    """The derivative of order alpha of g = x s, s = sigmoid(beta x), linear between whole orders.

    g + alpha s (1 - g) if alpha <= 1, h + (alpha - 1) s (1 - 2 h) if alpha > 1, where
    h = g + sigmoid(x) (1 - g): Zamora, Rhodes & Nachman 2022, doi:10.1609/aaai.v36i8.20882.
    """
    with mp.workprec(mp.prec + 4 * int(min(abs(x), mpf(2000)))):  # the second derivative decays
        s = expit(beta * x)
        g = x * s
        if alpha <= 1:
            return g + alpha * s * (1 - g)
        h = g + expit(x) * (1 - g)
        return h + (alpha - 1) * s * (1 - 2 * h)
