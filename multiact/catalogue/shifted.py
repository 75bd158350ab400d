"""ReLU shifted, tilted or scaled, and its relatives that fall again."""

import math
from typing import Any

from multiact.catalogue._references import ELAKKIYA, SURVEY
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import Axes, Count, NonZero, Positive, Real

MODULUS = (
    "Vallés-Pérez et al. 2023, Empirical study of the modulus as activation function in computer "
    "vision applications, arXiv:2301.05993"
)
DENDRITES = (
    "Georgescu et al. 2020, Non-linear Neurons with Human-like Apical Dendrite Activations, "
    "arXiv:2003.03229"
)


@activation(
    name="MReLU",
    reference="Zhao & Griffin 2016, Suppressing the Unusual: towards Robust CNNs using Symmetric "
    "Activation Functions, arXiv:1603.05145",
    kinks=lambda: {-1: 1, 0: 1, 1: -1},
    limits=(0, 0),
)
def mrelu(x: Any, /, *, xp: Any) -> Any:
    """Mirrored ReLU: a tent from -1 to 1."""
    inner = xp.where(x > 0, 1 - x, 1 + x)  # the smaller of the two, which round to 1 near 0
    return xp.where(xp.abs(x) <= 1, inner, 0.0)


@activation(
    name="LSPTLU",
    reference=f"{SURVEY}; section 3.6.29",
    aliases=("LRTLU",),
    kinks=lambda a: {0: 1, a: 1, 2 * a: -1},
    limits=(-math.inf, 0),
)
def lsptlu(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Leaky single-peaked triangle: up to a and down again, with a slope of 0.2 below zero."""
    falling = xp.where(x <= 2 * a, 2 * a - x, 0.0)
    return xp.where(x < 0, 0.2 * x, xp.where(x <= a, x, falling))


@activation(name="SoftModulusQ", reference=MODULUS)
def soft_modulus_q(x: Any, /, *, xp: Any) -> Any:
    """The absolute value with a polynomial around the corner."""
    size = xp.abs(x)
    return xp.where(size <= 1, x**2 * (2 - size), size)


@activation(name="SoftModulusT", reference=MODULUS)
def soft_modulus_t(x: Any, /, a: Positive = 0.01, *, xp: Any) -> Any:
    """The absolute value with its corner rounded by tanh."""
    return x * xp.tanh(x / a)


@activation(
    name="SignReLU",
    reference="Lin & Shen 2018, Research on convolutional neural network based on improved Relu "
    f"piecewise activation function, doi:10.1016/j.procs.2018.04.239; {SURVEY}, section 3.6.32",
    aliases=("DLU",),
    kinks=lambda a: {0: 1},
)
def sign_relu(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """The identity above zero, a scaled softsign below."""
    return xp.where(x >= 0, x, a * x / (xp.abs(x) + 1))


@activation(
    name="LiReLU",
    reference=f"{ELAKKIYA}; {SURVEY}, section 3.6.33",
    kinks=lambda a: {0: a + 1},
)
def li_relu(x: Any, /, a: Real = 0.2, *, xp: Any) -> Any:
    """ReLU plus a line."""
    return xp.where(x >= 0, a * x + x, a * x)


@activation(
    name="EReLU",
    noise="uniform",
    reference="Jiang et al. 2018, Deep neural networks with Elastic Rectified Linear Units for "
    "object recognition, doi:10.1016/j.neucom.2017.09.056",
    requires={"alpha < 1": lambda alpha: alpha < 1},
    kinks=lambda: {0: 1},
)
def erelu(x: Any, noise: Any, /, alpha: Positive = 0.1, *, xp: Any) -> Any:
    """Elastic ReLU: a slope drawn around 1 per element in training, ReLU otherwise."""
    return xp.where(x >= 0, (1 + alpha * (2 * noise - 1)) * x, 0.0)


@activation(
    name="AppReLU",
    reference="Saha et al. 2019, Evolution of Novel Activation Functions in Neural Network "
    "Training with Applications to Classification of Exoplanets, arXiv:1906.01975",
    kinks=lambda: {0: 0},
)
def app_relu(x: Any, /, a: NonZero = 1.0, b: Positive = 1.0, *, xp: Any) -> Any:
    """A scaled power of ReLU."""
    return xp.where(x > 0, a * xp.where(x > 0, x, 1.0) ** b, 0.0)


@activation(
    name="ABReLU",
    kind="normalising",
    reference="Dubey & Chakraborty 2018, Average Biased ReLU Based CNN Descriptor for Improved "
    "Face Retrieval, arXiv:1804.02051",
    aliases=("AverageBiasedReLU",),
)
def ab_relu(x: Any, /, *, axis: Axes | None = None, xp: Any) -> Any:
    """ReLU of what exceeds the mean along axes, by default of the whole array."""
    return relu(x - xp.mean(x, axis=axis, keepdims=True), xp=xp)


@activation(
    name="DelayReLU",
    reference="Shan et al. 2022, Deep delay rectified neural networks, "
    f"doi:10.1007/s11227-022-04704-z; {SURVEY}, section 3.6.43",
    aliases=("DRLU",),
    kinks=lambda a: {a: 0},
    limits=(0, None),
)
def delay_relu(x: Any, /, a: Real = 0.5, *, xp: Any) -> Any:
    """ReLU that starts at a point to choose."""
    return xp.maximum(x - a, 0)


@activation(
    name="DisReLU",
    reference="Macêdo et al. 2019, Enhancing batch normalized convolutional networks using "
    "displaced rectifier linear units: A systematic comparative study, "
    "doi:10.1016/j.eswa.2019.01.066",
    aliases=("DisplacedReLU",),
    kinks=lambda delta: {-delta: 1},
)
def dis_relu(x: Any, /, delta: Real = 0.5, *, xp: Any) -> Any:
    """ReLU displaced along the diagonal: the identity down to -delta, constant below."""
    return xp.where(x + delta >= 0, x, -delta)


@activation(
    name="ModifiedLReLU",
    reference=f"{SURVEY}; section 3.6.45",
    aliases=("MLReLU",),
    kinks=lambda a: {-a: -a},
)
def modified_lrelu(x: Any, /, a: Real = 0.1, *, xp: Any) -> Any:
    """The identity above -a, a line of slope -a below; jumps there."""
    return xp.where(x + a > 0, x, -a * x)


@activation(
    name="ADA",
    reference=DENDRITES,
    kinks=lambda: {0: 0},
    limits=(0, 0),
)
def ada(x: Any, /, alpha: Positive = 0.3, c: Real = 0.0, *, xp: Any) -> Any:
    """Apical dendrite activation: ReLU that dies away exponentially."""
    return xp.where(x > 0, x * xp.exp(-alpha * x + c), 0.0)


@activation(
    name="LADA",
    reference=DENDRITES,
    aliases=("LeakyADA",),
    kinks=lambda leak: {0: leak},
    limits=(None, 0),
)
def lada(x: Any, /, alpha: Positive = 0.1, c: Real = 0.0, leak: Real = 0.01, *, xp: Any) -> Any:
    """Leaky apical dendrite activation: ADA with a line below zero."""
    return xp.where(x > 0, x * xp.exp(-alpha * x + c), leak * x)


def _below(alpha: Any, layer: int) -> Any:
    return alpha if layer % 2 else -alpha


@activation(
    name="AllReLU",
    reference="Curci et al. 2021, Truly Sparse Neural Networks at Scale, arXiv:2102.01732",
    kinks=lambda alpha, layer: {0: _below(alpha, layer)},
)
def all_relu(x: Any, /, alpha: Real = 0.1, *, layer: Count = 2, xp: Any) -> Any:
    """Alternated left ReLU: a slope below zero of the other sign in every second layer."""
    return xp.where(x > 0, x, _below(alpha, layer) * x)
