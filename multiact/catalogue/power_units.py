"""The identity above zero, a power or a quotient below, and units with such a side."""

from typing import Any

from multiact.catalogue._references import DUAN, SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive

ZHU = (
    "Zhu et al. 2021, PFLU and FPFLU: Two novel non-monotonic activation functions in "
    "convolutional neural networks, doi:10.1016/j.neucom.2020.11.068"
)


@activation(
    name="PolyLU",
    reference="Feng & Yang 2023, PolyLU: A Simple and Robust Polynomial-Based Linear Unit "
    f"Activation Function for Deep Learning, IEEE Access; as FPLUS {DUAN}",
    aliases=("PolynomialLinearUnit", "FPLUS"),
)
def polylu(x: Any, /, *, xp: Any) -> Any:
    """Polynomial linear unit: the identity above zero, a hyperbola below."""
    return xp.where(x >= 0, x, 1 / (1 - x) - 1)


@activation(
    name="IpLU",
    reference=SURVEY,
    aliases=("InversePolynomialLinearUnit",),
    kinks=lambda: {0: 1},
)
def iplu(x: Any, /, a: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Inverse polynomial linear unit: a power in the denominator below zero; jumps by 1 there."""
    u = xp.where(x < 0, -x, 1.0)
    power = u ** xp.where(u > 1, -a, a)  # the other power may overflow
    return xp.where(x >= 0, x, xp.where(u > 1, power, 1.0) / (1 + power))


@activation(
    name="PoLU",
    reference="Li et al. 2018, Training Neural Networks by Using Power Linear Units (PoLUs), "
    "arXiv:1802.00212",
    aliases=("PowerLinearUnit",),
    kinks=lambda: {0: 1},
)
def polu(x: Any, /, a: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Power linear unit: the identity above zero, a negative power below."""
    return xp.where(x >= 0, x, (1 - x) ** (-a) - 1)


@activation(name="PFLU", reference=ZHU, aliases=("PowerFunctionLinearUnit",), limits=(0, None))
def pflu(x: Any, /, *, xp: Any) -> Any:
    """Power function linear unit: the identity gated by an algebraic sigmoid."""
    return x / 2 * (1 + x / xp.sqrt(1 + x * x))


@activation(
    name="FPFLU", reference=ZHU, aliases=("FasterPowerFunctionLinearUnit",), limits=(0, None)
)
def fpflu(x: Any, /, *, xp: Any) -> Any:
    """Faster power function linear unit: the identity above zero, a quotient below."""
    return xp.where(x >= 0, x, x / (1 + x * x))


@activation(
    name="LSReLU",
    reference="Wang et al. 2020, The Influence of the Activation Function in a Convolution Neural "
    "Network Model of Facial Expression Recognition, doi:10.3390/app10051897",
    kinks=lambda b: {b: 1},
)
def lsrelu(
    x: Any, /, a: Learnable[Positive] = 1.0, b: Learnable[Positive] = 1.0, *, xp: Any
) -> Any:
    """Softsign below zero, the identity up to b, a logarithm beyond."""
    above = xp.log(a * x + 1) + xp.abs(xp.log(a * b + 1) - b)
    return xp.where(x > b, above, xp.where(x > 0, x, x / (1 + xp.abs(x))))
