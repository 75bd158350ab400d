"""Sigmoids, tanh and softplus with parameters, sums of them, and the step they tend to."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, conditioned, erf, expit, guarded, log1p_exp
from .logistic import sigmoid, softsign
from .rectified import relu
from .tanh_like import tanh

_SCALAR = {"tanh": tanh, "sigmoid": sigmoid, "relu": relu, "softsign": softsign}


@guarded()
def generalized_hyperbolic_tangent(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a (1 - exp(-b x)) / (1 + exp(-b x)): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * mp.tanh(b * x / 2)


@guarded()
def trainable_amplitude(x: mpf, a: Real = 1, b: Real = 0, base: str = "tanh") -> mpf:
    """a f(x) + b: Trentin 2001, Neural Networks 14."""
    return a * _SCALAR[base](x) + b


@guarded()
def assf(x: mpf, a: Real = 1) -> mpf:
    """sigmoid(a x): Kunc & Klema 2024, arXiv:2402.09092."""
    return expit(a * x)


@guarded()
def svaf(x: mpf, a: Real = 1) -> mpf:
    """tanh(a x): Kunc & Klema 2024, arXiv:2402.09092."""
    return mp.tanh(a * x)


@guarded()
def p_sigmoid(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """a sigmoid(b x): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * expit(b * x)


@guarded()
def psf(x: mpf, m: Real = 1) -> mpf:
    """1 / (1 + exp(-x))^m: Kunc & Klema 2024, arXiv:2402.09092."""
    return expit(x) ** m


@guarded()
def stac_tanh(x: mpf, a: Real = 1, b: Real = 0.1) -> mpf:
    """tanh(x) if |x| <= a, else on with slope b: Kunc & Klema 2024, arXiv:2402.09092."""
    near = clip(x, -mpf(a), mpf(a))
    return mp.tanh(near) + b * (x - near)


@guarded()
def dynamic_tanh(x: mpf, alpha: Real = 0.5, gamma: Real = 1, beta: Real = 0) -> mpf:
    """gamma tanh(alpha x) + beta: Zhu et al. 2025, arXiv:2503.10622."""
    return gamma * mp.tanh(alpha * x) + beta


@guarded()
def dynamic_erf(x: mpf, alpha: Real = 0.5, shift: Real = 0, gamma: Real = 1, beta: Real = 0) -> mpf:
    """gamma erf(alpha x + s) + beta: Chen et al. 2025, arXiv:2512.10938."""
    return gamma * erf(alpha * x + shift) + beta


@guarded()
def psigramp(x: mpf, a: Real = 0.5, b: Real = 1) -> mpf:
    """a sigmoid(x) + (1 - a) min(max(b x + 1/2, 0), 1): Kunc & Klema 2024, arXiv:2402.09092."""
    return a * expit(x) + (1 - mpf(a)) * clip(b * x + mpf(0.5), mpf(0), mpf(1))


@guarded(depth=2)
def gln(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """sigmoid(a) sin x + (1 - sigmoid(a)) tanh x - b: Kunc & Klema 2024, arXiv:2402.09092."""
    share = expit(mpf(a))
    return share * mp.sin(x) + (1 - share) * mp.tanh(x) - b


@conditioned("a, b and d have roundings of their own, and the difference a root near 0.001")
@guarded(depth=1)
def uaf(
    x: mpf, a: Real = 1.1, b: Real = -0.01, c: Real = 1e-9, d: Real = -0.9, e: Real = 1e-5
) -> mpf:
    """softplus(a (x + b) + c x^2) - softplus(d (x - b)) + e: Yuen et al. 2021, arXiv:2011.03842."""
    return log1p_exp(a * (x + b) + c * x * x) - log1p_exp(d * (x - b)) + e


@guarded()
def grelu(x: mpf, a: Real = 1.5, b: Real = 0.5) -> mpf:
    """log(1 + a^(b x)) / (b log a): Kunc & Klema 2024, arXiv:2402.09092."""
    rate = b * mp.log(a)
    return log1p_exp(rate * x) / rate


@guarded()
def heaviside(x: mpf, theta: Real = 0) -> mpf:
    """1 if x >= theta else 0: McCulloch & Pitts 1943."""
    return mpf(1) if x >= theta else mpf(0)
