"""Bumps and waves, most of them for networks whose inputs are coordinates."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real

RAMASINGHE = (
    "Ramasinghe & Lucey 2021, Beyond Periodicity: Towards a Unifying Framework for Activations in "
    "Coordinate-MLPs, arXiv:2111.15135"
)


@activation(reference=RAMASINGHE, limits=(0, 0))
def gaussian(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Gaussian bump of height 1 and a given width."""
    return xp.exp(-x * x / (2 * a**2))


@activation(reference=RAMASINGHE, kinks=lambda: {0: 0}, limits=(0, 0))
def laplacian(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Exponential decay from a peak at zero; slope 0 at the peak."""
    return xp.exp(-xp.abs(x) / a)


@activation(name="SuperGaussian", reference=RAMASINGHE, limits=(0, 0))
def super_gaussian(x: Any, /, a: Positive = 1.0, b: Positive = 1.0, *, xp: Any) -> Any:
    """A power of the Gaussian bump."""
    return xp.exp(-x * x / (2 * a**2)) ** b


@activation(name="MultiQuadratic", reference=RAMASINGHE, limits=(0, 0))
def multi_quadratic(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Bump with algebraic tails: one over the root of a parabola."""
    return 1 / xp.sqrt(1 + (a * x) ** 2)


@activation(name="ExpSin", reference=RAMASINGHE)
def exp_sin(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """Exponential of a negated sine of a given frequency."""
    return xp.exp(-xp.sin(a * x))


@activation(name="ARBF", reference=SURVEY, limits=(0, 0))
def arbf(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Gaussian bump with learned centre and width."""
    return xp.exp(-((x - a) ** 2) / (2 * b**2))


@activation(name="MAF", reference=SURVEY, limits=(math.inf, math.inf))
def maf(x: Any, /, a: Learnable[Real] = 0.5, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """Multiquadratic activation function: a hyperbola with learned centre and height."""
    return xp.sqrt((x - a) ** 2 + b**2)


@activation(
    reference="Liu et al. 2024, FINER: Flexible spectral-bias tuning in Implicit NEural "
    "Representation by Variable-periodic Activation Functions, arXiv:2312.02434"
)
def finer(x: Any, /, omega: Real = 30.0, *, xp: Any) -> Any:
    """Sine whose frequency grows with the distance from zero."""
    return xp.sin(omega * (xp.abs(x) + 1) * x)
