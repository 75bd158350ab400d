"""Polynomials times Gaussians: bumps, waves and wavelets."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import NonZero, Positive, Real

EFE = (
    "Efe 2008, Novel Neuronal Activation Functions for Feedforward Neural Networks, "
    "Neural Processing Letters 28"
)
_HAT = 2 / (math.sqrt(3) * math.pi**0.25)  # the height of a Mexican hat


@activation(name="PolyExp", reference=EFE, limits=(0, 0))
def polyexp(
    x: Any,
    /,
    a: Real = 1.0,
    b: Real = 1.0,
    c: Real = 1.0,
    d: Positive = 1.0,
    *,
    xp: Any,
) -> Any:
    """Quadratic polynomial times a Gaussian."""
    return (a * x * x + b * x + c) * xp.exp(-d * x * x)


@activation(reference=EFE, limits=(0, 0))
def wave(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Wave with two troughs: an inverted parabola times a Gaussian."""
    return (1 - x * x) * xp.exp(-a * x * x)


@activation(
    name="PMAF",
    reference=SURVEY,
    aliases=("PiecewiseMexicanHat",),
    kinks=lambda a: {0: _HAT * (3 * a - a**3) * math.exp(-a * a / 2)},
    limits=(0, 0),
)
def pmaf(x: Any, /, a: Real = 4.0, *, xp: Any) -> Any:
    """Piecewise Mexican hat: one wavelet centred at -a below zero, one at a above."""
    return _HAT * xp.where(x < 0, _hat(x + a, xp), _hat(x - a, xp))


def _hat(u: Any, xp: Any) -> Any:
    """A Mexican hat of height 1."""
    return (1 - u) * (1 + u) * xp.exp(-u * u / 2)


@activation(
    name="PRBF",
    reference=SURVEY,
    aliases=("PiecewiseRadialBasisFunction",),
    kinks=lambda a, b: {
        -a: -2 * a / b**2 * math.exp(-((a / b) ** 2)),
        a: 2 * a / b**2 * math.exp(-((a / b) ** 2)),
    },
    limits=(0, 0),
)
def prbf(x: Any, /, a: Positive = 3.0, b: NonZero = 1.0, *, xp: Any) -> Any:
    """Piecewise radial basis function: three Gaussians, centred at -2a, 0 and 2a."""
    centre = xp.where(x >= a, 2 * a, xp.where(x <= -a, -2 * a, 0.0))
    return xp.exp(-(((x - centre) / b) ** 2))
