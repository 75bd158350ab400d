"""Exponential linear units with learned scales, shifts and bends."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonNegative, Positive, Real
from multiact.special import softplus

GRELSSON = (
    "Grelsson & Felsberg 2018, Improved Learning in Convolutional Neural Networks with Shifted "
    "Exponential Linear Units (ShELUs), doi:10.1109/ICPR.2018.8545104"
)
_ALPHA_P = math.log(math.expm1(0.8))
_ALPHA_N = math.log(math.expm1(0.8 - 0.5))


@activation(name="PSELU", reference=SURVEY, kinks=lambda a: {0: a})
def pselu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """SELU with learned scales."""
    return a * xp.where(x < 0, b * (xp.exp(x) - 1), x)


@activation(name="LPSELU", reference=SURVEY, kinks=lambda a: {0: a})
def lpselu(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 0.01,
    *,
    xp: Any,
) -> Any:
    """SELU with learned scales, and a line added below zero."""
    return xp.where(x < 0, a * b * (xp.exp(x) - 1) + c * x, a * x)


@activation(name="LPSELU_RP", reference=SURVEY, kinks=lambda a: {0: a})
def lpselu_rp(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 0.01,
    m: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """LPSELU moved up or down by a learned number."""
    return lpselu(x, a, b, c, xp=xp) + m


@activation(name="ShELU", reference=GRELSSON, kinks=lambda b: {-b: 1})
def shelu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """ELU moved sideways by a learned number."""
    return xp.where(x + b < 0, a * (xp.exp(x + b) - 1), x + b)


@activation(name="SvELU", reference=GRELSSON, kinks=lambda: {0: 1})
def svelu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """ELU moved up or down by a learned number."""
    return xp.where(x < 0, a * (xp.exp(x) - 1), x) + b


@activation(name="PShELU", reference=f"{GRELSSON}; {SURVEY}")
def pshelu(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Positive] = 1.0,
    c: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Parametric ELU moved sideways by a learned number."""
    return xp.where(x + c < 0, a * (xp.exp((x + c) / b) - 1), a / b * (x + c))


@activation(name="PSvELU", reference=f"{GRELSSON}; {SURVEY}")
def psvelu(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Positive] = 1.0,
    c: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Parametric ELU moved up or down by a learned number."""
    return xp.where(x < 0, a * (xp.exp(x / b) - 1), a / b * x) + c


@activation(
    name="PDELU",
    reference="Cheng et al. 2020, Parametric Deformable Exponential Linear Units for deep neural "
    "networks, doi:10.1016/j.neunet.2020.02.012",
    requires={"t != 1": lambda t: t != 1},
    kinks=lambda alpha: {0: 1},
)
def pdelu(x: Any, /, alpha: Learnable[Real] = 1.0, t: Positive = 0.9, *, xp: Any) -> Any:
    """ELU with a deformed exponential, a power, which becomes exp as t tends to 1."""
    z = xp.where(x < 0, x, 0.0)
    inside = (1 - t) * z > -1  # 0 beyond, by a branch: 1 + u alone has a stable power
    power = (1 + (1 - t) * xp.where(inside, z, 0.0)) ** (1 / (1 - t)) - 1
    return xp.where(x < 0, alpha * xp.where(inside, power, -1.0), x)


@activation(
    name="EELU",
    noise={"uniform_noise": "uniform", "normal_noise": "normal"},
    reference="Kim et al. 2020, Elastic exponential linear units for convolutional neural "
    "networks, doi:10.1016/j.neucom.2020.03.051",
    kinks=lambda: {0: 1},
)
def eelu(
    x: Any,
    uniform_noise: Any,
    normal_noise: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Positive] = 1.0,
    *,
    eps: NonNegative = 0.5,
    xp: Any,
) -> Any:
    """ELU with a random slope above zero: normal around 1, of a random deviation, and not negative.

    In evaluation the slope is 1.
    """
    slope = xp.maximum(1 + eps * uniform_noise * normal_noise, 0)
    return xp.where(x < 0, a * (xp.exp(b * x) - 1), slope * x)


@activation(
    name="XIELU",
    reference="Huang & Schlag 2024, Deriving Activation Functions Using Integration, "
    "arXiv:2411.13010",
    limits=(math.inf, None),
)
def xielu(
    x: Any,
    /,
    alpha_p: Learnable[Real] = _ALPHA_P,
    alpha_n: Learnable[Real] = _ALPHA_N,
    *,
    beta: Real = 0.5,
    xp: Any,
) -> Any:
    """Expanded integral of ELU: a parabola above zero, an exponential and a line below.

    The curvature is softplus of alpha_p above zero, and beta plus softplus of alpha_n below; both
    start at 0.8.
    """
    above = softplus(alpha_p, xp=xp) * xp.square(x)
    below = (beta + softplus(alpha_n, xp=xp)) * (xp.exp(x) - 1 - x)
    return xp.where(x > 0, above, below) + beta * x


@activation(
    name="LogLU",
    reference="Nalluri et al. 2024, Logarithmic Linear Units (LogLUs): A Novel Activation Function "
    "for Improved Convergence in Deep Neural Networks, https://openreview.net/forum?id=1D3TjFidCS",
)
def loglu(x: Any, /, *, xp: Any) -> Any:
    """Logarithmic linear unit: the identity above zero, a logarithm below."""
    return xp.where(x > 0, x, -xp.log(1 - x))
