"""Periodic and localised units for implicit neural representations, and Snake with two numbers."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Positive, Real
from multiact.special import sinc


@activation(
    name="HOSC",
    reference="Serrano et al. 2024, HOSC: A Periodic Activation Function for Preserving Sharp "
    "Features in Implicit Neural Representations, arXiv:2401.10967",
    aliases=("AdaHOSC",),
)
def hosc(x: Any, /, beta: Learnable[Positive] = 8.0, *, xp: Any) -> Any:
    """Hyperbolic oscillator: a sine that tanh squares off."""
    return xp.tanh(beta * xp.sin(x))


@activation(
    name="SincINR",
    reference="Saratchandran et al. 2024, A Sampling Theory Perspective on Activations for "
    "Implicit Neural Representations, arXiv:2402.05427",
    limits=(0, 0),
)
def sinc_inr(x: Any, /, omega: Positive = 10.0, *, xp: Any) -> Any:
    """Cardinal sine of a given frequency."""
    return sinc(omega * x, xp=xp)


@activation(
    name="FINERGauss",
    reference="Zhu et al. 2024, FINER++: Building a Family of Variable-periodic Functions for "
    "Activating Implicit Neural Representation, arXiv:2407.19434",
    aliases=("GaussFINER",),
)
def finer_gauss(x: Any, /, scale: Real = 3.0, omega: Real = 1.0, *, xp: Any) -> Any:
    """Gaussian of FINER's sine, whose frequency grows with the distance from zero."""
    size = xp.where(x < 0, 1 - x, 1 + x)
    return xp.exp(-xp.square(scale * xp.sin(omega * (size * x))))


@activation(
    name="SnakeBeta",
    reference="Lee et al. 2022, BigVGAN: A Universal Neural Vocoder with Large-Scale Training, "
    "arXiv:2206.04658",
    limits=(-math.inf, math.inf),
)
def snake_beta(
    x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[NonZero] = 1.0, *, xp: Any
) -> Any:
    """Snake with numbers of its own for the frequency and the height of the ripple."""
    return x + xp.square(xp.sin(alpha * x)) / beta


@activation(
    name="Softcap",
    reference="Gemma Team 2024, Gemma 2: Improving Open Language Models at a Practical Size, "
    "arXiv:2408.00118",
    aliases=("logit_softcapping",),
    limits=(lambda cap: -cap, lambda cap: cap),
)
def softcap(x: Any, /, cap: Positive = 30.0, *, xp: Any) -> Any:
    """The identity held softly between -cap and cap by tanh."""
    return cap * xp.tanh(x / cap)
