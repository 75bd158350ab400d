"""Other activations, scaled and joined by learned numbers."""

from typing import Any

import numpy as np

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.derivatives import derivative
from multiact.parameters import Learnable, Name, NonZero, Positive, Real


def _corners(function: str) -> dict[float, float]:
    """The kinks of an activation with its default parameters."""
    act = get(function)
    return act.kink_slopes({p.name: p.default for p in act.parameters})


def _slope(function: str, point: float) -> float:
    return _corners(function).get(point, float(derivative(get(function))(np.asarray(point))))


@activation(
    name="LAAF",
    reference="Jagtap et al. 2020, Locally adaptive activation functions with slope recovery for "
    "deep and physics-informed neural networks, arXiv:1909.12228",
    kinks=lambda a, n, function: {
        x / (n * a): n * a * slope for x, slope in _corners(function).items()
    },
)
def laaf(
    x: Any,
    /,
    a: Learnable[NonZero] = 1.0,
    *,
    function: Name = "sigmoid",
    n: Positive = 1.0,
    xp: Any,
) -> Any:
    """Another activation with a learned steepness, which a scale n speeds up."""
    return get(function)(n * a * x, xp=xp)


def _dual_corners(a: float, function: str) -> dict[float, float]:
    inner = {x: (a if x > 0 else 1) * slope for x, slope in _corners(function).items()}
    return {**inner, 0.0: a * _slope(function, 0.0)}


@activation(name="DPAF", reference=SURVEY, kinks=_dual_corners)
def dpaf(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    m: Learnable[Real] = 0.0,
    *,
    function: Name = "relu",
    xp: Any,
) -> Any:
    """Another activation times a learned number above zero, plus a learned number."""
    y = get(function)(x, xp=xp)
    return xp.where(x < 0, y, a * y) + m


def _joined_corners(a: float, b: float, positive: str, negative: str) -> dict[float, float]:
    above = {x: a * slope for x, slope in _corners(positive).items() if x > 0}
    below = {x: b * slope for x, slope in _corners(negative).items() if x < 0}
    return {**below, 0.0: a * _slope(positive, 0.0), **above}


@activation(name="FPAF", reference=SURVEY, kinks=_joined_corners)
def fpaf(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    *,
    positive: Name = "identity",
    negative: Name = "elu",
    xp: Any,
) -> Any:
    """One activation above zero and another one below, each times a learned number."""
    return xp.where(x < 0, b * get(negative)(x, xp=xp), a * get(positive)(x, xp=xp))
