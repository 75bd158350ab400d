"""The identity above zero, an exponential below: ELU and its relatives."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import DOUBLE_EXPONENTIAL, Real, conditioned, expit, guarded

#: Klambauer et al. 2017 give both to 31 digits.
SELU_ALPHA = "1.6732632423543772848170429916717"
SELU_SCALE = "1.0507009873554804934193349852946"


@guarded()
def elu(x: mpf, alpha: Real = 1) -> mpf:
    """x if x > 0 else alpha (exp(x) - 1): Clevert et al. 2015, arXiv:1511.07289."""
    return x if x > 0 else alpha * mp.expm1(x)


@guarded()
def learnable_elu(x: mpf, alpha: Real = 1) -> mpf:
    """ELU with a learned alpha: the book chapter's 'TeLU'."""
    return x if x > 0 else alpha * mp.expm1(x)


@guarded()
def celu(x: mpf, alpha: Real = 1) -> mpf:
    """max(0, x) + min(0, alpha (exp(x/alpha) - 1)): Barron 2017, arXiv:1704.07483."""
    return x if x > 0 else alpha * mp.expm1(x / alpha)


@guarded()
def exlu(x: mpf, alpha: Real = 1) -> mpf:
    """x if x >= 0 else alpha (exp(x/alpha) - 1), alpha > 0: Hughes, ExLU."""
    return x if x >= 0 else alpha * mp.expm1(x / alpha)


@guarded()
def selu(x: mpf) -> mpf:
    """scale (x if x > 0 else alpha (exp(x) - 1)): Klambauer et al. 2017, arXiv:1706.02515."""
    return mpf(SELU_SCALE) * (x if x > 0 else mpf(SELU_ALPHA) * mp.expm1(x))


@guarded(depth=2)
def delu(x: mpf, n: Real = 0) -> mpf:
    """silu(x) if x <= 0 else (n + 1/2) x + |exp(-x) - 1|: Pishchik 2023."""
    return x * expit(x) if x <= 0 else (n + mpf(0.5)) * x + abs(mp.expm1(-x))


@guarded()
def colu(x: mpf) -> mpf:
    """x / (1 - x exp(-(x + exp(x)))): Vagerwal 2021, arXiv:2112.12078."""
    return x if x > DOUBLE_EXPONENTIAL else x / (1 - x * mp.exp(-(x + mp.exp(x))))


@conditioned("exp(-exp(-x)) multiplies the rounding of the inner exponential by exp(-x)")
@guarded()
def golu(x: mpf) -> mpf:
    """x exp(-exp(-x)), the Gompertz gate: Das et al. 2025, arXiv:2502.03654."""
    return mpf(0) if x < -DOUBLE_EXPONENTIAL else x * mp.exp(-mp.exp(-x))


@guarded()
def exponential(x: mpf) -> mpf:
    """exp(x): keras.activations.exponential."""
    return mp.exp(x)
