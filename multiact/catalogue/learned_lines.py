"""Straight lines with learned slopes, corners and heights."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Axis, Learnable, NonNegative, Positive, Real
from multiact.special import expit


@activation(name="PReLUPlus", reference=f"{SURVEY}; there PReLU+", kinks=lambda a: {0: a})
def prelu_plus(x: Any, /, a: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """ReLU with a learned slope above zero."""
    return xp.where(x < 0, 0.0, a * x)


@activation(
    name="MarReLU",
    reference="Heo et al. 2019, A Comprehensive Overhaul of Feature Distillation, "
    f"arXiv:1904.01866; {SURVEY}",
    aliases=("DReLU", "drelu"),
    kinks=lambda a: {a: 1},
)
def mar_relu(x: Any, /, a: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Margin ReLU: the identity above a learned height, that height below."""
    return xp.where(x < a, a, x)


@activation(
    name="RPReLU",
    reference="Liu et al. 2020, ReActNet: Towards Precise Binary Neural Network with Generalized "
    "Activation Functions, arXiv:2003.03488",
    kinks=lambda gamma, beta: {gamma: beta},
)
def rprelu(
    x: Any,
    /,
    gamma: Learnable[Real] = 0.0,
    zeta: Learnable[Real] = 0.0,
    beta: Learnable[Real] = 0.25,
    *,
    xp: Any,
) -> Any:
    """React-PReLU: PReLU whose corner is shifted in both directions by learned numbers."""
    u = x - gamma
    return xp.where(u > 0, u, beta * u) + zeta


@activation(
    name="LeLeLU",
    reference="Maniatopoulos & Mitianoudis 2021, Learnable Leaky ReLU (LeLeLU): An Alternative "
    "Accuracy-Optimized Activation Function, doi:10.3390/info12120513",
    kinks=lambda a, negative_slope: {0: a},
)
def lelelu(x: Any, /, a: Learnable[Real] = 1.0, negative_slope: Real = 0.01, *, xp: Any) -> Any:
    """Leaky ReLU times a learned number."""
    return xp.where(x < 0, a * negative_slope * x, a * x)


@activation(name="DLReLU", reference=SURVEY, kinks=lambda: {0: 1})
def dlrelu(x: Any, /, a: Learnable[Real] = 0.01, mse: NonNegative = 1.0, *, xp: Any) -> Any:
    """Leaky ReLU whose slope follows the mean squared error of the last step of training."""
    return xp.where(x < 0, a * mse * x, x)


@activation(name="ExpDLReLU", reference=SURVEY, kinks=lambda: {0: 1})
def exp_dlrelu(x: Any, /, a: Learnable[Real] = 0.01, mse: NonNegative = 0.0, *, xp: Any) -> Any:
    """Leaky ReLU whose slope falls with the mean squared error of the last step of training."""
    return xp.where(x < 0, a * xp.exp(-mse) * x, x)


@activation(name="AOAF", reference=SURVEY, kinks=lambda a, b: {a * b: 0})
def aoaf(x: Any, /, a: Real = 0.0, b: Real = 0.17, c: Real = 0.17, *, xp: Any) -> Any:
    """Adaptive offset: ReLU shifted by parts of the neuron's mean input, which a tells."""
    return xp.maximum(x - b * a, 0) + c * a


@activation(
    reference=SURVEY,
    kinks=lambda a, b, min_val, max_val: {min_val / a + b: 0, max_val / a + b: 0},
    requires={"min_val <= max_val": lambda min_val, max_val: min_val <= max_val},
)
def adaptive_hard_tanh(
    x: Any,
    /,
    a: Learnable[Positive] = 1.0,
    b: Learnable[Real] = 0.0,
    min_val: Real = -1.0,
    max_val: Real = 1.0,
    *,
    xp: Any,
) -> Any:
    """A learned line held between two bounds."""
    # which side of a corner x is on must not depend on the rounding of x - b
    above = xp.where(x >= max_val / a + b, max_val, a * (x - b))
    return xp.where(x <= min_val / a + b, min_val, above)


