"""Smooth units with learned parameters, most of them gated identities.

'Survey' is Kunc & Klema 2024, arXiv:2402.09092.
"""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import SATURATED, Real, conditioned, erfc, expit, guarded, log1p_exp, normal_cdf


@guarded()
def agumb(x: mpf, alpha: Real = 1) -> mpf:
    """1 - (1 + alpha exp(x))^(-1 / alpha): Farhadi et al. 2019, arXiv:1901.09849."""
    if x > SATURATED:
        return mpf(1)
    return -mp.expm1(-mp.log1p(alpha * mp.exp(x)) / alpha)


@guarded()
def lau(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """x log(1 + a sigmoid(b x)): survey."""
    return x * mp.log1p(a * expit(b * x))


@guarded()
def smu(x: mpf, alpha: Real = 0.25, mu: Real = 25) -> mpf:
    """((1 + a) x + (1 - a) x erf(mu (1 - a) x)) / 2: Biswas et al. 2021, arXiv:2111.04682."""
    rest = 1 - mpf(alpha)
    return (alpha + rest * erfc(-mu * rest * x) / 2) * x  # erf(t) = erfc(-t) - 1


@conditioned("alpha x and the ramp have roundings of their own, and cancel at a root below 0")
@guarded(depth=2)
def sau(x: mpf, alpha: Real = 0.25, beta: Real = 1) -> mpf:
    """Leaky ReLU convolved with the normal density of scale 1 / beta.

    Biswas et al. 2021, arXiv:2109.13210. The integral of max(t, 0) against the density around x
    is x Phi(beta x) + exp(-(beta x)^2 / 2) / (beta sqrt(2 pi)).
    """
    density = mp.exp(-((beta * x) ** 2) / 2) / (beta * mp.sqrt(2 * mp.pi))
    return alpha * x + (1 - mpf(alpha)) * (x * normal_cdf(beta * x) + density)


@guarded()
def rmaf(x: mpf, a: Real = 1, b: Real = 1, c: Real = 1) -> mpf:
    """a b x (0.25 (1 + exp(-x)) + 0.75)^-c: survey."""
    return a * mpf(b) * x * (1 + mp.exp(-x) / 4) ** -mpf(c)


@guarded()
def pswish(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0) -> mpf:
    """x if x > c else a x sigmoid(b x): survey."""
    return x if x > c else a * x * expit(b * x)


@guarded()
def sc_mish(x: mpf, a: Real = 1) -> mpf:
    """max(0, x tanh(log(1 + exp(a x)))): survey."""
    return max(mpf(0), x * mp.tanh(log1p_exp(a * x)))


@guarded()
def sc_swish(x: mpf) -> mpf:
    """max(0, x sigmoid(x)): survey."""
    return max(mpf(0), x * expit(x))


@guarded(depth=2)
def blu(x: mpf, beta: Real = 0) -> mpf:
    """beta (sqrt(x^2 + 1) - 1) + x: Godfrey 2019."""
    return beta * (mp.sqrt(x * x + 1) - 1) + x


@guarded(depth=2)
def reblu(x: mpf, beta: Real = 0) -> mpf:
    """beta (sqrt(x^2 + 1) - 1) + x if x > 0 else 0: Godfrey 2019."""
    return blu(x, beta) if x > 0 else mpf(0)
