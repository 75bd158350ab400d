"""ReLU with other slopes, with noise, and bent above zero."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, conditioned, expit, guarded


@guarded()
def vlrelu(x: mpf, a: Real = 3) -> mpf:
    """x if x > 0 else x / a: very leaky, Graham 2014, arXiv:1409.6070."""
    return x if x > 0 else x / a


@guarded()
def olrelu(x: mpf, lower: Real = 3, upper: Real = 8) -> mpf:
    """x if x >= 0 else x exp(-(u + l) / (u - l)): arXiv:2402.09092, section 3.6.2."""
    return x if x >= 0 else x * mp.exp(-(mpf(upper) + lower) / (mpf(upper) - lower))


@guarded()
def slrelu(x: mpf, alpha: Real = 10) -> mpf:
    """alpha max(0, x): Seo et al. 2017."""
    return alpha * max(mpf(0), x)


@conditioned("the slope below zero is rounded, and its line cancels with the square near -2.5")
@guarded()
def srrelu(x: mpf, lower: Real = 1 / 8, upper: Real = 1 / 3, noise: Real = 0.5) -> mpf:
    """1 / (1 + x)^2 + (x if x >= 0 else s x): Elakkiya & Dejey 2023.

    doi:10.1007/s00521-023-08565-2; s is uniform between lower and upper, as in RReLU.
    """
    if x == -1:
        return mp.inf
    slope = 1 if x >= 0 else lower + (mpf(upper) - lower) * noise
    return 1 / (1 + x) ** 2 + slope * x


@guarded()
def nrelu(x: mpf, noise: Real = 0) -> mpf:
    """max(0, x + N(0, sigmoid(x))), of that variance: Nair & Hinton 2010."""
    return max(mpf(0), x + mp.sqrt(expit(x)) * noise)


@guarded()
def nlrelu(x: mpf, beta: Real = 1) -> mpf:
    """ln(beta max(0, x) + 1): Liu et al. 2019, arXiv:1908.03682."""
    return mp.log1p(beta * max(mpf(0), x))


@guarded(depth=1)
def prenu(x: mpf, a: Real = 0.25) -> mpf:
    """x - a ln(x + 1) if x >= 0 else 0: El Jaafari et al. 2021."""
    return x - a * mp.log1p(x) if x >= 0 else mpf(0)
