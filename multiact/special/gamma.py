"""The reciprocal gamma function and its derivatives."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.rewriting import Equation
from multiact.special._polynomial import horner
from multiact.special._primitive import primitive, xp
from multiact.special.circular import cospi, sinpi

#: Lanczos' approximation with g = 7: poles at 0, -1, ... and their weights
_G = 7.0
_WEIGHTS = (
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-06, 1.5056327351493116e-07,
)  # fmt: skip
#: of the asymptotic series of digamma in 1 / x^2
_DIGAMMA = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
_TRIGAMMA = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
_TETRAGAMMA = tuple((2 * k + 3) * c for k, c in enumerate(_TRIGAMMA))
_SHIFT = 8  #: from here on the series are exact


def _above(x: Any) -> Any:
    """Gamma(x) for x >= 1/2."""
    total = 0.9999999999998099
    for i, weight in enumerate(_WEIGHTS):
        total = total + weight / (x + i)
    t = x + (_G - 0.5)
    half = xp.pow(t, 0.5 * (x - 0.5))  # the whole power would overflow before the product
    return math.sqrt(2 * math.pi) * half * xp.exp(-t) * half * total


def _sides(x: Any, xp: Any) -> tuple[Any, Any]:
    """Whether x < 1/2, and 1 - x there, else x."""
    low = x < 0.5
    return low, xp.where(low, 1.0 - x, x)


@primitive(
    lambda x: _rgamma_slope(x),  # noqa: PLW0108  defined below
    latex=r"\frac{{1}}{{\Gamma\!\left({0}\right)}}",
)
def rgamma(x: Any, /, *, xp: Any) -> Any:
    """1 / Gamma(x), which is 0 at 0, -1, -2, ..."""
    low, w = _sides(x, xp)
    g = _above(w)
    return xp.where(low, g * (sinpi(x) / math.pi), 1.0 / g)


@primitive(
    lambda x: rgamma(x) * (digamma(x) ** 2 - _trigamma(x)),
    means=lambda x, *, xp: -digamma(x) * rgamma(x),
    phase=None,
    latex=r"-\frac{{\psi\!\left({0}\right)}}{{\Gamma\!\left({0}\right)}}",
)
def _rgamma_slope(x: Any, /, *, xp: Any) -> Any:
    """-digamma(x) / Gamma(x), by reflection where both are poles."""
    low, w = _sides(x, xp)
    g, p = _above(w), _digamma_above(w, xp)
    wave = sinpi(x) / math.pi
    return xp.where(low, g * (cospi(x) - p * wave), -p / g)


def _digamma_above(x: Any, xp: Any) -> Any:
    """Digamma for x >= 1/2: far out a series, reached by recurrence."""
    y = x + float(_SHIFT)
    r = 1.0 / (y * y)
    total = xp.log(y) - 0.5 / y - r * horner(_DIGAMMA, r)
    for i in range(_SHIFT):
        total = total - 1.0 / (x + float(i))
    return total


@primitive(lambda x: _trigamma(x), latex=r"\psi\!\left({0}\right)")  # noqa: PLW0108  defined below
def digamma(x: Any, /, *, xp: Any) -> Any:
    """The slope of log(Gamma(x))."""
    low, w = _sides(x, xp)
    p = _digamma_above(w, xp)
    return xp.where(low, p - math.pi * cospi(x) / sinpi(x), p)


@primitive(lambda x: _tetragamma(x), latex=r"\psi'\!\left({0}\right)")  # noqa: PLW0108  below
def _trigamma(x: Any, /, *, xp: Any) -> Any:
    """The slope of digamma."""
    low, w = _sides(x, xp)
    y = w + float(_SHIFT)
    r = 1.0 / (y * y)
    total = 1.0 / y + 0.5 * r + horner(_TRIGAMMA, r) * r / y
    for i in range(_SHIFT):
        total = total + 1.0 / ((w + float(i)) * (w + float(i)))
    wave = sinpi(x) / math.pi
    return xp.where(low, 1.0 / (wave * wave) - total, total)


@primitive(latex=r"\psi''\!\left({0}\right)")
def _tetragamma(x: Any, /, *, xp: Any) -> Any:
    """The slope of trigamma."""
    low, w = _sides(x, xp)
    y = w + float(_SHIFT)
    r = 1.0 / (y * y)
    total = -r - r / y - r * r * horner(_TETRAGAMMA, r)
    for i in range(_SHIFT):
        total = total - 2.0 / ((w + float(i)) * (w + float(i)) * (w + float(i)))
    wave = sinpi(x) / math.pi
    reflected = total - 2.0 * cospi(x) / (wave * wave * wave)
    return xp.where(low, reflected, total)


EQUATIONS: tuple[Equation, ...] = ()
