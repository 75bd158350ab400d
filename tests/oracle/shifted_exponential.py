"""Exponential linear units: scaled, shifted, deformed, stretched at random, integrated."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, guarded, log1p_exp


@guarded()
def pselu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x if x >= 0 else a b (exp(x) - 1): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * x if x >= 0 else a * b * mp.expm1(x)


def _lpselu(x: mpf, a: Real, b: Real, c: Real) -> mpf:
    """a x if x >= 0 else a b (exp(x) - 1) + c x."""
    return a * x if x >= 0 else a * b * mp.expm1(x) + c * x


@guarded(depth=1)
def lpselu(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0.01) -> mpf:
    """a x if x >= 0 else a b (exp(x) - 1) + c x: Kunc & Klema 2024, arXiv:2402.09092."""
    return _lpselu(x, a, b, c)


@guarded(depth=1)
def lpselu_rp(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0.01, m: Real = 0) -> mpf:
    """LPSELU + m: Kunc & Klema 2024, arXiv:2402.09092."""
    return _lpselu(x, a, b, c) + m


@guarded(depth=1)
def shelu(x: mpf, a: Real = 1, b: Real = 0) -> mpf:
    """u if u >= 0 else a (exp(u) - 1), u = x + b: Grelsson & Felsberg 2018."""
    u = x + b
    return u if u >= 0 else a * mp.expm1(u)


@guarded(depth=1)
def svelu(x: mpf, a: Real = 1, b: Real = 0) -> mpf:
    """(x if x >= 0 else a (exp(x) - 1)) + b: Grelsson & Felsberg 2018."""
    return (x if x >= 0 else a * mp.expm1(x)) + b


def _pelu(x: mpf, a: Real, b: Real) -> mpf:
    """a x / b if x >= 0 else a (exp(x / b) - 1): Trottier et al. 2016, arXiv:1605.09332."""
    return a * x / b if x >= 0 else a * mp.expm1(x / b)


@guarded(depth=1)
def pshelu(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0) -> mpf:
    """PELU(x + c): Grelsson & Felsberg 2018."""
    return _pelu(x + c, a, b)


@guarded(depth=1)
def psvelu(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0) -> mpf:
    """PELU(x) + c: Grelsson & Felsberg 2018."""
    return _pelu(x, a, b) + c


@guarded(depth=1)
def pdelu(x: mpf, alpha: Real = 1, t: Real = 0.9) -> mpf:
    """x if x >= 0 else alpha (max(1 + (1 - t) x, 0)^(1 / (1 - t)) - 1): Cheng et al. 2020."""
    if x >= 0:
        return x
    base, power = 1 + (1 - mpf(t)) * x, 1 / (1 - mpf(t))
    return alpha * (base**power - 1) if base > 0 else -mpf(alpha)


@guarded()
def eelu(
    x: mpf,
    a: Real = 1,
    b: Real = 1,
    eps: Real = 0.5,
    uniform_noise: Real = 0.5,
    normal_noise: Real = 0,
) -> mpf:
    """k x if x >= 0 else a (exp(b x) - 1): Kim et al. 2020.

    k = max(0, 1 + s n) with a standard normal n and a deviation s, uniform on [0, eps).
    """
    k = max(mpf(0), 1 + mpf(eps) * uniform_noise * normal_noise)
    return k * x if x >= 0 else a * mp.expm1(b * x)


@conditioned("softplus of alpha_n has a rounding of its own, and the sum cancels near -2.65")
@guarded(depth=1)
def xielu(
    x: mpf,
    alpha_p: Real = 0.20354089662233935,
    alpha_n: Real = -1.0502256128148466,
    beta: Real = 0.5,
) -> mpf:
    """p x^2 + beta x if x > 0 else n (exp(x) - 1 - x) + beta x: Huang & Schlag 2024.

    arXiv:2411.13010. p = softplus(alpha_p) and n = beta + softplus(alpha_n) are 0.8 at first.
    """
    if x > 0:
        return log1p_exp(mpf(alpha_p)) * x**2 + beta * x
    return (beta + log1p_exp(mpf(alpha_n))) * (mp.expm1(x) - x) + beta * x


@guarded()
def loglu(x: mpf) -> mpf:
    """x if x > 0 else -log(1 - x): Nalluri et al. 2024, LogLU."""
    return x if x > 0 else -mp.log1p(-x)
