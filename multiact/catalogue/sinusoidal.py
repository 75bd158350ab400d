"""Sines and cosines added to, multiplied with or divided by something else."""

import math
from typing import Any

from multiact.catalogue._references import COLLECTION, NOEL, SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real
from multiact.special import expit
from multiact.special import sinc as cardinal_sine


@activation(reference=SURVEY)
def cosine(x: Any, /, *, xp: Any) -> Any:
    """Cosine turned upside down and raised, so that it starts at 0."""
    return 1 - xp.cos(x)


@activation(
    reference="Eger et al. 2018, Is it Time to Swish? Comparing Deep Learning Activation "
    "Functions Across NLP tasks, arXiv:1901.02671",
    limits=(math.inf, -math.inf),
)
def cosid(x: Any, /, *, xp: Any) -> Any:
    """Cosine minus the identity."""
    return xp.cos(x) - x


@activation(reference=SURVEY)
def sinp(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """Sine minus a line."""
    return xp.sin(x) - a * x


@activation(
    name="ASU",
    reference="Rahman et al. 2023, Amplifying Sine Unit: An Oscillatory Activation Function for "
    "Deep Neural Networks to Recover Nonlinear Oscillations Efficiently, arXiv:2304.09759",
)
def asu(x: Any, /, *, xp: Any) -> Any:
    """Amplifying sine unit: the identity times the sine."""
    return x * xp.sin(x)


@activation(reference=SURVEY, limits=(0, 0))
def sinc(x: Any, /, *, xp: Any) -> Any:
    """Normalised cardinal sine: zero at all whole numbers but 0."""
    return cardinal_sine(math.pi * x, xp=xp)


def _around_pi(x: Any, xp: Any) -> Any:
    """The cardinal sine at x - pi: sin(x) / (pi - x), which keeps the zeros of the sine."""
    near = xp.abs(x - math.pi) < 1
    far = xp.sin(x) / (math.pi - xp.where(near, 0.0, x))
    return xp.where(near, cardinal_sine(x - math.pi, xp=xp), far)


@activation(name="SSU", reference=NOEL, limits=(0, 0))
def ssu(x: Any, /, *, xp: Any) -> Any:
    """Shifted sinc unit: pi times the cardinal sine, moved to the right by pi."""
    return math.pi * _around_pi(x, xp)


@activation(name="DSU", reference=NOEL, limits=(0, 0))
def dsu(x: Any, /, *, xp: Any) -> Any:
    """Decaying sine unit: half pi times the difference of two cardinal sines moved by pi."""
    # on one denominator, pi**2 sin(x) / (pi**2 - x**2), since the difference cancels; that in
    # factors where it is near 0 or overflows, whose slopes cancel near 0
    near = xp.abs(x) < 2
    b, size = xp.where(near, x, 0.0), xp.where(x < 0, -x, x)
    y = math.pi**2 * _around_pi(size, xp) / (math.pi + size)
    return xp.where(near, math.pi**2 * xp.sin(b) / (math.pi**2 - b * b), xp.where(x < 0, -y, y))


@activation(reference=COLLECTION)
def sincos(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 1.0,
    d: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """A sine plus a cosine, with learned heights and frequencies."""
    return a * xp.sin(b * x) + c * xp.cos(d * x)


@activation(name="CSS", reference=COLLECTION)
def css(
    x: Any,
    /,
    a: Learnable[Real] = 1.0,
    b: Learnable[Real] = 1.0,
    c: Learnable[Real] = 1.0,
    d: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """A sine plus a sigmoid, with learned heights, frequency and steepness."""
    return a * xp.sin(b * x) + c * expit(d * x, xp=xp)


@activation(reference=COLLECTION, limits=(0, 0))
def expcos(x: Any, /, a: Learnable[Positive] = 1.0, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """A cosine under a bell curve, with learned width and frequency."""
    return xp.exp(-a * x * x) * xp.cos(b * x)


@activation(name="SAVEBased", reference=COLLECTION)
def save_based(
    x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[Real] = 0.5, *, xp: Any
) -> Any:
    """A line plus a sine, with learned slope and height."""
    return alpha * x + beta * xp.sin(x)
