"""Square roots and logarithms of the input's size, and quotients with them."""

from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Positive


@activation(reference=SURVEY)
def bent_identity(x: Any, /, *, xp: Any) -> Any:
    """The identity plus half of a hyperbola: slopes 1/2 and 3/2 far out."""
    return (xp.sqrt(x * x + 1) - 1) / 2 + x


@activation(reference=SURVEY, limits=(0, 1))
def mishra(x: Any, /, *, xp: Any) -> Any:
    """Mean of softsign and its square."""
    s = x / (1 + xp.abs(x))
    w = 1 / (1 + x)  # s is 1 - w above 0, where terms of the second slope would cancel
    return xp.where((x > 0) & (x < 1), x * (w - w * w / 2), (s * s + s) / 2)


@activation(
    reference="Saha et al. 2018, SBAF: A New Activation Function for Artificial Neural Net based "
    "Habitability Classification, arXiv:1806.01844",
    aliases=("SBAF",),
    requires={"alpha < 1": lambda alpha: alpha < 1},
    kinks=lambda: {0: 0, 1: 0},
)
def saha_bora(x: Any, /, k: Positive = 0.98, alpha: Positive = 0.5, *, xp: Any) -> Any:
    """Saha-Bora activation: a valley between 0 and 1, the range of its inputs; 1 elsewhere."""
    inside = (x > 0) & (x < 1)
    u = xp.where(inside, x, 0.5)  # the powers are not real outside
    return xp.where(inside, 1 / (1 + k * u**alpha * (1 - u) ** (1 - alpha)), 1.0)


@activation(
    name="SQRT",
    reference="Yang et al. 2018, Square Root Based Activation Function in Neural Networks, ICALIP",
    aliases=("square_root",),
    kinks=lambda: {0: 0},
)
def sqrt(x: Any, /, *, xp: Any) -> Any:
    """Square root of the size, with the sign of the input; its infinite slope at 0 counts as 0."""
    root = xp.sqrt(xp.where(x == 0, 1.0, xp.abs(x)))
    return xp.where(x == 0, 0.0, xp.where(x < 0, -root, root))


@activation(name="SSAF", reference=SURVEY, kinks=lambda: {0: 0})
def ssaf(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """S-shaped activation: the square root of a multiple of the size, with the input's sign."""
    return xp.sqrt(2 * a) * sqrt(x, xp=xp)  # 2 a x may be subnormal


@activation(
    reference="Bilski 2000, The Backpropagation Learning with Logarithmic Transfer Function, "
    "Neural Networks and Soft Computing; as symlog Hafner et al. 2023, Mastering Diverse Domains "
    "through World Models, arXiv:2301.04104",
    aliases=("LAF", "symlog", "Symlog"),
)
def logarithmic(x: Any, /, *, xp: Any) -> Any:
    """Logarithm of one plus the size, with the sign of the input."""
    return xp.where(x < 0, -xp.log(1 - x), xp.log(1 + x))


@activation(
    reference="Hafner et al. 2023, Mastering Diverse Domains through World Models, "
    "arXiv:2301.04104",
)
def symexp(x: Any, /, *, xp: Any) -> Any:
    """Exponential of the size minus one, with the sign of the input; the inverse of symlog."""
    return xp.where(x < 0, 1 - xp.exp(-x), xp.exp(x) - 1)
