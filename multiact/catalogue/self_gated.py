"""Sigmoids and self-gated units with learned heights, steepnesses and exponents."""

import math
from typing import Any

from multiact.catalogue._references import COLLECTION, SURVEY
from multiact.catalogue.logistic import softplus
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonNegative, Positive, Real
from multiact.special import erf, expit

BISWAS = (
    "Biswas et al. 2020, EIS - a family of activation functions combining Exponential, ISRU, and "
    "Softplus, arXiv:2009.13501"
)


@activation(
    name="LEAF",
    reference="Bodyanskiy & Kostiuk 2023, Learnable Extended Activation Function for Deep Neural "
    "Networks, doi:10.47839/ijc.22.3.3225",
)
def leaf(
    x: Any,
    /,
    p1: Learnable[Real] = 1.0,
    p2: Learnable[Real] = 0.0,
    p3: Learnable[Real] = 1.0,
    p4: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Learnable extended activation function: a line gated by a sigmoid; starts as SiLU."""
    return (p1 * x + p2) * expit(p3 * x, xp=xp) + p4


@activation(
    name="ARiA",
    reference="Patwardhan et al. 2018, ARiA: Utilizing Richard's Curve for Controlling the "
    "Non-monotonicity of the Activation Function in Deep Neural Nets, arXiv:1805.08878",
    limits=(0, math.inf),
)
def aria(x: Any, /, beta: Positive = 1.0, nu: Positive = 1.0, *, xp: Any) -> Any:
    """The identity gated by a root of the sigmoid, which is Richards' curve."""
    return x * xp.exp(-softplus(-beta * x, xp=xp) / nu)


@activation(name="EIS1", reference=BISWAS)
def eis1(
    x: Any, /, delta: Learnable[Positive] = 1.0, theta: Learnable[Positive] = 1.0, *, xp: Any
) -> Any:
    """The identity divided by one plus a scaled exponential."""
    return x / (1 + delta * xp.exp(-theta * x))


@activation(name="ScaledLogisticSigmoid", reference=SURVEY)
def scaled_logistic_sigmoid(
    x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any
) -> Any:
    """Sigmoid of learned height and steepness."""
    return a / (1 + xp.exp(-b * x))


@activation(name="GEU", reference=COLLECTION, aliases=("LambdaGELU", "lambda_gelu"))
def geu(x: Any, /, alpha: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """GELU with a learned steepness."""
    return x * (1 + erf(alpha * x / math.sqrt(2))) / 2


@activation(name="LearnableSoftplus", reference=COLLECTION, limits=(0, None))
def learnable_softplus(x: Any, /, beta: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Softplus whose steepness is learned."""
    return xp.log(1 + xp.exp(beta * x)) / beta


@activation(name="ELUpSoftplus", reference=COLLECTION, kinks=lambda: {0: 1})
def elup_softplus(x: Any, /, alpha: Real = 1.0, beta: NonNegative = 1.0, *, xp: Any) -> Any:
    """The identity above zero, ELU plus softplus below; jumps by log(2) at 0."""
    below = alpha * (xp.exp(x) - 1) + xp.log(1 + xp.exp(beta * x))
    return xp.where(x < 0, below, x)


@activation(name="SAF", reference=COLLECTION)
def saf(x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Swish with a learned steepness and a learned shift of its gate."""
    return x * expit(alpha * x + beta, xp=xp)


@activation(name="MWF", reference=COLLECTION)
def mwf(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Positive] = 1.0,
    c: Learnable[Real] = 0.5,
    *,
    xp: Any,
) -> Any:
    """A wavelet, the slope of a bell curve, plus tanh."""
    return a * x * xp.exp(-b * x * x) + c * xp.tanh(x)


@activation(name="CatAF", reference=COLLECTION, kinks=lambda beta: {0: beta})
def cat_af(x: Any, /, alpha: Learnable[Real] = 0.5, beta: Learnable[Real] = 0.5, *, xp: Any) -> Any:
    """Learned mixture of ReLU and tanh."""
    return alpha * xp.maximum(x, 0) + beta * xp.tanh(x)


@activation(
    name="FALU",
    reference="Zamora et al. 2022, Fractional Adaptive Linear Units, doi:10.1609/aaai.v36i8.20882",
    requires={"alpha <= 2": lambda alpha: alpha <= 2},
)
def falu(
    x: Any,
    /,
    alpha: Learnable[NonNegative] = 0.5,
    beta: Learnable[Positive] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Fractional derivative of Swish of a learned order, approximated by orders 0, 1 and 2."""
    s = expit(beta * x, xp=xp)
    g = x * s
    h = g + expit(x, xp=xp) * (1 - g)
    return xp.where(alpha <= 1, g + alpha * s * (1 - g), h + (alpha - 1) * s * (1 - 2 * h))
