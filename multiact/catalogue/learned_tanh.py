"""Hyperbolic tangents with learned heights, steepness and ends."""

from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Real
from multiact.special import sech2


@activation(reference=SURVEY)
def adaptive_slope_tanh(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """tanh with a learned steepness."""
    return xp.tanh(a * x)


@activation(name="PSTanh", reference=SURVEY)
def ps_tanh(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Parametric-scaled tanh: the identity gated by tanh, with a learned slope and steepness."""
    return a * x * (1 + xp.tanh(b * x))


@activation(
    name="PTELU",
    reference="Duggal & Gupta 2017, P-TELU: Parametric Tan Hyperbolic Linear Unit Activation for "
    "Deep Neural Networks, https://openaccess.thecvf.com/content_ICCV_2017_workshops/w18/html/"
    "Duggal_P-TELU_Parametric_Tan_ICCV_2017_paper.html",
    kinks=lambda: {0: 1},
)
def ptelu(x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """The identity above zero, tanh of a learned height and steepness below."""
    return xp.where(x < 0, alpha * xp.tanh(beta * x), x)


@activation(name="TReLU", reference=SURVEY, kinks=lambda: {0: 1})
def trelu(x: Any, /, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """The identity above zero, tanh of a learned steepness below."""
    return xp.where(x < 0, xp.tanh(b * x), x)


@activation(
    name="PTaLU",
    reference=SURVEY,
    kinks=lambda a, b: {a: 0, b: 1},
    requires={"a < b": lambda a, b: a < b},
)
def ptalu(x: Any, /, a: Learnable[Real] = -0.75, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """The identity above a learned threshold, where it jumps, tanh below, constant at the end."""
    above = xp.where(x < b, xp.tanh(x), x)
    return xp.where(x <= a, xp.tanh(a), above)


@activation(
    name="ReLTanh",
    reference="Wang et al. 2019, ReLTanh: An activation function with vanishing gradient "
    "resistance for SAE-based DNNs and its application to rotating machinery fault diagnosis, "
    f"doi:10.1016/j.neucom.2019.07.017; {SURVEY}",
    requires={"a < b": lambda a, b: a < b},
)
def rel_tanh(x: Any, /, a: Learnable[Real] = -1.5, b: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Rectified linear tanh: tanh between two learned points, its tangents outside."""
    below = sech2(a, xp=xp) * (x - a) + xp.tanh(a)
    above = sech2(b, xp=xp) * (x - b) + xp.tanh(b)
    return xp.where(x <= a, below, xp.where(x >= b, above, xp.tanh(x)))
