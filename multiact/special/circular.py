"""Sines and arc tangents where they cancel."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import cheaper, equal
from multiact.special._coefficients import ARCTAN_GAP
from multiact.special._polynomial import horner
from multiact.special._primitive import primitive, xp
from multiact.special.algebraic import over_square_sum


@primitive(
    lambda x: 1 / (math.pi * (1 + x * x)),
    means=lambda x, *, xp: 1 / 2 + xp.atan(x) / math.pi,
    phase="stabilise",
    latex=r"\tfrac12+\tfrac1\pi\arctan\!\left({0}\right)",
    bounded=True,
)
def half_plus_arctan(x: Any, /, *, xp: Any) -> Any:
    """1/2 + arctan(x) / pi, the distribution function of Cauchy; its left tail from 1 / x."""
    far = x < -1.0
    tail = xp.atan(-1.0 / xp.where(far, x, -1.0))
    return xp.where(far, tail, 0.5 * math.pi + xp.atan(x)) / math.pi


@primitive(
    lambda x: 2 * _sine(x / 2) * _sine(x / 2),
    means=lambda x, *, xp: x - xp.sin(x),
    phase="stabilise",
    latex=r"{0}-\sin\!\left({0}\right)",
)
def _sine_gap(x: Any, /, *, xp: Any) -> Any:
    """x - sin(x), a series near 0."""
    near = xp.abs(x) < 2.0
    b = xp.where(near, x, 0.0)
    t = b * b
    return xp.where(near, _SMALL * (b * (t * horner(_SERIES, t))), x - xp.sin(x))


#: the terms are divided by this: ONNX's exporter takes one of less than 1e-8 for 0
#: (onnxscript/rewriter/_pattern_ir.py)
_SMALL = 2.0**-20
_SERIES = tuple((-1) ** j / _SMALL / math.factorial(2 * j + 3) for j in range(13))


def _sine(x: Any) -> Any:
    return xp.sin(x)


@primitive(
    lambda x: math.pi * cospi(x),
    means=lambda x, *, xp: xp.sin(math.pi * x),
    phase=None,
    latex=r"\sin\!\left(\pi\,{0}\right)",
    bounded=True,
)
def sinpi(x: Any, /, *, xp: Any) -> Any:
    """sin(pi x), 0 at the whole numbers."""
    n, r = _nearest(x, xp)
    return _alternating(n, xp) * xp.sin(math.pi * r)


@primitive(
    lambda x: -math.pi * sinpi(x),
    means=lambda x, *, xp: xp.cos(math.pi * x),
    phase=None,
    latex=r"\cos\!\left(\pi\,{0}\right)",
    bounded=True,
)
def cospi(x: Any, /, *, xp: Any) -> Any:
    """cos(pi x), 0 halfway between whole numbers."""
    n, r = _nearest(x, xp)
    a = xp.abs(r)
    side = xp.where(a < 0.25, xp.cos(math.pi * r), xp.sin(math.pi * (0.5 - a)))
    return _alternating(n, xp) * side


def _nearest(x: Any, xp: Any) -> tuple[Any, Any]:
    """The nearest whole number, and what is left."""
    n = xp.floor(x + 0.5)
    return n, x - n


def _alternating(n: Any, xp: Any) -> Any:
    """(-1)**n."""
    return 1.0 - 2.0 * (n - 2.0 * xp.floor(0.5 * n))


@primitive(
    lambda x: _times_half_plus_arctan_slope(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: x * half_plus_arctan(x),
    phase="specialise",
    latex=r"{0}\left(\tfrac12+\tfrac1\pi\arctan\!\left({0}\right)\right)",
)
def times_half_plus_arctan(x: Any, /, *, xp: Any) -> Any:
    """x (1/2 + arctan(x) / pi)."""
    return x * half_plus_arctan(x)


@primitive(
    lambda x: 2 / math.pi / (1 + x * x) / (1 + x * x),
    means=lambda x, *, xp: half_plus_arctan(x) + x / (math.pi * (1 + x * x)),
    phase=None,
    latex=r"\tfrac12+\tfrac1\pi\left(\arctan\!\left({0}\right)+\frac{{{0}}}{{1+{0}^2}}\right)",
    bounded=True,
)
def _times_half_plus_arctan_slope(x: Any, /, *, xp: Any, bits: int) -> Any:
    """1/2 + (arctan(x) + x / (1 + x**2)) / pi; in the left tail a polynomial in 1 / x."""
    far, left = x < -2.0, x < -1.0
    t = -1.0 / xp.where(left, x, -1.0)
    b = xp.where(far, 0.0, xp.where(x > 1e9, 1e9, x))  # whose square does not overflow
    tail = t * (t * t * horner(ARCTAN_GAP[bits], t * t))
    angle = xp.where(left, xp.atan(t), 0.5 * math.pi + xp.atan(b))
    return xp.where(far, tail, angle + b / (1.0 + b * b)) / math.pi


u, v = wild("u"), wild("v", "any", 0.05, 0.45, unscaled=True)
t = wild("t", "parameter", 0.1, 3.0)
_TURNS = (1.0, 2.0)
EQUATIONS = (
    *(cheaper(xp.sin(k * math.pi * v), sinpi(k * v)) for k in _TURNS),
    *(cheaper(xp.cos(k * math.pi * v), cospi(k * v)) for k in _TURNS),
    equal(xp.sin(u) - t * u, (1 - t) * u - _sine_gap(u)),
    equal(math.pi / 2 + xp.atan(u), math.pi * half_plus_arctan(u)),
    equal(half_plus_arctan(u) - 1 / 2, xp.atan(u) / math.pi),
    equal(
        half_plus_arctan(u) + over_square_sum(u, 1.0) / math.pi, _times_half_plus_arctan_slope(u)
    ),
    *(equal(1 + xp.cos(k * math.pi * v), 2 * cospi(k / 2 * v) ** 2) for k in _TURNS),
    equal(1 - xp.cos(u), 2 * xp.sin(u / 2) ** 2),
    equal(1 + xp.cos(u), 2 * xp.cos(u / 2) ** 2),
)
