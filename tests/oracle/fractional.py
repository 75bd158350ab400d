"""Fractional derivatives of piecewise linear units."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, guarded


def _line(x: mpf, alpha: Real, slope: Real) -> mpf:
    """The derivative of order alpha of x, times a slope below 0, where the power is odd."""
    if x == 0:
        return mpf(0)
    power = abs(x) ** (1 - mpf(alpha)) * mp.rgamma(2 - mpf(alpha))
    return power if x > 0 else -slope * power


@guarded()
def frac_lrelu(x: mpf, alpha: Real = 0.5, negative_slope: Real = 0.1) -> mpf:
    """x^(1 - alpha) / Gamma(2 - alpha), times the negative slope below 0: Job et al. 2022.

    doi:10.1155/2022/1860779. A real power of a negative number means
    sign(x) |x|^(1 - alpha) here.
    """
    return _line(x, alpha, negative_slope)


@guarded()
def frac_prelu(x: mpf, alpha: Real = 0.5, beta: Real = 0.25) -> mpf:
    """x^(1 - alpha) / Gamma(2 - alpha), times beta below 0: Job et al. 2022."""
    return _line(x, alpha, beta)
