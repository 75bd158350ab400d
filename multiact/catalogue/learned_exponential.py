"""Exponentials with learned heights and rates, mostly below zero."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.catalogue.exponential import elu
from multiact.catalogue.rectified import leaky_relu
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Positive, Real
from multiact.special import expit, exprel, logrel

JIE = (
    "Jie et al. 2020, Regularized Flexible Activation Function Combinations for Deep Neural "
    "Networks, arXiv:2007.13101"
)


@activation(name="SExp", reference=SURVEY)
def sexp(x: Any, /, a: Learnable[NonZero] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Exponential through 0 with a learned height and rate."""
    return a * (xp.exp(b * x) - 1)


@activation(name="SSinH", reference=SURVEY)
def ssinh(x: Any, /, a: Learnable[NonZero] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Hyperbolic sine with a learned height and rate."""
    return a * xp.sinh(b * x)


@activation(name="PREU", reference=SURVEY)
def preu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Parametric rectified exponential unit: a learned line, which decays below zero."""
    return xp.where(x < 0, a * x * xp.exp(b * x), a * x)


@activation(
    name="PELU",
    reference="Trottier et al. 2016, Parametric Exponential Linear Unit for Deep Convolutional "
    "Neural Networks, arXiv:1605.09332",
)
def pelu(x: Any, /, a: Learnable[Positive] = 1.0, b: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """ELU with a learned height and width, and the slope above zero that makes it smooth."""
    return xp.where(x < 0, a * (xp.exp(x / b) - 1), a / b * x)


@activation(
    name="MPELU",
    reference="Li et al. 2016, Improving Deep Neural Network with Multiple Parametric Exponential "
    "Linear Units, arXiv:1606.00305",
    kinks=lambda alpha, beta: {0: alpha * beta},
)
def mpelu(
    x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[Positive] = 1.0, *, xp: Any
) -> Any:
    """ELU with a learned height and rate."""
    return xp.where(x > 0, x, alpha * (xp.exp(beta * x) - 1))


@activation(
    name="PFELU",
    reference="Adem 2022, P + FELU: Flexible and trainable fast exponential linear unit for deep "
    f"learning architectures, doi:10.1007/s00521-022-07625-3; {SURVEY}; there P+FELU",
    kinks=lambda: {0: 1},
)
def pfelu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """ELU with a learned height, plus a learned number."""
    return xp.where(x < 0, a * (xp.exp(x) - 1), x) + b


@activation(
    reference=SURVEY,
    kinks=lambda a, negative_slope, alpha: {0: a * negative_slope + (1 - a) * alpha},
)
def adaptive_combination1(
    x: Any,
    /,
    a: Learnable[Real] = 0.5,
    negative_slope: Real = 0.01,
    alpha: Real = 1.0,
    *,
    xp: Any,
) -> Any:
    """A learned mixture of leaky ReLU and ELU."""
    return a * leaky_relu(x, negative_slope, xp=xp) + (1 - a) * elu(x, alpha, xp=xp)


@activation(
    reference=SURVEY,
    kinks=lambda slope, alpha, beta: {0: (slope + alpha / beta) / 2},
)
def adaptive_combination2(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    slope: Real = 0.01,
    alpha: Positive = 1.0,
    beta: Positive = 1.0,
    *,
    xp: Any,
) -> Any:
    """PReLU and PELU, mixed by a sigmoid of learned steepness."""
    # on each side by itself: the slope by a of one sum would be a difference of infinities
    gate = expit(a * x, xp=xp)
    below = gate * slope * x + (1 - gate) * alpha * (xp.exp(x / beta) - 1)
    return xp.where(x > 0, (gate + (1 - gate) * alpha / beta) * x, below)


@activation(name="PE2Id", reference=f"{JIE}; there P-E2-Id")
def pe2_id(x: Any, /, a: Learnable[Real] = 0.5, alpha: Real = 1.0, *, xp: Any) -> Any:
    """A learned mixture of the identity and the odd part of ELU."""
    odd = xp.where(x < 0, x + alpha * (xp.exp(x) - 1), x - alpha * (xp.exp(-x) - 1))
    return a * x + (1 - a) * odd


@activation(
    reference="Godfrey & Gashler 2016, A continuum among logarithmic, linear, and exponential "
    "functions, and its potential to improve generalization in neural networks, arXiv:1602.01321",
    limits=(None, math.inf),
)
def soft_exponential(x: Any, /, alpha: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Exponential for alpha > 0, the identity at 0, logarithm below, NaN where that has none."""
    # both are quotients by alpha, which have a slope by alpha at 0 only as these functions
    u = x + alpha
    below = u * logrel(-alpha * u, xp=xp)
    return xp.where(alpha < 0, below, x * exprel(alpha * x, xp=xp) + alpha)
