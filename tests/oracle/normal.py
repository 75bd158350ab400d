"""Functions of the normal distribution: GELU, its forms, and units of the error function."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, erf, expit, guarded, log1p_exp, normal_cdf


@guarded()
def gelu(x: mpf) -> mpf:
    """x Phi(x), Phi the normal distribution: Hendrycks & Gimpel 2016, arXiv:1606.08415."""
    return x * normal_cdf(x)


@conditioned("the exponent 2u has a rounding of its own, which exp multiplies by 2u")
@guarded()
def gelu_tanh(x: mpf) -> mpf:
    """x/2 (1 + tanh(sqrt(2/pi)(x + 0.044715 x^3))): arXiv:1606.08415; 0.044715 is decimal."""
    u = mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)
    return x * expit(2 * u)  # (1 + tanh u) / 2, without cancellation for u << 0


@guarded()
def swigelu(x: mpf) -> mpf:
    """(x sigmoid(x) + gelu(x)) / 2: the book chapter's own proposal."""
    return x * (expit(x) + normal_cdf(x)) / 2


@guarded()
def phish(x: mpf) -> mpf:
    """x tanh(gelu(x)): Naveen 2022."""
    return x * mp.tanh(x * normal_cdf(x))


@guarded()
def serf(x: mpf) -> mpf:
    """x erf(softplus(x)): Nag et al. 2021, arXiv:2108.09598."""
    return x * erf(log1p_exp(x))


@guarded()
def erf_relu(x: mpf, alpha: Real = 0.75) -> mpf:
    """x if x >= 0 else alpha erf(x): Rajanand & Singh 2023, arXiv:2306.01822."""
    return x if x >= 0 else alpha * erf(x)


@guarded()
def error_function(x: mpf) -> mpf:
    """erf(x): ONNX operator Erf."""
    return erf(x)


@conditioned("(x - mu) / sigma has roundings of its own, which the tail multiplies by its square")
@guarded()
def laplace(x: mpf, mu: Real = 0.707107, sigma: Real = 0.282095) -> mpf:
    """(1 + erf((x - mu) / (sigma sqrt 2))) / 2: Ma et al. 2022, arXiv:2209.10655."""
    return normal_cdf((x - mu) / sigma)


@guarded()
def gelu_10(x: mpf) -> mpf:
    """min(max(x Phi(x), -10), 10): transformers' ClippedGELUActivation, with 10 for x >= 10."""
    return x * normal_cdf(x) if x < 10 else mpf(10)
