"""Fractional derivatives of piecewise linear units, of a learned order."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real
from multiact.special import rgamma

JOB = (
    "Job et al. 2022, Fractional Rectified Linear Unit Activation Function and Its Variants, "
    "doi:10.1155/2022/1860779"
)


def _fractional(x: Any, alpha: Any, slope: Any, xp: Any) -> Any:
    """The derivative of order alpha of |x| on each side, with the slopes 1 and -`slope`."""
    size = xp.where(x > 0, x, xp.where(x < 0, -x, 1.0))
    power = size ** (1 - alpha) * rgamma(2 - alpha, xp=xp)
    return xp.where(x > 0, power, xp.where(x < 0, -slope * power, 0.0))


@activation(
    name="FracLReLU",
    reference=JOB,
    requires={"alpha < 1": lambda alpha: alpha < 1},
    kinks=lambda: {0: 0},
)
def frac_lrelu(
    x: Any, /, alpha: Learnable[Positive] = 0.5, negative_slope: Real = 0.1, *, xp: Any
) -> Any:
    """The derivative of leaky ReLU of a learned fractional order, taken from 0 on each side."""
    return _fractional(x, alpha, negative_slope, xp)


@activation(
    name="FracPReLU",
    reference=JOB,
    requires={"alpha < 1": lambda alpha: alpha < 1},
    kinks=lambda: {0: 0},
)
def frac_prelu(
    x: Any, /, alpha: Learnable[Positive] = 0.5, beta: Learnable[Real] = 0.25, *, xp: Any
) -> Any:
    """The derivative of PReLU of a learned fractional order, taken from 0 on each side."""
    return _fractional(x, alpha, beta, xp)
