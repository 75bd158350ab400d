"""The identity gated by functions with parameters: sigmoids, error functions, tanh, arctan."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import SATURATED, Real, erf, expit, guarded, log1p_exp, normal_cdf


@guarded()
def t_swish(x: mpf, a: Real = 1, b: Real = 1, c: Real = 0) -> mpf:
    """x if x >= c else a x sigmoid(b x): Kunc & Klema 2024, arXiv:2402.09092."""
    return x if x >= c else a * x * expit(b * x)


@guarded()
def ahaf(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a x sigmoid(b x): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * x * expit(b * x)


@guarded()
def e_swish(x: mpf, beta: Real = 1.5) -> mpf:
    """beta x sigmoid(x): Alcaide 2018, arXiv:1801.07145."""
    return beta * x * expit(x)


@guarded(depth=1)
def pssilu(x: mpf, a: Real = 1, b: Real = 0.5) -> mpf:
    """x (sigmoid(a x) - b) / (1 - b): Kunc & Klema 2024, arXiv:2402.09092."""
    return x * (expit(a * x) - b) / (1 - mpf(b))


@guarded(depth=1)
def acon_b(x: mpf, p: Real = 0.25, beta: Real = 1) -> mpf:
    """(1 - p) x sigmoid(beta (1 - p) x) + p x: Ma et al. 2020, arXiv:2009.04759."""
    u = beta * (1 - mpf(p)) * x
    return x * (expit(u) + p * expit(-u))  # sigmoid(u) + sigmoid(-u) = 1: nothing cancels


@guarded(depth=1)
def acon_c(x: mpf, p1: Real = 1, p2: Real = 0, beta: Real = 1) -> mpf:
    """(p1 - p2) x sigmoid(beta (p1 - p2) x) + p2 x: Ma et al. 2020, arXiv:2009.04759."""
    u = beta * (mpf(p1) - p2) * x
    return x * (p1 * expit(u) + p2 * expit(-u))


@guarded()
def psgu(x: mpf, a: Real = 0.5) -> mpf:
    """x tanh(a sigmoid(x)): Kunc & Klema 2024, arXiv:2402.09092."""
    return x * mp.tanh(a * expit(x))


@guarded()
def tbs_relu_l(x: mpf, a: Real = 0.5) -> mpf:
    """x tanh(a (1 - exp(-x)) / (1 + exp(-x))): Kunc & Klema 2024, arXiv:2402.09092."""
    return x * mp.tanh(a * mp.tanh(x / 2))


@guarded()
def pats(x: mpf, lower: Real = 0.5, upper: Real = 0.75, noise: Real = 0.5) -> mpf:
    """x arctan(k pi sigmoid(x)), k uniform on [lower, upper): Kunc & Klema 2024.

    arXiv:2402.09092. Noise from 0 to 1 says where k lies.
    """
    k = lower + (mpf(upper) - lower) * noise
    return x * mp.atan(k * mp.pi * expit(x))


@guarded()
def erf_act(x: mpf, alpha: Real = 1, beta: Real = 0.5) -> mpf:
    """x erf(alpha exp(beta x)): Biswas et al. 2021, arXiv:2109.04386."""
    u = beta * x
    if abs(u) > SATURATED:
        return x * mp.sign(alpha) if u > 0 else mpf(0)
    return x * erf(alpha * mp.exp(u))


@guarded()
def pserf(x: mpf, gamma: Real = 1, delta: Real = 1) -> mpf:
    """x erf(gamma log(1 + exp(delta x))): Biswas et al. 2021, arXiv:2109.04386."""
    return x * erf(gamma * log1p_exp(delta * x))


@guarded(depth=2)
def swim(x: mpf, a: Real = 0.5) -> mpf:
    """x/2 (1 + a x / sqrt(1 + x^2)): Abdool & Dear 2023, arXiv:2303.02640."""
    return x / 2 * (1 + a * x / mp.sqrt(1 + x * x))


@guarded()
def pgelu(x: mpf, a: Real = 1) -> mpf:
    """x Phi(x / a), Phi the normal distribution: Kunc & Klema 2024, arXiv:2402.09092."""
    return x * normal_cdf(x / a)


@guarded()
def pfts(x: mpf, t: Real = -0.2) -> mpf:
    """relu(x) sigmoid(x) + t: Kunc & Klema 2024, arXiv:2402.09092."""
    return (x * expit(x) if x >= 0 else 0) + mpf(t)


@guarded()
def pfpm(x: mpf, p: Real = 1) -> mpf:
    """relu(x) tanh(log(1 + exp(x))) + p: Kunc & Klema 2024, arXiv:2402.09092."""
    return (x * mp.tanh(log1p_exp(x)) if x >= 0 else 0) + mpf(p)


def _shifted_tanh(alpha: Real, u: mpf) -> mpf:
    """alpha + tanh(u); far out, tanh is its limit and a sigmoid: nothing cancels."""
    if abs(u) < 1:
        return alpha + mp.tanh(u)
    return mpf(alpha) - 1 + 2 * expit(2 * u) if u < 0 else mpf(alpha) + 1 - 2 * expit(-2 * u)


@guarded()
def aptx(x: mpf, alpha: Real = 1, beta: Real = 1, gamma: Real = 0.5) -> mpf:
    """(alpha + tanh(beta x)) gamma x: Kumar 2022, arXiv:2209.06119."""
    return _shifted_tanh(alpha, beta * x) * gamma * x
