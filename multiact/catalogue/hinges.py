"""Straight lines with corners that are given, learned, or drawn at random."""

from typing import Annotated, Any

import numpy as np

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import (
    Learnable,
    NonNegative,
    NonZero,
    Positive,
    Real,
    Shaped,
    normal,
    unit,
    zeros,
)

_HINGES = ("hinges",)
_BINS = ("bins",)


def _paper_hinges(shape: Any, draw: Any, xp: Any) -> Any:
    """0, 1, 2 and 2.5, or as many numbers between 0 and 2.5 as there are hinges."""
    return np.asarray([0, 1, 2, 2.5]) if shape == (4,) else np.linspace(0, 2.5, shape[0])


def _steps(shape: Any, draw: Any, xp: Any) -> Any:
    """0.01 in the lower half of the bins and 1 in the upper half."""
    return np.asarray([1.0 if 2 * k >= shape[0] else 0.01 for k in range(shape[0])])


Slopes = Annotated[Any, Shaped(_HINGES, {"relu": zeros})]
Places = Annotated[Any, Shaped(_HINGES, {"normal": normal})]
Hinges = Annotated[Any, Shaped(_HINGES, {"paper": _paper_hinges})]
Above = Annotated[Any, Shaped(_HINGES, {"relu": unit(0)})]
BinSlopes = Annotated[Any, Shaped(_BINS, {"leaky_relu": _steps})]
BinShifts = Annotated[Any, Shaped(_BINS, {"leaky_relu": zeros})]


def _rectified(x: Any, xp: Any) -> Any:
    """ReLU, whose slope at 0 is 0 wherever its corner is moved to."""
    return xp.where(x > 0, x, 0.0)


def _aplu_corners(a: Any, b: Any) -> dict[float, Any]:
    hinges = list(zip(a, b, strict=True))
    return {c: (c > 0) - sum(p for p, q in hinges if q > c) for c in (0.0, *b)}


@activation(
    name="APLU",
    reference="Agostinelli et al. 2014, Learning Activation Functions to Improve Deep Neural "
    "Networks, arXiv:1412.6830",
    sizes={"hinges": 2},
    kinks=_aplu_corners,
)
def aplu(x: Any, /, a: Learnable[Slopes], b: Learnable[Places], *, xp: Any) -> Any:
    """Adaptive piecewise linear unit: ReLU plus hinges with learned slopes and places."""
    hinges = sum(p * _rectified(q - x, xp) for p, q in zip(a, b, strict=True))
    return _rectified(x, xp) + hinges


def _splash_corners(above: Any, below: Any, places: Any) -> dict[float, Any]:
    terms = list(zip(above, below, places, strict=True))
    corners = (s * h for h in places for s in (-1, 1))
    return {c: sum(a * (c > h) - b * (-c > h) for a, b, h in terms) for c in corners}


@activation(
    name="SPLASH",
    reference="Tavakoli et al. 2020, SPLASH: Learnable Activation Functions for Improving Accuracy "
    "and Adversarial Robustness, arXiv:2006.08947",
    sizes={"hinges": 4},
    kinks=_splash_corners,
)
def splash(
    x: Any,
    /,
    above: Learnable[Above],
    below: Learnable[Slopes],
    places: Hinges,
    *,
    xp: Any,
) -> Any:
    """Hinges at fixed places on both sides of zero, with learned slopes; starts as ReLU."""
    terms = zip(above, below, places, strict=True)
    return sum(a * _rectified(x - h, xp) + b * _rectified(-x - h, xp) for a, b, h in terms)


def _borders(bins: int, bound: float) -> list[float]:
    """Where the bins meet."""
    steps = max(bins - 2, 1)
    return [bound * (2 * k - steps) / steps for k in range(bins - 1)]


@activation(
    name="MTLU",
    reference="Gu et al. 2018, Multi-bin Trainable Linear Unit for Fast Image Restoration "
    "Networks, arXiv:1807.11389",
    sizes={"bins": 8},
    kinks=lambda slopes, bound: dict(zip(_borders(len(slopes), bound), slopes, strict=False)),
)
def mtlu(
    x: Any,
    /,
    slopes: Learnable[BinSlopes],
    shifts: Learnable[BinShifts],
    *,
    bound: Positive = 1.0,
    xp: Any,
) -> Any:
    """A learned line in each of several bins of equal width; starts as leaky ReLU."""
    lines = [a * x + b for a, b in zip(slopes, shifts, strict=True)]
    y = lines[0]
    for border, line in zip(_borders(len(lines), bound), lines[1:], strict=True):
        y = xp.where(x > border, line, y)
    return y


@activation(
    name="PLU",
    reference="Nicolae 2018, PLU: The Piecewise Linear Unit Activation Function, arXiv:1809.09534",
    kinks=lambda c: {-c: 1, c: 1},
    requires={"alpha <= 1": lambda alpha: alpha <= 1},
)
def plu(x: Any, /, alpha: Learnable[NonNegative] = 0.1, c: Positive = 1.0, *, xp: Any) -> Any:
    """The identity up to c on both sides, lines of a smaller slope beyond."""
    above = xp.where(x > c, alpha * (x - c) + c, x)
    return xp.where(x < -c, alpha * (x + c) - c, above)


@activation(
    name="AdaLU",
    reference="torch-activation, https://github.com/hdmquan/torch_activation",
    kinks=lambda alpha: {0: alpha},
)
def adalu(x: Any, /, alpha: Learnable[Real] = 1.0, beta: Learnable[Real] = 0.1, *, xp: Any) -> Any:
    """Adaptive linear unit: a line on each side of zero, both slopes learned."""
    return xp.where(x < 0, beta * x, alpha * x)


@activation(
    name="RTPReLU",
    noise="normal",
    reference=f"Cao et al. 2018, Randomly translational activation inspired by the input "
    f"distributions of ReLU, doi:10.1016/j.neucom.2017.09.031; as in {SURVEY}",
    kinks=lambda: {0: 1},
)
def rtprelu(
    x: Any,
    noise: Any,
    /,
    a: Learnable[NonZero] = 4.0,
    sigma: NonNegative = 0.75,
    *,
    xp: Any,
) -> Any:
    """PReLU whose corner is moved by a normal number per element in training."""
    return xp.where(x + sigma * noise >= 0, x, x / a)
