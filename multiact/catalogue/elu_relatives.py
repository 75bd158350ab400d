"""Units with exponentials or sigmoids on one side or both: scaled, leaky, hard, compounded."""

from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.catalogue.exponential import elu
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real

BASIRAT = "Basirat & Roth 2018, The Quest for the Golden Activation Function, arXiv:1808.00783"
KILICARSLAN = (
    "Kiliçarslan & Celik 2021, RSigELU: A nonlinear activation function for deep neural networks, "
    "doi:10.1016/j.eswa.2021.114805"
)


@activation(
    name="DiffELU",
    reference="Hu et al. 2020, Improving Convolutional Neural Network Expression via Difference "
    "Exponentially Linear Units, doi:10.1088/1742-6596/1651/1/012163; there DELU",
    aliases=("DifferenceELU", "difference_elu"),
    kinks=lambda: {0: 1},
    limits=(0, None),
)
def diff_elu(x: Any, /, a: Learnable[Real] = 0.3, b: Learnable[Positive] = 0.1, *, xp: Any) -> Any:
    """Difference of two exponential bumps below zero, the identity above; jumps at 0."""
    return xp.where(x >= 0, x, a * (x * xp.exp(x) - b * xp.exp(b * x)))


@activation(
    name="DualELU",
    kind="gated",
    reference="Godin et al. 2017, Dual Rectified Linear Units (DReLUs): A Replacement for Tanh "
    "Activation Functions in Quasi-Recurrent Neural Networks, arXiv:1707.08214",
)
def dual_elu(a: Any, b: Any, /, alpha: Real = 1.0, *, xp: Any) -> Any:
    """ELU of the first half minus ELU of the second."""
    return elu(a, alpha, xp=xp) - elu(b, alpha, xp=xp)


@activation(
    name="LSELU",
    reference=SURVEY,
    aliases=("LeakyScaledExponentialLinearUnit",),
    kinks=lambda a: {0: a},
)
def lselu(
    x: Any,
    /,
    a: Learnable[Real] = 1.0507009873554805,
    b: Learnable[Real] = 1.6732632423543772,
    c: Learnable[Real] = 0.1,
    *,
    xp: Any,
) -> Any:
    """Leaky SELU: a line is added below zero."""
    return a * xp.where(x >= 0, x, b * (xp.exp(x) - 1) + c * x)


@activation(
    name="SERLU",
    reference="Zhang & Li 2018, Effectiveness of Scaled Exponentially-Regularized Linear Units "
    "(SERLUs), arXiv:1807.10117",
    aliases=("ScaledExponentiallyRegularizedLinearUnit",),
    kinks=lambda a: {0: a},
    limits=(0, None),
)
def serlu(
    x: Any, /, a: Learnable[Positive] = 1.07862, b: Learnable[Positive] = 2.90427, *, xp: Any
) -> Any:
    """Scaled exponentially-regularised linear unit: a bump below zero."""
    return a * xp.where(x >= 0, x, b * x * xp.exp(x))


@activation(
    name="SSELU",
    reference=SURVEY,
    aliases=("sSELU", "ScaledScaledExponentialLinearUnit"),
    kinks=lambda a: {0: a},
)
def sselu(
    x: Any,
    /,
    a: Learnable[Real] = 1.0507009873554805,
    b: Learnable[Real] = 1.6732632423543772,
    c: Learnable[Positive] = 1.0,
    *,
    xp: Any,
) -> Any:
    """SELU whose input is scaled below zero."""
    return a * xp.where(x >= 0, x, b * (xp.exp(c * x) - 1))


@activation(name="RSigELU", reference=KILICARSLAN, kinks=lambda: {0: 1, 1: 1})
def rsigelu(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """ELU up to 1, a scaled SiLU added beyond; jumps at 1."""
    return rsigelud(x, a, a, xp=xp)


@activation(name="RSigELUD", reference=KILICARSLAN, kinks=lambda: {0: 1, 1: 1})
def rsigelud(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """RSigELU with one scale for each side."""
    below = xp.where(x < 0, b * (xp.exp(x) - 1), x)
    return xp.where(x > 1, a * x / (1 + xp.exp(-x)) + x, below)


@activation(
    name="HardSReLUE",
    reference="Kiliçarslan 2023, A novel nonlinear hybrid HardSReLUE activation function in "
    "transfer learning architectures for hemorrhage classification, "
    "doi:10.1007/s11042-022-14313-w",
    kinks=lambda a: {0: 1 + a / 2, 1: 1 + a},
)
def hard_srelue(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """RSigELU with a sigmoid drawn by straight lines, for all inputs above zero."""
    above = a * x * _hard_sigmoid(x, xp) + x
    return xp.where(x >= 0, above, a * (xp.exp(x) - 1))


@activation(
    name="ELiSH",
    reference=BASIRAT,
    aliases=("ExponentialLinearSigmoidSquashing",),
    limits=(0, None),
)
def elish(x: Any, /, *, xp: Any) -> Any:
    """Exponential linear sigmoid squashing: ELU gated by the sigmoid."""
    return xp.where(x >= 0, x, xp.exp(x) - 1) / (1 + xp.exp(-x))


@activation(
    name="HardELiSH",
    reference=BASIRAT,
    aliases=("HardExponentialLinearSigmoidSquashing",),
    kinks=lambda: {-1: 0, 1: 1},
    limits=(0, None),
)
def hard_elish(x: Any, /, *, xp: Any) -> Any:
    """ELU gated by a sigmoid drawn with straight lines."""
    return xp.where(x >= 0, x, xp.exp(x) - 1) * _hard_sigmoid(x, xp)


def _hard_sigmoid(x: Any, xp: Any) -> Any:
    """max(0, min(1, (x + 1) / 2)): x itself is cut, as next to 1 the sum would be rounded to 2."""
    return (xp.clip(x, -1, 1) + 1) / 2


@activation(
    name="ThLU",
    reference=SURVEY,
    aliases=("TanhLinearUnit",),
    kinks=lambda: {0: 1},
    limits=(-1, None),
)
def thlu(x: Any, /, *, xp: Any) -> Any:
    """Tanh linear unit: the identity above zero, tanh of half the input below."""
    return xp.where(x >= 0, x, xp.tanh(x / 2))


@activation(
    name="EACU",
    reference="Zhang et al. 2023, Elastic Adaptively Parametric Compounded Units for Convolutional "
    "Neural Network, doi:10.20965/jaciii.2023.p0576",
    aliases=("EACPU", "ElasticAdaptivelyParametricCompoundedUnit"),
    kinks=lambda b: {0: b},
)
def eacu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Elastic compounded unit: a line above zero, Mish of a multiple of the input below."""
    return xp.where(x >= 0, b * x, a * x * xp.tanh(xp.log(1 + xp.exp(a * x))))
