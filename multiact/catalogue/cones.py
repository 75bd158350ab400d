"""Hills: functions that rise to a peak and fall again, without end."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real

NOEL = (
    "Noel & Oswal 2024, A Significantly Better Class of Activation Functions Than ReLU Like "
    "Activation Functions, arXiv:2405.04459"
)


@activation(reference=NOEL, kinks=lambda: {1: 1}, limits=(-math.inf, -math.inf))
def cone(x: Any, /, *, xp: Any) -> Any:
    """The distance from 1, turned upside down to a peak of height 1."""
    return xp.where(x > 1, 2 - x, x)


@activation(reference=NOEL, limits=(-math.inf, -math.inf))
def parabolic_cone(x: Any, /, *, xp: Any) -> Any:
    """Parabola through 0 and 2 with a peak of height 1."""
    return x * (2 - x)


@activation(
    reference=NOEL,
    aliases=("ParameterizedCone",),
    kinks=lambda gamma: {gamma: 0},
    limits=(-math.inf, -math.inf),
)
def parametric_cone(
    x: Any,
    /,
    alpha: Learnable[Positive] = 1.0,
    beta: Learnable[Real] = 1.0,
    gamma: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Cone with learned sharpness, height and place."""
    size = xp.where(x > gamma, x - gamma, gamma - x)
    # by a branch of its own: the slope of a power of 0 is 0 times infinity
    return beta - xp.where(size == 0, 0.0, xp.where(size == 0, 1.0, size) ** alpha)
