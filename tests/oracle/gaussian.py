"""Polynomials times a Gaussian, and Gaussians side by side."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, guarded


@guarded()
def polyexp(x: mpf, a: Real = 1, b: Real = 1, c: Real = 1, d: Real = 1) -> mpf:
    """(a x^2 + b x + c) exp(-d x^2): Efe 2008."""
    return (a * x * x + b * x + c) * mp.exp(-d * x * x)


@guarded()
def wave(x: mpf, a: Real = 1) -> mpf:
    """(1 - x^2) exp(-a x^2): Efe 2008."""
    return (1 - x) * (1 + x) * mp.exp(-a * x * x)


@guarded()
def pmaf(x: mpf, a: Real = 4) -> mpf:
    """2 / (sqrt 3 pi^(1/4)) (1 - u^2) exp(-u^2/2), u = x + a if x < 0 else x - a.

    Two Mexican hats: arXiv:2402.09092, piecewise Mexican-hat activation function.
    """
    u = x + a if x < 0 else x - a
    return 2 / (mp.sqrt(3) * mp.root(mp.pi, 4)) * (1 - u * u) * mp.exp(-u * u / 2)


@guarded()
def prbf(x: mpf, a: Real = 3, b: Real = 1) -> mpf:
    """exp(-(x - s)^2 / b^2), s = 2a if x >= a, -2a if x <= -a, else 0: arXiv:2402.09092."""
    centre = 2 * a if x >= a else -2 * a if x <= -a else mpf(0)
    return mp.exp(-(((x - centre) / b) ** 2))
