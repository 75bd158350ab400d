"""Sigmoids and steps with learned scales, centres and tails."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.parameters import Learnable, Name, Positive, Real
from multiact.special import erf, expit, softplus, softplus_difference


@activation(name="GeneralizedHyperbolicTangent", reference=SURVEY)
def generalized_hyperbolic_tangent(
    x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any
) -> Any:
    """Bipolar sigmoid with learned height and steepness."""
    return a * (1 - xp.exp(-b * x)) / (1 + xp.exp(-b * x))


@activation(name="ASSF", reference=SURVEY)
def assf(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Adaptive slope sigmoidal function: sigmoid of a learned steepness."""
    return 1 / (1 + xp.exp(-a * x))


@activation(name="SVAF", reference=SURVEY)
def svaf(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Slope varying activation function: tanh of a learned steepness."""
    return xp.tanh(a * x)


@activation(name="PSigmoid", reference=SURVEY)
def p_sigmoid(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Sigmoid of learned height and steepness."""
    return a / (1 + xp.exp(-b * x))


@activation(name="PSF", reference=SURVEY, limits=(0, 1))
def psf(x: Any, /, m: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Parametric sigmoid function: a learned power of sigmoid."""
    return 1 / (1 + xp.exp(-x)) ** m


@activation(
    name="STACTanh",
    reference=SURVEY,
    kinks=lambda a: {-a: 1 - math.tanh(a) ** 2, a: 1 - math.tanh(a) ** 2},
)
def stac_tanh(x: Any, /, a: Learnable[Positive] = 1.0, b: Learnable[Real] = 0.1, *, xp: Any) -> Any:
    """tanh between two learned thresholds, straight lines of a learned slope outside."""
    above = xp.where(x > a, xp.tanh(a) + b * (x - a), xp.tanh(x))
    return xp.where(x < -a, xp.tanh(-a) + b * (x + a), above)


@activation(
    name="DynamicTanh",
    reference="Zhu et al. 2025, Transformers without Normalization, arXiv:2503.10622",
    aliases=("DyT",),
)
def dynamic_tanh(
    x: Any,
    /,
    alpha: Learnable[Real] = 0.5,
    gamma: Learnable[Real] = 1.0,
    beta: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """tanh of a learned steepness, scaled and shifted: it stands for a normalisation."""
    return gamma * xp.tanh(alpha * x) + beta


@activation(
    name="DynamicErf",
    reference="Chen et al. 2025, Stronger Normalization-Free Transformers, arXiv:2512.10938",
    aliases=("Derf",),
)
def dynamic_erf(
    x: Any,
    /,
    alpha: Learnable[Real] = 0.5,
    shift: Learnable[Real] = 0.0,
    gamma: Learnable[Real] = 1.0,
    beta: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Error function of a line, scaled and shifted: it stands for a normalisation."""
    return gamma * erf(alpha * x + shift) + beta


@activation(
    name="PSIGRAMP",
    reference=SURVEY,
    requires={"0 <= a <= 1": lambda a: 0 <= a <= 1},
    kinks=lambda a, b: {s / (2 * b): a / (2 + 2 * math.cosh(1 / (2 * b))) for s in (-1, 1)},
)
def psigramp(x: Any, /, a: Learnable[Real] = 0.5, b: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Learned mixture of sigmoid and of a ramp of a learned slope."""
    # the slope by a is sigmoid less ramp: both are 1/2 at 0, and 1 on the right
    centred = a * xp.tanh(x / 2) / 2 + (1 - a) * b * x + 0.5
    mixed = a * expit(x, xp=xp) + (1 - a) * (b * x + 0.5)
    tails = xp.where(x < 0, a * expit(x, xp=xp), 1 - a * expit(-x, xp=xp))
    inside = xp.where(xp.abs(x) < 1, centred, mixed)
    return xp.where(xp.abs(x) < 1 / (2 * b), inside, tails)


@activation(name="GLN", reference=SURVEY)
def gln(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Global-local neuron: learned mixture of sine and tanh, minus a learned number."""
    share = expit(a, xp=xp)
    return share * xp.sin(x) + (1 - share) * xp.tanh(x) - b


@activation(
    name="UAF",
    reference="Yuen et al. 2021, Universal activation function for machine learning, "
    "doi:10.1038/s41598-021-96723-8; starting values of the authors' code, "
    "https://github.com/SensorOrgNet/Universal_Activation_Function",
    limits=(
        lambda c, xp: xp.where(c > 0, math.inf, math.nan),
        lambda c, xp: xp.where(c > 0, math.inf, math.nan),
    ),
)
def uaf(
    x: Any,
    /,
    a: Learnable[Real] = 1.1,
    b: Learnable[Real] = -0.01,
    c: Learnable[Real] = 1e-9,
    d: Learnable[Real] = -0.9,
    e: Learnable[Real] = 1e-5,
    *,
    xp: Any,
) -> Any:
    """Universal activation function: a difference of two softplus, near the identity at first."""
    u, v = a * (x + b) + c * x**2, d * (x - b)
    # about equal near 0, at the starting values
    near = softplus_difference((u + v) / 2, (u - v) / 2, xp=xp)
    far = softplus(u, xp=xp) - softplus(v, xp=xp)
    return xp.where(xp.abs(u - v) < 1, near, far) + e


@activation(
    name="GReLU",
    reference=SURVEY,
    requires={"a > 1": lambda a: a > 1},
    limits=(0, None),
)
def grelu(x: Any, /, a: Learnable[Positive] = 1.5, b: Learnable[Positive] = 0.5, *, xp: Any) -> Any:
    """Generalised ReLU: softplus with a learned base of its exponential and logarithm."""
    return xp.log(1 + a ** (b * x)) / (b * xp.log(a))


@activation(
    reference="McCulloch & Pitts 1943, A logical calculus of the ideas immanent in nervous "
    "activity, doi:10.1007/BF02478259",
    kinks=lambda theta: {theta: 0},
    limits=(0, 1),
)
def heaviside(x: Any, /, theta: Real = 0.0, *, xp: Any) -> Any:
    """Step from 0 to 1 at a threshold, where it is 1."""
    return xp.where(x < theta, 0.0, 1.0)


def _scaled_corners(a: float, base: str) -> dict[float, float]:
    act = get(base)
    defaults = {p.name: p.default for p in (*act.parameters, *act.settings)}
    return {point: a * slope for point, slope in act.kink_slopes(defaults).items()}


@activation(
    name="TrainableAmplitude",
    reference="Trentin 2001, Networks with trainable amplitude of activation functions, Neural "
    f"Networks 14; {SURVEY}",
    kinks=_scaled_corners,
)
def trainable_amplitude(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 0.0,
    *,
    base: Name = "tanh",
    xp: Any,
) -> Any:
    """Another activation, by default tanh, scaled and shifted by learned numbers."""
    return a * get(base)(x, xp=xp) + b
