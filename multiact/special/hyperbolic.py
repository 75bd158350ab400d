"""Hyperbolic functions that keep their relative accuracy."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import named
from multiact.special._coefficients import SHRINK_DEN, SHRINK_NUM
from multiact.special._polynomial import horner
from multiact.special._primitive import primitive, xp
from multiact.special.algebraic import hypot_quotient


@primitive(
    lambda x: -2 * sech2(x) * _tanh(x),
    means=lambda x, *, xp: 1 - xp.tanh(x) ** 2,
    phase="stabilise",
    latex=r"\operatorname{{sech}}^2\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def sech2(x: Any, /, *, xp: Any) -> Any:
    """1 / cosh(x)**2, the derivative of tanh; 1 - tanh(x)**2 would be 0 beyond 9."""
    z = xp.exp(-2.0 * xp.abs(x))
    return 4.0 * z / ((1.0 + z) * (1.0 + z))


@primitive(
    lambda x: -sech(x) * _tanh(x),
    means=lambda x, *, xp: 1 / xp.cosh(x),
    latex=r"\operatorname{{sech}}\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def sech(x: Any, /, *, xp: Any) -> Any:
    """1 / cosh(x) without overflow."""
    z = xp.exp(-xp.abs(x))
    return 2.0 * z / (1.0 + z * z)


@primitive(
    lambda x: _tanh(x) * _tanh(x),
    means=lambda x, *, xp: x - xp.tanh(x),
    phase="stabilise",
    latex=r"{0}-\tanh\!\left({0}\right)",
)
def tanhshrink(x: Any, /, *, xp: Any, bits: int) -> Any:
    """x - tanh(x): a quotient up to 1, beyond it (|x| - 1) + 2 z / (1 + z), nearly exact."""
    a = xp.abs(x)
    near = a < 1.0
    z = xp.exp(-2.0 * a)
    b = xp.where(near, a, 1.0)
    u = b * b
    top = xp.where(near, b * u * horner(SHRINK_NUM[bits], u), 2.0 * z)
    r = top / xp.where(near, horner(SHRINK_DEN[bits], u), 1.0 + z)
    y = xp.where(near, r, (a - 1.0) + r)
    return xp.where(x < 0, -y, y)


def _tanh(x: Any) -> Any:
    return x.__array_namespace__().tanh(x)


@primitive(
    lambda x: _tanh(x),
    means=lambda x, *, xp: xp.log(xp.cosh(x)),
    latex=r"\log\cosh\!\left({0}\right)",
)
def log_cosh(x: Any, /, *, xp: Any) -> Any:
    """log(cosh(x)): near 0 from the hyperbolic sine, beyond it |x| - log 2 and a rest."""
    a = xp.abs(x)
    near = a < 1.0
    s = xp.sinh(xp.where(near, a, 0.0))
    far = (a - math.log(2)) + xp.log1p(xp.exp(-2.0 * a))
    return xp.where(near, 0.5 * xp.log1p(s * s), far)


u = wild("u")
EQUATIONS = (
    named((xp.exp(u) - xp.exp(-u)) / (xp.exp(u) + xp.exp(-u)), xp.tanh(u)),
    named(1 / (xp.exp(u) + xp.exp(-u)), sech(u) / 2),
    named(
        (xp.exp(u) - xp.exp(-u)) / xp.sqrt(xp.exp(2 * u) + xp.exp(-2 * u)),
        math.sqrt(2) * hypot_quotient(xp.tanh(u), 1.0),
    ),
    named(xp.sinh(u) / xp.cosh(u), xp.tanh(u)),
    named(xp.log(xp.exp(u) + xp.exp(-u)), math.log(2) + log_cosh(u)),
)
