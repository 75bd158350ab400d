"""The identity gated by a bounded function of itself, and sums and functions of such units."""

import math
from typing import Any

from multiact.catalogue._references import AQULU, KOCAK, SURVEY
from multiact.catalogue.logistic import silu
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Real
from multiact.special import erf, expit

KOZKURT = (
    "Közkurt et al. 2023, αSechSig and αTanhSig: two novel non-monotonic activation functions, "  # noqa: RUF001
    "doi:10.1007/s00500-023-09279-2"
)


@activation(name="SechSig", reference=KOZKURT, limits=(0, None))
def sech_sig(x: Any, /, *, xp: Any) -> Any:
    """SiLU with a hyperbolic secant added under the gate."""
    return (x + 1 / xp.cosh(x)) * expit(x, xp=xp)


@activation(name="PSechSig", reference=KOZKURT, limits=(0, None))
def p_sech_sig(x: Any, /, alpha: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """SechSig whose secant is weighted and shifted by a learned number."""
    return (x + alpha / xp.cosh(x + alpha)) * expit(x, xp=xp)


@activation(name="TanhSig", reference=KOZKURT, limits=(0, None))
def tanh_sig(x: Any, /, *, xp: Any) -> Any:
    """SiLU with tanh added under the gate."""
    return (x + xp.tanh(x)) * expit(x, xp=xp)


@activation(name="PTanhSig", reference=KOZKURT, limits=(0, None))
def p_tanh_sig(x: Any, /, alpha: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """TanhSig whose tanh is weighted and shifted by a learned number."""
    return (x + alpha * xp.tanh(x + alpha)) * expit(x, xp=xp)


@activation(
    name="SGELU",
    reference="Yu & Su 2019, Symmetrical Gaussian Error Linear Units (SGELUs), arXiv:1911.03925",
)
def sgelu(x: Any, /, alpha: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Symmetrical GELU: the identity times the error function."""
    return alpha * x * erf(x / math.sqrt(2))


@activation(name="CaLU", reference=f"{AQULU}; {SURVEY}, section 3.3.3", limits=(-1 / math.pi, None))
def calu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the Cauchy distribution function."""
    return x * (xp.atan(x) / math.pi + 0.5)


@activation(name="LaLU", reference=f"{SURVEY}; section 3.3.4", limits=(0, None))
def lalu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the Laplace distribution function."""
    return xp.where(x >= 0, x * (1 - xp.exp(-x) / 2), x * xp.exp(x) / 2)


@activation(name="TSSwish", reference=KOCAK, limits=(0, None))
def ts_swish(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 2.0, *, xp: Any) -> Any:
    """Triple-state swish: SiLU times three sigmoids in a row."""
    s = expit(x, xp=xp)
    return x * s * (s + expit(x - a, xp=xp) + expit(x - b, xp=xp))


@activation(
    name="GSwish", reference=f"{KOCAK}; {SURVEY}, section 3.3.7", aliases=("GeneralizedSwish",)
)
def gswish(x: Any, /, *, xp: Any) -> Any:
    """Generalized swish: the identity gated by the sigmoid of exp(-x)."""
    return x * expit(xp.exp(-x), xp=xp)


@activation(
    name="ExponentialSwish",
    reference=f"{KOCAK}; {SURVEY}, section 3.3.8",
    aliases=("ExpSwish",),
    limits=(1, 0),
)
def exponential_swish(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid times exp(-x), which is the sigmoid of the negated input."""
    return xp.exp(-x) * expit(x, xp=xp)


@activation(
    name="DSigmoid",
    reference=f"{KOCAK}; {SURVEY}, section 3.3.9",
    aliases=("SigmoidDerivative",),
    limits=(0, 0),
)
def d_sigmoid(x: Any, /, *, xp: Any) -> Any:
    """The derivative of the sigmoid."""
    s = expit(x, xp=xp)
    return s * (1 - s)


@activation(
    reference="Kaytan et al. 2023, Gish: a novel activation function for image classification, "
    f"doi:10.1007/s00521-023-09035-5; {SURVEY}, section 3.3.10",
    limits=(0, None),
)
def gish(x: Any, /, *, xp: Any) -> Any:
    """The identity times the logarithm of 1 plus CLogLog."""
    return x * xp.log(2 - xp.exp(-xp.exp(x)))


@activation(name="LogLogish", reference=f"{SURVEY}; section 3.3.12", limits=(0, None))
def loglogish(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by complementary log-log."""
    return x * (1 - xp.exp(-xp.exp(x)))


@activation(name="SelfArctan", reference=f"{SURVEY}; section 3.3.14")
def self_arctan(x: Any, /, *, xp: Any) -> Any:
    """The identity times the inverse tangent."""
    return x * xp.atan(x)


@activation(
    name="PLogish",
    reference="Zhu et al. 2021, Logish: A new nonlinear nonmonotonic activation function for "
    f"convolutional neural network, doi:10.1016/j.neucom.2021.06.067; {SURVEY}, section 3.3.15",
)
def plogish(
    x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[Real] = 10.0, *, xp: Any
) -> Any:
    """Logish with a height and a steepness."""
    return alpha * x * xp.log(1 + expit(beta * x, xp=xp))


@activation(name="TSReLU", reference=f"{SURVEY}; section 3.3.18", limits=(0, None))
def tsrelu(x: Any, /, *, xp: Any) -> Any:
    """Tangent-sigmoid ReLU: the identity gated by tanh of the sigmoid."""
    return x * xp.tanh(expit(x, xp=xp))


@activation(name="TBSReLU", reference=f"{SURVEY}; section 3.3.19")
def tbsrelu(x: Any, /, *, xp: Any) -> Any:
    """Tangent-bipolar-sigmoid ReLU: the identity times tanh of the bipolar sigmoid."""
    return x * xp.tanh((1 - xp.exp(-x)) / (1 + xp.exp(-x)))


@activation(
    name="DSiLU",
    reference="Elfwing et al. 2017, Sigmoid-Weighted Linear Units for Neural Network Function "
    "Approximation in Reinforcement Learning, arXiv:1702.03118",
    limits=(0, 1),
)
def d_silu(x: Any, /, *, xp: Any) -> Any:
    """The derivative of SiLU."""
    s = expit(x, xp=xp)
    return s + x * s * (1 - s)


@activation(name="DoubleSiLU", reference=f"{SURVEY}; section 3.3.22")
def double_silu(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the sigmoid of SiLU."""
    return x * expit(silu(x, xp=xp), xp=xp)


@activation(name="MSiLU", reference=f"{SURVEY}; section 3.3.23", limits=(0, None))
def msilu(x: Any, /, *, xp: Any) -> Any:
    """Modified SiLU: SiLU plus a small bell curve."""
    return silu(x, xp=xp) + xp.exp(-(x**2) - 1) / 4


@activation(name="TSiLU", reference=f"{SURVEY}; section 3.3.24", limits=(0, 1))
def tsilu(x: Any, /, *, xp: Any) -> Any:
    """Tanh of SiLU."""
    return xp.tanh(silu(x, xp=xp))


@activation(
    name="ASiLU",
    reference=f"{SURVEY}; section 3.3.25",
    aliases=("ATSiLU",),
    limits=(0, math.pi / 2),
)
def asilu(x: Any, /, *, xp: Any) -> Any:
    """Inverse tangent of SiLU."""
    return xp.atan(silu(x, xp=xp))


@activation(name="SwAT", reference=f"{SURVEY}; section 3.3.26")
def swat(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the sigmoid of the inverse tangent."""
    return x * expit(xp.atan(x), xp=xp)


@activation(
    name="ReHSec",
    reference="Samatin Njikam & Zhao 2016, A novel activation function for multilayer feed-forward "
    f"neural networks, Applied Intelligence 45; {SURVEY}, section 3.3.27",
    limits=(0, 0),
)
def rehsec(x: Any, /, *, xp: Any) -> Any:
    """Rectified hyperbolic secant: the identity times the hyperbolic secant."""
    return x / xp.cosh(x)


@activation(
    name="EANAF",
    reference="Chai et al. 2022, An Efficient Asymmetric Nonlinear Activation Function for Deep "
    "Neural Networks, doi:10.3390/sym14051027",
    limits=(0, None),
)
def eanaf(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by tanh of half of softplus."""
    return x * xp.exp(x) / (xp.exp(x) + 2)


@activation(name="SinSig", reference=f"{SURVEY}; section 3.3.34", limits=(0, None))
def sin_sig(x: Any, /, *, xp: Any) -> Any:
    """The identity gated by the sine of a quarter turn times the sigmoid."""
    # the slope of the sine is near 0 on the right: there, the cosine of what is left to a quarter
    below, above = expit(x, xp=xp), expit(-x, xp=xp)
    return x * xp.where(x < 0, xp.sin(math.pi / 2 * below), xp.cos(math.pi / 2 * above))
