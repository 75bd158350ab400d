"""The identity gated by a learned curve: relatives of Swish, and switches such as ACON."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Positive, Real
from multiact.special import erf, expit, softplus

ACON = "Ma et al. 2020, Activate or Not: Learning Customized Activation, arXiv:2009.04759"
BISWAS = (
    "Biswas et al. 2021, ErfAct and Pserf: Non-monotonic Smooth Trainable Activation Functions, "
    "arXiv:2109.04386"
)


@activation(name="TSwish", reference=SURVEY, kinks=lambda c: {c: 1})
def t_swish(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Scaled Swish below a threshold, the identity from there on."""
    return xp.where(x < c, a * x / (1 + xp.exp(-b * x)), x)


@activation(
    name="AHAF",
    reference="Bodyanskiy & Kostiuk 2022, Adaptive hybrid activation function for deep neural "
    f"networks, doi:10.20535/SRIT.2308-8893.2022.1.07; {SURVEY}",
)
def ahaf(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Adaptive hybrid activation function: Swish with a learned scale and steepness."""
    return a * x / (1 + xp.exp(-b * x))


@activation(
    name="ESwish",
    reference="Alcaide 2018, E-swish: Adjusting Activations to Different Network Depths, "
    "arXiv:1801.07145",
    limits=(0, None),
)
def e_swish(x: Any, /, beta: Positive = 1.5, *, xp: Any) -> Any:
    """SiLU times a number between 1 and 2."""
    return beta * x * expit(x, xp=xp)


@activation(name="PSSiLU", reference=SURVEY, requires={"b != 1": lambda b: b != 1})
def pssilu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 0.5, *, xp: Any) -> Any:
    """Swish with a gate that is moved down by a learned number, and stretched to end at 1."""
    return x * (expit(a * x, xp=xp) - b) / (1 - b)


@activation(name="ACONB", reference=ACON)
def acon_b(x: Any, /, p: Learnable[Real] = 0.25, beta: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Smooth maximum of the identity and a line of learned slope."""
    return (1 - p) * x * expit(beta * (1 - p) * x, xp=xp) + p * x


@activation(name="AconC", reference=ACON)
def acon_c(
    x: Any,
    /,
    p1: Learnable[Real] = 1.0,
    p2: Learnable[Real] = 0.0,
    beta: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Smooth maximum of two lines with learned slopes."""
    # (p1 - p2) x sigmoid(u) + p2 x, without cancellation where p1 = 0
    u = beta * (p1 - p2) * x
    return x * (p1 * expit(u, xp=xp) + p2 * expit(-u, xp=xp))


@activation(name="PSGU", reference=SURVEY)
def psgu(x: Any, /, a: Learnable[Real] = 0.5, *, xp: Any) -> Any:
    """The identity gated by tanh of a scaled sigmoid."""
    return x * xp.tanh(a * expit(x, xp=xp))


@activation(name="TBSReLUl", reference=SURVEY)
def tbs_relu_l(x: Any, /, a: Learnable[Real] = 0.5, *, xp: Any) -> Any:
    """The identity times tanh of a scaled bipolar sigmoid."""
    return x * xp.tanh(a * (1 - xp.exp(-x)) / (1 + xp.exp(-x)))


@activation(
    name="PATS",
    noise="uniform",
    reference=SURVEY,
    requires={"lower <= upper": lambda lower, upper: lower <= upper},
    limits=(0, None),
)
def pats(x: Any, noise: Any, /, lower: Real = 0.5, upper: Real = 0.75, *, xp: Any) -> Any:
    """The identity gated by arctan of a sigmoid whose scale is drawn per element in training."""
    k = lower + (upper - lower) * noise
    return x * xp.atan(k * math.pi * expit(x, xp=xp))


@activation(name="ErfAct", reference=BISWAS, limits=(0, None))
def erf_act(
    x: Any, /, alpha: Learnable[NonZero] = 1.0, beta: Learnable[Positive] = 0.5, *, xp: Any
) -> Any:
    """The identity gated by erf of an exponential."""
    return x * erf(alpha * xp.exp(beta * x))


@activation(name="PSerf", reference=BISWAS, limits=(0, None))
def pserf(
    x: Any, /, gamma: Learnable[Real] = 1.0, delta: Learnable[Positive] = 1.0, *, xp: Any
) -> Any:
    """Serf with a learned scale and steepness of the softplus."""
    return x * erf(gamma * xp.log(1 + xp.exp(delta * x)))


@activation(
    reference="Abdool & Dear 2023, Swim: A General-Purpose, High-Performing, and Efficient "
    "Activation Function for Locomotion Control Tasks, arXiv:2303.02640"
)
def swim(x: Any, /, a: Learnable[Real] = 0.5, *, xp: Any) -> Any:
    """The identity gated by an algebraic sigmoid."""
    return x / 2 * (1 + a * x / xp.sqrt(1 + x * x))


@activation(name="PGELU", reference=SURVEY)
def pgelu(x: Any, /, a: Learnable[NonZero] = 1.0, *, xp: Any) -> Any:
    """GELU whose normal distribution has a learned deviation."""
    return x * (1 + erf(x / (a * math.sqrt(2)))) / 2


@activation(
    name="PFTS",
    reference="Chieng et al. 2020, Parametric Flatten-T Swish: An Adaptive Non-linear Activation "
    f"Function For Deep Learning, arXiv:2011.03155; {SURVEY}",
    kinks=lambda: {0: 0.5},
    limits=(lambda t: t, None),
)
def pfts(x: Any, /, t: Learnable[Real] = -0.2, *, xp: Any) -> Any:
    """SiLU cut off below zero, and moved up or down by a learned number."""
    return xp.where(x < 0, 0.0, x * expit(x, xp=xp)) + t


@activation(name="PFPM", reference=SURVEY, kinks=lambda: {0: 0.6}, limits=(lambda p: p, None))
def pfpm(x: Any, /, p: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Mish cut off below zero, and moved up or down by a learned number."""
    return xp.where(x < 0, 0.0, x * xp.tanh(softplus(x, xp=xp))) + p


def _aptx_left(alpha: Any, beta: Any, gamma: Any, xp: Any) -> Any:
    slope = gamma * (alpha - xp.sign(beta))
    return xp.where(slope == 0, 0.0, -math.inf * xp.where(slope == 0, 1.0, slope))


@activation(
    name="APTx",
    reference="Kumar 2022, APTx: Better Activation Function than MISH, SWISH, and ReLU's Variants "
    "used in Deep Learning, arXiv:2209.06119",
    limits=(_aptx_left, None),
)
def aptx(x: Any, /, alpha: Real = 1.0, beta: Real = 1.0, gamma: Real = 0.5, *, xp: Any) -> Any:
    """The identity gated by a tanh that is lifted and scaled."""
    return (alpha + xp.tanh(beta * x)) * gamma * x
