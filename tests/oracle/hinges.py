"""Piecewise linear units whose slopes, or places of bends, are parameters."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Reals, guarded


@guarded()
def aplu(x: mpf, a: Reals, b: Reals) -> mpf:
    """max(0, x) + sum_s a_s max(0, -x + b_s): Agostinelli et al. 2014, arXiv:1412.6830."""
    hinges = zip(a, b, strict=True)
    return max(mpf(0), x) + mp.fsum(slope * max(mpf(0), place - x) for slope, place in hinges)


@guarded(depth=1)
def splash(x: mpf, above: Reals, below: Reals, places: Reals) -> mpf:
    """sum_s a_s max(0, x - c_s) + b_s max(0, -x - c_s): Tavakoli et al. 2020, arXiv:2006.08947."""
    hinges = zip(above, below, places, strict=True)
    return mp.fsum(a * max(mpf(0), x - c) + b * max(mpf(0), -x - c) for a, b, c in hinges)


@guarded()
def mtlu(x: mpf, slopes: Reals, shifts: Reals, bound: Real = 1) -> mpf:
    """a_k x + b_k if c_(k-1) < x <= c_k, c from -bound to bound: Gu et al. 2018.

    arXiv:1807.11389: the outermost bins have no end.
    """
    steps = len(slopes) - 2
    borders = [bound * (2 * mpf(i) / steps - 1) for i in range(steps + 1)]
    k = sum(border < x for border in borders)
    return slopes[k] * x + shifts[k]


@guarded()
def plu(x: mpf, alpha: Real = 0.1, c: Real = 1) -> mpf:
    """max(alpha (x + c) - c, min(alpha (x - c) + c, x)): Nicolae 2018, arXiv:1809.09534."""
    return max(alpha * (x + c) - c, min(alpha * (x - c) + c, x))


@guarded()
def adalu(x: mpf, alpha: Real = 1, beta: Real = 0.1) -> mpf:
    """alpha x if x >= 0 else beta x: torch-activation."""
    return alpha * x if x >= 0 else beta * x


@guarded()
def rtprelu(x: mpf, a: Real = 4, sigma: Real = 0.75, noise: Real = 0) -> mpf:
    """x if x + sigma noise >= 0 else x / a, noise standard normal: arXiv:2402.09092, 4.2.10."""
    return x if x + sigma * noise >= 0 else x / a
