"""Units with inverse square roots, hyperbolic sines and cosines, or the arctangent."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, guarded


@guarded()
def isru(x: mpf, alpha: Real = 1) -> mpf:
    """x / sqrt(1 + alpha x^2): Carlile et al. 2017, arXiv:1710.09967."""
    return x / mp.sqrt(1 + alpha * x**2)


@guarded()
def isrlu(x: mpf, alpha: Real = 1) -> mpf:
    """x if x >= 0 else x / sqrt(1 + alpha x^2): Carlile et al. 2017, arXiv:1710.09967."""
    return x if x >= 0 else x / mp.sqrt(1 + alpha * x**2)


@conditioned("x / sqrt(1 + x^2) has a rounding of its own, and the sum cancels near -1 / sqrt(3)")
@guarded()
def mef(x: mpf) -> mpf:
    """x / sqrt(1 + x^2) + 1/2: arXiv:2402.09092, modified Elliott function."""
    return x / mp.sqrt(1 + x**2) + mpf(0.5)


@guarded()
def comb_hsine(x: mpf, a: Real = 1) -> mpf:
    """sinh(a x) + asinh(a x): arXiv:2402.09092."""
    return mp.sinh(a * x) + mp.asinh(a * x)


@guarded()
def hyper_sinh(x: mpf) -> mpf:
    """sinh(x) / 3 if x > 0 else x^3 / 4: Parisi et al. 2020, arXiv:2011.07661."""
    return mp.sinh(x) / 3 if x > 0 else x**3 / 4


@guarded(depth=1)
def hclsh(x: mpf) -> mpf:
    """log(cosh x + x cosh(x/2)) if x >= 0 else log(cosh x) + x: Abdel-Nabi et al. 2023."""
    if x >= 0:
        return mp.log(mp.cosh(x) + x * mp.cosh(x / 2))
    return mp.log((1 + mp.exp(2 * x)) / 2)  # exp(x) cosh(x), multiplied out


@guarded()
def arctid(x: mpf) -> mpf:
    """arctan(x)^2 - x: Pedamonti 2019, arXiv:1901.02671."""
    return mp.atan(x) ** 2 - x
