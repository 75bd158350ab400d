"""The TanhSoft family: tanh times softplus, and its special cases."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import SATURATED, Real, conditioned, guarded, log1p_exp


def _log_plus_exp(delta: Real, x: mpf) -> mpf:
    """log(delta + exp(x)), with the larger term taken out of the logarithm."""
    if x > 0:
        return x + (mpf(0) if x > SATURATED else mp.log1p(delta * mp.exp(-x)))
    return mp.log1p(mpf(delta) - 1 + (mpf(0) if x < -SATURATED else mp.exp(x)))


def _tanh_exp(linear: mpf, beta: Real, u: mpf) -> mpf:
    """tanh(linear + beta exp(u)), beta > 0."""
    t = linear + beta * mp.exp(min(u, SATURATED)) if u > -SATURATED else linear
    return mp.sign(t) if abs(t) > SATURATED else mp.tanh(t)


@conditioned("delta + exp(x) has a rounding of its own, and its logarithm a root near -0.1")
@guarded()
def tanh_soft(
    x: mpf, alpha: Real = 0.5, beta: Real = 0.5, gamma: Real = 1, delta: Real = 0.1
) -> mpf:
    """tanh(alpha x + beta exp(gamma x)) log(delta + exp(x)): Biswas et al. 2020.

    arXiv:2009.03863.
    """
    return _tanh_exp(alpha * x, beta, gamma * x) * _log_plus_exp(delta, x)


@guarded()
def tanh_soft_1(x: mpf, alpha: Real = 1) -> mpf:
    """tanh(alpha x) softplus(x): Biswas et al. 2021."""
    return mp.tanh(alpha * x) * log1p_exp(x)


@guarded()
def tanh_soft_2(x: mpf, beta: Real = 1, gamma: Real = 1) -> mpf:
    """x tanh(beta exp(gamma x)): Biswas et al. 2021."""
    return x * _tanh_exp(mpf(0), beta, gamma * x)


@guarded()
def tanh_soft_3(x: mpf, alpha: Real = 1) -> mpf:
    """log(1 + exp(x) tanh(alpha x)): Biswas et al. 2021."""
    factor = mp.tanh(alpha * x)
    if x > SATURATED and factor > 0:
        return x + mp.log(factor)
    return mpf(0) if abs(x) > SATURATED else mp.log1p(mp.exp(x) * factor)
