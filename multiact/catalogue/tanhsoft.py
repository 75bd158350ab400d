"""The TanhSoft family: tanh times softplus, and what remains when one of them is left out."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real

FAMILY = (
    "Biswas et al. 2020, TanhSoft - a family of activation functions combining Tanh and Softplus, "
    "arXiv:2009.03863"
)
TRAINED = (
    "Biswas et al. 2021, TanhSoft - Dynamic Trainable Activation Functions for Faster Learning "
    "and Better Performance, doi:10.1109/ACCESS.2021.3105355"
)


def _left(alpha: Any, delta: Any, xp: Any) -> Any:
    return xp.where(alpha == 0, 0.0, -xp.sign(alpha) * xp.log(delta))


@activation(name="TanhSoft", reference=FAMILY, limits=(_left, None))
def tanh_soft(
    x: Any,
    /,
    alpha: Learnable[Real] = 0.5,
    beta: Learnable[Positive] = 0.5,
    gamma: Learnable[Positive] = 1.0,
    delta: Learnable[Positive] = 0.1,
    *,
    xp: Any,
) -> Any:
    """Softplus with a lifted exponential, times tanh of a line plus an exponential."""
    return xp.tanh(alpha * x + beta * xp.exp(gamma * x)) * xp.log(delta + xp.exp(x))


@activation(name="TanhSoft1", reference=TRAINED)
def tanh_soft_1(x: Any, /, alpha: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Softplus times tanh of a learned steepness."""
    return xp.tanh(alpha * x) * xp.log(1 + xp.exp(x))


@activation(name="TanhSoft2", reference=TRAINED, limits=(0, None))
def tanh_soft_2(
    x: Any,
    /,
    beta: Learnable[Positive] = 1.0,
    gamma: Learnable[Positive] = 1.0,
    *,
    xp: Any,
) -> Any:
    """TanhExp with a learned scale and steepness of the exponential."""
    return x * xp.tanh(beta * xp.exp(gamma * x))


@activation(name="TanhSoft3", reference=TRAINED)
def tanh_soft_3(x: Any, /, alpha: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Softplus with tanh of a learned steepness inside the logarithm."""
    return xp.log(1 + xp.exp(x) * xp.tanh(alpha * x))
