"""ReLU with another slope, with noise, or with a logarithm."""

import math
from typing import Any

from multiact.catalogue._references import ELAKKIYA, SURVEY
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import NonZero, Positive, Real
from multiact.special import expit


@activation(
    name="VLReLU",
    reference="Graham 2014, Spatially-sparse convolutional neural networks, arXiv:1409.6070",
    aliases=("VeryLeakyReLU",),
    kinks=lambda a: {0: 1 / a},
)
def vlrelu(x: Any, /, a: NonZero = 3.0, *, xp: Any) -> Any:
    """Very leaky ReLU: a third of the slope below zero, given by its inverse."""
    return xp.where(x > 0, x, x / a)


@activation(
    name="OLReLU",
    reference=f"{SURVEY}; section Leaky ReLU",
    requires={"lower < upper": lambda lower, upper: lower < upper},
    kinks=lambda: {0: 1},
)
def olrelu(x: Any, /, lower: Real = 3.0, upper: Real = 8.0, *, xp: Any) -> Any:
    """Optimized leaky ReLU: a slope below zero from the bounds of RReLU."""
    return xp.where(x >= 0, x, x * xp.exp(-(upper + lower) / (upper - lower)))


@activation(
    name="SlReLU",
    reference="Seo et al. 2017, Activation Functions of Deep Neural Networks for Polar Decoding "
    "Applications, PIMRC",
    aliases=("SlopedReLU",),
    kinks=lambda: {0: 0},
    limits=(0, None),
)
def slrelu(x: Any, /, alpha: Real = 10.0, *, xp: Any) -> Any:
    """Sloped ReLU: a steeper line above zero."""
    return alpha * relu(x, xp=xp)


@activation(
    name="SRReLU",
    noise="uniform",
    reference=ELAKKIYA,
    aliases=("SoftsignRReLU",),
    requires={"lower <= upper": lambda lower, upper: lower <= upper},
    kinks=lambda: {-1: 0, 0: -1},
    limits=(
        lambda lower, upper, xp: xp.where(lower + upper < 0, math.inf, -math.inf),
        math.inf,
    ),
)
def srrelu(x: Any, noise: Any, /, lower: Real = 1 / 8, upper: Real = 1 / 3, *, xp: Any) -> Any:
    """RReLU plus the slope of softsign above zero, continued to a pole at -1."""
    line = xp.where(x >= 0, x, (lower + (upper - lower) * noise) * x)
    u = xp.where(x == -1, 1.0, 1 + x)
    return xp.where(x == -1, math.inf, 1 / (u * u) + line)  # the slope at the pole: 0


@activation(
    name="NReLU",
    noise="normal",
    reference="Nair & Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines, "
    "ICML",
    aliases=("NoisyReLU",),
    kinks=lambda: {0: 0},
    limits=(0, None),
)
def nrelu(x: Any, noise: Any, /, *, xp: Any) -> Any:
    """Noisy ReLU: normal noise with the variance sigmoid(x) under it in training, else ReLU."""
    return relu(x + xp.sqrt(expit(x, xp=xp)) * noise, xp=xp)


@activation(
    name="NLReLU",
    reference="Liu et al. 2019, Natural-Logarithm-Rectified Activation Function in Convolutional "
    "Neural Networks, arXiv:1908.03682",
    kinks=lambda: {0: 0},
)
def nlrelu(x: Any, /, beta: Positive = 1.0, *, xp: Any) -> Any:
    """Natural-logarithm ReLU: the logarithm of one plus a multiple of ReLU."""
    return xp.log(beta * relu(x, xp=xp) + 1)


@activation(
    name="PReNU",
    reference="El Jaafari et al. 2021, Parametric rectified nonlinear unit (PRenu) for convolution "
    "neural networks, doi:10.1007/s11760-020-01746-9",
    kinks=lambda a: {0: 1 - a},
    limits=(0, math.inf),
)
def prenu(x: Any, /, a: Real = 0.25, *, xp: Any) -> Any:
    """Parametric rectified nonlinear unit: a logarithm is subtracted above zero."""
    return xp.where(x >= 0, x - a * xp.log(x + 1), 0.0)
