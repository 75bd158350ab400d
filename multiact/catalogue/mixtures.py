"""Sums, products and comparisons of common functions, many of them found by search."""

import math
from typing import Any

from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Positive, Real
from multiact.special import expit

EGER = (
    "Eger et al. 2018, Is it Time to Swish? Comparing Deep Learning Activation Functions Across "
    "NLP tasks, arXiv:1901.02671"
)


@activation(
    name="ETanh",
    reference="Kalaiselvi et al. 2022, E-Tanh: a novel activation function for image processing "
    "neural network models, doi:10.1007/s00521-022-07245-x",
    limits=(0, None),
)
def etanh(x: Any, /, a: NonZero = 1.0, *, xp: Any) -> Any:
    """Scaled product of the exponential and tanh."""
    return a * xp.exp(x) * xp.tanh(x)


@activation(
    name="EvolvedTanhReLU",
    reference="Vijayaprabakaran & Sathiyamurthy 2021, Neuroevolution based hierarchical activation "
    "function for long short-term model network, doi:10.1007/s12652-020-02889-w",
    kinks=lambda: {0: 0},
    limits=(lambda a: a, None),
)
def evolved_tanh_relu(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """ReLU plus a scaled tanh of the square, found by evolution for recurrent networks."""
    return a * xp.tanh(x * x) + relu(x, xp=xp)


@activation(reference=EGER, limits=(0, None))
def maxsig(x: Any, /, *, xp: Any) -> Any:
    """The larger of the identity and the sigmoid."""
    return xp.maximum(x, expit(x, xp=xp))


@activation(reference=EGER)
def minsin(x: Any, /, *, xp: Any) -> Any:
    """The smaller of the identity and the sine."""
    return xp.where(x >= 0, xp.sin(x), x)


@activation(
    name="VLU",
    reference="Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092",
    kinks=lambda a, b: {0: a * b},
)
def vlu(x: Any, /, a: Real = 1.0, b: Real = 1.0, *, xp: Any) -> Any:
    """Variational linear unit: ReLU plus a sine."""
    return relu(x, xp=xp) + a * xp.sin(b * x)


@activation(
    name="KDAC",
    reference="Wang et al. 2021, Why KDAC? A general activation function for knowledge discovery, "
    "arXiv:2111.13858",
    kinks=lambda alpha, beta: {0: 5 / 8 * alpha + 3 / 16 * (beta + 1)},
    limits=(-math.inf, math.inf),
)
def kdac(
    x: Any,
    /,
    alpha: Learnable[Positive] = 0.1,
    beta: Learnable[Positive] = 0.1,
    *,
    k: Positive = 0.01,
    xp: Any,
) -> Any:
    """Smooth maximum of a line and, below zero, the smooth minimum of another line and tanh."""
    below = -_smooth_max(-beta * x, -xp.tanh(x), k, xp)
    return _smooth_max(alpha * x, xp.where(x > 0, alpha * x, below), k, xp)


def _smooth_max(a: Any, b: Any, k: float, xp: Any) -> Any:
    """The larger of two, rounded by a parabola where they differ by less than k."""
    h = xp.clip(0.5 - (a - b) / (2 * k), 0, 1)
    return xp.where(h == 1, b, a + k * h * h)
