"""Sums, products, maxima and minima of other units."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, expit, guarded


@guarded()
def etanh(x: mpf, a: Real = 1) -> mpf:
    """a exp(x) tanh(x): Kalaiselvi et al. 2022, doi:10.1007/s00521-022-07245-x."""
    return a * mp.exp(x) * mp.tanh(x)


@guarded()
def evolved_tanh_relu(x: mpf, a: Real = 1) -> mpf:
    """a tanh(x^2) + max(0, x): Vijayaprabakaran & Sathiyamurthy 2021."""
    return a * mp.tanh(x * x) + max(mpf(0), x)


@guarded()
def maxsig(x: mpf) -> mpf:
    """max(x, sigmoid(x)): Eger et al. 2018, arXiv:1901.02671."""
    return max(x, expit(x))


@guarded()
def minsin(x: mpf) -> mpf:
    """min(x, sin(x)): Eger et al. 2018, arXiv:1901.02671."""
    return mp.sin(x) if x >= 0 else x


@guarded(depth=2)
def vlu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """max(0, x) + a sin(b x): arXiv:2402.09092, VLU."""
    return max(mpf(0), x) + a * mp.sin(b * x)


def _smooth_max(p: mpf, q: mpf, k: Real) -> mpf:
    h = clip((1 - (p - q) / k) / 2, mpf(0), mpf(1))
    return p * (1 - h) + q * h + k * h * (1 - h)


def _smooth_min(p: mpf, q: mpf, k: Real) -> mpf:
    h = clip((1 + (p - q) / k) / 2, mpf(0), mpf(1))
    return p * (1 - h) + q * h - k * h * (1 - h)


@guarded()
def kdac(x: mpf, alpha: Real = 0.1, beta: Real = 0.1, k: Real = 0.01) -> mpf:
    """smax(alpha x, alpha x if x > 0 else smin(beta x, tanh x)): Wang et al. 2021.

    arXiv:2111.13858, with smooth maxima and minima as in https://github.com/pyy-copyto/KDAC.
    """
    lower = alpha * x if x > 0 else _smooth_min(beta * x, mp.tanh(x), k)
    return _smooth_max(alpha * x, lower, k)
