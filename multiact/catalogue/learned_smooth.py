"""Smooth units, and units with smooth parts, whose shape is learned."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.catalogue.logistic import silu
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real
from multiact.special import erf, expit, normal_ramp, softplus

GODFREY = "Godfrey 2019, An Evaluation of Parametric Activation Functions for Deep Learning, SMC"


@activation(
    name="AGumb",
    reference="Farhadi et al. 2019, Activation Adaptation in Neural Networks, arXiv:1901.09849",
    limits=(0, 1),
)
def agumb(x: Any, /, alpha: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Adaptive Gumbel: between the Gumbel distribution (0) and the sigmoid (1)."""
    return 1 - (1 + alpha * xp.exp(x)) ** (-1 / alpha)


@activation(name="LAU", reference=SURVEY, requires={"a > -1": lambda a: a > -1})
def lau(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Logmoid: Logish with a learned height and steepness."""
    return x * xp.log(1 + a / (1 + xp.exp(-b * x)))


@activation(
    name="SMU",
    reference="Biswas et al. 2021, SMU: smooth activation function for deep networks using "
    "smoothing maximum technique, arXiv:2111.04682",
)
def smu(x: Any, /, alpha: Real = 0.25, mu: Learnable[Real] = 25.0, *, xp: Any) -> Any:
    """Smooth maximum unit: leaky ReLU with a corner smoothed by erf of a learned steepness."""
    # ((1 + alpha) x + (1 - alpha) x erf(u)) / 2, from the line that it approaches on each side
    u = mu * (1 - alpha) * x
    below = alpha * x + (1 - alpha) * x * (1 + erf(u)) / 2
    return xp.where(u < 0, below, x - (1 - alpha) * x * (1 - erf(u)) / 2)


@activation(
    name="SAU",
    reference="Biswas et al. 2021, SAU: Smooth activation function using convolution with "
    "approximate identities, arXiv:2109.13210",
)
def sau(
    x: Any, /, alpha: Learnable[Real] = 0.25, beta: Learnable[Positive] = 1.0, *, xp: Any
) -> Any:
    """Leaky ReLU convolved with a normal distribution of deviation 1 / beta."""
    # the ramp is x more than its mirror image: each side starts from the line that it approaches
    below = alpha * x + (1 - alpha) * normal_ramp(beta * x, xp=xp) / beta
    return xp.where(x < 0, below, x + (1 - alpha) * normal_ramp(-beta * x, xp=xp) / beta)


@activation(
    name="RMAF",
    reference="Yu et al. 2020, RMAF: Relu-Memristor-Like Activation Function for Deep Learning, "
    f"doi:10.1109/ACCESS.2020.2987829; {SURVEY}",
)
def rmaf(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Positive] = 1.0,
    *,
    xp: Any,
) -> Any:
    """ReLU-memristor-like: a learned line, gated by a sigmoid to a learned power."""
    return a * b * x * (0.25 * (1 + xp.exp(-x)) + 0.75) ** -c


def _swish_slope(a: float, b: float, c: float) -> float:
    s = 1 / (1 + math.exp(-b * c))
    return a * s * (1 + b * c * (1 - s))


@activation(
    name="PSwish",
    reference=SURVEY,
    kinks=lambda a, b, c: {c: _swish_slope(a, b, c)},
)
def pswish(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """The identity above a learned threshold, Swish of a learned height and steepness below."""
    return xp.where(x > c, x, a * x * expit(b * x, xp=xp))


@activation(
    name="SCMish",
    reference=f"{SURVEY}; there SC-mish",
    kinks=lambda: {0: 0},
    limits=(0, None),
)
def sc_mish(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Soft clipping Mish: Mish of a learned steepness above zero, 0 below."""
    return xp.where(x <= 0, 0.0, x * xp.tanh(softplus(a * x, xp=xp)))


@activation(
    name="SCSwish",
    reference="Mercioni & Holban 2021, Soft-Clipping Swish: A Novel Activation Function for Deep "
    f"Learning, doi:10.1109/SACI51354.2021.9465622; {SURVEY}; there SC-swish",
    kinks=lambda: {0: 0},
    limits=(0, None),
)
def sc_swish(x: Any, /, *, xp: Any) -> Any:
    """Soft clipping Swish: SiLU above zero, 0 below."""
    return xp.where(x <= 0, 0.0, silu(x, xp=xp))


@activation(name="BLU", reference=GODFREY)
def blu(x: Any, /, beta: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Bendable linear unit: the identity plus a learned part of a hyperbola."""
    return beta * (xp.sqrt(x * x + 1) - 1) + x


@activation(name="ReBLU", reference=f"{GODFREY}; {SURVEY}", kinks=lambda: {0: 0})
def reblu(x: Any, /, beta: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Bendable linear unit above zero, 0 below."""
    return xp.where(x <= 0, 0.0, blu(x, beta, xp=xp))
