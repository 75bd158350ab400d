"""Gates of large language models: ``a`` is the value (first half), ``b`` the gate."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, conditioned, expit, guarded


@guarded()
def swiglu_oai(a: mpf, b: mpf, alpha: Real = 1.702, limit: Real = 7) -> mpf:
    """g sigmoid(alpha g) (clip(a, -limit, limit) + 1), g = min(b, limit): OpenAI's gpt-oss."""
    gate = min(b, mpf(limit))
    return gate * expit(alpha * gate) * (clip(a, -mpf(limit), mpf(limit)) + 1)


@guarded()
def drelu_glu(a: mpf, b: mpf) -> mpf:
    """max(a, 0) max(b, 0): Song et al. 2024, arXiv:2406.05955."""
    return max(a, mpf(0)) * max(b, mpf(0))


@conditioned("as of gelu_tanh: the exponent 2u has a rounding of its own, which exp multiplies")
@guarded()
def gelu_tanh_glu(a: mpf, b: mpf) -> mpf:
    """a b/2 (1 + tanh(sqrt(2/pi) (b + 0.044715 b^3))): Shazeer 2020, with T5's GELU."""
    u = mp.sqrt(2 / mp.pi) * (b + mpf("0.044715") * b**3)
    return a * b * expit(2 * u)
