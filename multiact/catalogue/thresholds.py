"""Units with thresholds: below them nothing passes, around them they bend."""

from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from multiact.declare.decorator import activation
from multiact.declare.parameters import Draw
from multiact.parameters import (
    Count,
    Learnable,
    NonNegative,
    Positive,
    Real,
    Shaped,
)
from multiact.special import expit, piecewise_linear


@activation(
    name="FATReLU",
    reference="Kurtz et al. 2020, Inducing and Exploiting Activation Sparsity for Fast Inference "
    "on Deep Neural Networks, ICML, PMLR 119",
    kinks=lambda threshold: {threshold: 1},
    limits=(0, None),
)
def fat_relu(x: Any, /, threshold: Real = 0.0, *, xp: Any) -> Any:
    """Forced-activation-threshold ReLU: the identity from a threshold on, 0 below."""
    return xp.where(x < threshold, 0.0, x)


@activation(
    name="CATS",
    reference="Lee et al. 2024, CATS: Contextually-Aware Thresholding for Sparsity in Large "
    "Language Models, arXiv:2404.08763",
    limits=(0, None),
)
def cats(x: Any, /, threshold: NonNegative = 0.1, *, xp: Any) -> Any:
    """SiLU, but 0 where its absolute value is below a threshold."""
    y = x * expit(x, xp=xp)
    return xp.where(xp.abs(y) < threshold, 0.0, y)


@activation(
    name="BerLU",
    reference="Zhang et al. 2026, Universal Smoothness via Bernstein Polynomials: A Constructive "
    "Approximation Approach for Activation Functions, arXiv:2605.02591",
)
def berlu(x: Any, /, *, eps: Positive = 1.0, negative_slope: Real = 0.01, xp: Any) -> Any:
    """Leaky ReLU whose corner is a parabola of half-width eps."""
    bend = negative_slope * x + (1 - negative_slope) * (x + eps) ** 2 / (4 * eps)
    return xp.where(x <= -eps, negative_slope * x, xp.where(x >= eps, x, bend))


@activation(
    name="RePU",
    reference="Qiu et al. 2024, PowerMLP: An Efficient Version of KAN, arXiv:2412.13571",
    kinks=lambda k: {0: 0} if k == 1 else {},
    limits=(0, None),
)
def repu(x: Any, /, *, k: Count = 3, xp: Any) -> Any:
    """Rectified power unit: ReLU to a whole power."""
    return xp.maximum(x, 0) ** k


@activation(
    name="PLTanh",
    reference="Mastromichalakis 2023, Parametric Leaky Tanh: A New Hybrid Activation Function for "
    "Deep Learning, arXiv:2310.07720",
    kinks=lambda alpha: {0: max(1, alpha)},
    limits=(lambda alpha: alpha, None),
)
def pl_tanh(x: Any, /, alpha: Learnable[Positive] = 0.01, *, xp: Any) -> Any:
    """Parametric leaky tanh: the larger of tanh and a learned share of its absolute value."""
    y = xp.tanh(x)
    other = alpha * xp.where(x < 0, -y, y)
    return xp.where(y >= other, y, other)


def _relu_values(shape: tuple[int, ...], draw: Draw, xp: Any) -> Any:
    """ReLU at equally spaced points from -3 to 3."""
    return np.maximum(np.linspace(-3.0, 3.0, shape[0]), 0.0)


Values = Annotated[Any, Shaped(("points",), {"relu": _relu_values})]


def _knots(lower: Any, upper: Any, points: int) -> list[Any]:
    """Equally spaced points; the last is the upper end itself."""
    step = (upper - lower) / (points - 1)
    return [*(lower + i * step for i in range(points - 1)), upper]


def _slopes(values: Any, left: Any, right: Any, lower: float, upper: float) -> dict[float, Any]:
    y = list(values)
    step = (upper - lower) / (len(y) - 1)
    slopes = [(b - a) / step for a, b in pairwise(y)]
    return dict(zip(_knots(lower, upper, len(y)), [*slopes, right], strict=True))


@activation(
    name="PWLU",
    reference="Zhou et al. 2021, Learning specialized activation functions with the Piecewise "
    "Linear Unit, ICCV, arXiv:2104.03693",
    sizes={"points": 17},
    requires={"lower < upper": lambda lower, upper: lower < upper},
    kinks=_slopes,
)
def pwlu(
    x: Any,
    /,
    values: Learnable[Values],
    left: Learnable[Real] = 0.0,
    right: Learnable[Real] = 1.0,
    *,
    lower: Real = -3.0,
    upper: Real = 3.0,
    xp: Any,
) -> Any:
    """Straight lines between learned values at equally spaced points, learned slopes outside."""
    y = list(values)
    inside = piecewise_linear(x, _knots(lower, upper, len(y)), y, xp=xp)
    tails = xp.where(x < lower, left * (x - lower), 0.0)
    return inside + xp.where(x >= upper, right * (x - upper), tails)
