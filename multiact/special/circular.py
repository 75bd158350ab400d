"""Sines and arc tangents where they cancel."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal
from multiact.special._polynomial import horner
from multiact.special._primitive import primitive, xp


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
    return xp.where(near, b * (t * horner(_SERIES, t)), x - xp.sin(x))


_SERIES = tuple((-1) ** j / math.factorial(2 * j + 3) for j in range(13))


def _sine(x: Any) -> Any:
    return xp.sin(x)


u = wild("u")
EQUATIONS = (
    equal(math.pi / 2 + xp.atan(u), math.pi * half_plus_arctan(u)),
    equal(half_plus_arctan(u) - 1 / 2, xp.atan(u) / math.pi),
    equal(1 - xp.cos(u), 2 * xp.sin(u / 2) ** 2),
    equal(1 + xp.cos(u), 2 * xp.cos(u / 2) ** 2),
)