@activation(
    name="AReLU",
    reference="Chen et al. 2020, AReLU: Attention-based Rectified Linear Unit, arXiv:2006.13858",
    kinks=lambda beta: {0: 1 + 1 / (1 + math.exp(-beta))},
)
def arelu(x: Any, /, alpha: Learnable[Real] = 0.9, beta: Learnable[Real] = 2.0, *, xp: Any) -> Any:
    """Attention-based ReLU: amplified above zero, attenuated below, by learned numbers."""
    return xp.where(x < 0, xp.clip(alpha, 0.01, 0.99) * x, (1 + expit(beta, xp=xp)) * x)


@activation(name="DPReLU", reference=SURVEY, kinks=lambda a: {0: a})
def dprelu(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 0.01, *, xp: Any) -> Any:
    """Dual parametric ReLU: a learned slope on each side of zero."""
    return xp.where(x < 0, b * x, a * x)


@activation(reference=SURVEY, kinks=lambda a: {0: a})
def dual_line(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 0.01,
    m: Learnable[Real] = -0.22,
    *,
    xp: Any,
) -> Any:
    """A learned slope on each side of zero, and a learned height."""
    return xp.where(x < 0, b * x, a * x) + m


@activation(
    name="PiLU",
    reference="Inturrisi et al. 2021, Piecewise Linear Units Improve Deep Neural Networks, "
    "arXiv:2108.00700",
    kinks=lambda alpha, gamma: {gamma: alpha},
)
def pilu(
    x: Any,
    /,
    alpha: Learnable[Real] = 1.0,
    beta: Learnable[Real] = 0.01,
    gamma: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """A learned slope on each side of a learned corner, which lies on the identity."""
    u = x - gamma
    return xp.where(u < 0, beta * u, alpha * u) + gamma


@activation(
    name="EPReLU",
    noise="uniform",
    reference="Jiang et al. 2018, Deep neural networks with Elastic Rectified Linear Units for "
    f"object recognition, doi:10.1016/j.neucom.2017.09.056; {SURVEY}",
    kinks=lambda a: {0: a},
)
def eprelu(
    x: Any, noise: Any, /, a: Learnable[Real] = 0.25, alpha: NonNegative = 0.1, *, xp: Any
) -> Any:
    """PReLU whose slope above zero is drawn per element around 1 in training, 1 otherwise."""
    return xp.where(x > 0, (1 + alpha * (2 * noise - 1)) * x, a * x)


@activation(
    name="PairedReLU",
    kind="channel",
    reference="Tang et al. 2018, A joint residual network with paired ReLUs activation for image "
    f"super-resolution, Neurocomputing; {SURVEY}",
)
def paired_relu(
    x: Any,
    /,
    a: Learnable[Real] = 0.5,
    b: Learnable[Real] = 0.0,
    c: Learnable[Real] = -0.5,
    d: Learnable[Real] = 0.0,
    *,
    axis: Axis = 1,
    xp: Any,
) -> Any:
    """ReLU of two learned lines, one after the other along an axis."""
    return xp.concat([xp.maximum(a * x - b, 0), xp.maximum(c * x - d, 0)], axis=axis)


@activation(
    reference="Rozsa & Boult 2019, Improved Adversarial Robustness by Reducing Open Space Risk "
    "via Tent Activations, arXiv:1908.02435",
    kinks=lambda delta: {-delta: 0, 0: 0, delta: 0},
    limits=(0, 0),
)
def tent(x: Any, /, delta: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Triangle around 0 with a learned height."""
    return xp.maximum(delta - xp.abs(x), 0)


@activation(
    reference="Hong et al. 2022, On the Activation Function Dependence of the Spectral Bias of "
    f"Neural Networks, arXiv:2208.04924; {SURVEY}",
    kinks=lambda a: {0: 1, a / 2: 1, a: -1},
    limits=(0, 0),
)
def hat(x: Any, /, a: Learnable[Positive] = 2.0, *, xp: Any) -> Any:
    """Triangle from 0 to a learned end."""
    inside = xp.where(x <= a / 2, x, a - x)
    return xp.where(x < 0, 0.0, xp.where(x > a, 0.0, inside))
