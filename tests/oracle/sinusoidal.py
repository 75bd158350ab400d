"""Further units of sines and cosines."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import SATURATED, Real, expit, guarded


@guarded(depth=2)
def cosine(x: mpf) -> mpf:
    """1 - cos(x): arXiv:2402.09092."""
    return 1 - mp.cos(x)


@guarded()
def cosid(x: mpf) -> mpf:
    """cos(x) - x: arXiv:1901.02671."""
    return mp.cos(x) - x


@guarded(depth=2)
def sinp(x: mpf, a: Real = 1) -> mpf:
    """sin(x) - a x: arXiv:2402.09092."""
    return mp.sin(x) - a * x


@guarded()
def asu(x: mpf) -> mpf:
    """x sin(x): arXiv:2304.09759."""
    return x * mp.sin(x)


@guarded()
def sinc(x: mpf) -> mpf:
    """sin(pi x) / (pi x), 1 at 0: arXiv:2402.09092."""
    return mp.sinpi(x) / (mp.pi * x) if x != 0 else mpf(1)


@guarded()
def ssu(x: mpf) -> mpf:
    """pi sin(x - pi) / (x - pi): Noel et al. 2021, arXiv:2111.04020; no number is pi."""
    return -mp.pi * mp.sin(x) / (x - mp.pi)


@guarded(depth=1)
def dsu(x: mpf) -> mpf:
    """pi/2 (S(x - pi) - S(x + pi)), S(t) = sin(t) / t: Noel et al. 2021, arXiv:2111.04020."""
    left, right = x - mp.pi, x + mp.pi
    return mp.pi / 2 * (-mp.sin(x) / left + mp.sin(x) / right)


@guarded(depth=2)
def sincos(x: mpf, a: Real = 1, b: Real = 1, c: Real = 1, d: Real = 1) -> mpf:
    """a sin(b x) + c cos(d x): torch-activation."""
    return a * mp.sin(b * x) + c * mp.cos(d * x)


@guarded(depth=2)
def css(x: mpf, a: Real = 1, b: Real = 1, c: Real = 1, d: Real = 1) -> mpf:
    """a sin(b x) + c sigmoid(d x): torch-activation."""
    return a * mp.sin(b * x) + c * expit(d * x)


@guarded(depth=1)
def expcos(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
    """exp(-a x^2) cos(b x): torch-activation."""
    exponent = a * x**2
    return mpf(0) if exponent > SATURATED else mp.exp(-exponent) * mp.cos(b * x)


@guarded(depth=2)
def save_based(x: mpf, alpha: Real = 1, beta: Real = 0.5) -> mpf:
    """alpha x + beta sin(x): torch-activation."""
    return alpha * x + beta * mp.sin(x)
