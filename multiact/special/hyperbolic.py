"""Hyperbolic functions that keep their relative accuracy."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal, named
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
    _tanh,
    means=lambda x, *, xp: xp.log(xp.cosh(x)),
    phase=None,
    latex=r"\log\cosh\!\left({0}\right)",
)
def log_cosh(x: Any, /, *, xp: Any) -> Any:
    """log(cosh(x)): near 0 from the hyperbolic sine, beyond it |x| - log 2 and a rest."""
    a = xp.abs(x)
    near = a < 1.0
    s = xp.sinh(xp.where(near, a, 0.0))
    far = (a - math.log(2)) + xp.log1p(xp.exp(-2.0 * a))
    return xp.where(near, 0.5 * xp.log1p(s * s), far)


@primitive(
    lambda x, a: sech2(a * x),
    lambda x, a: -_tanh_gap(x, a),
    means=lambda x, a, *, xp: xp.tanh(a * x) / a,
    phase=None,
    latex=r"\frac{{\tanh\!\left({1}\,{0}\right)}}{{{1}}}",
)
def _tanh_over(x: Any, a: Any, /, *, xp: Any) -> Any:
    """tanh(a x) / a, x for a = 0."""
    t = a * x
    return xp.where(t == 0, x, x * (xp.tanh(t) / xp.where(t == 0, 1.0, t)))


@primitive(
    lambda x, s: sech2(x / s),
    lambda x, s: _tanh_gap(x, 1 / s) / s / s,
    means=lambda x, s, *, xp: s * xp.tanh(x / s),
    phase=None,
    latex=r"{1}\tanh\!\left({0}/{1}\right)",
)
def _scaled_tanh(x: Any, s: Any, /, *, xp: Any) -> Any:
    """s tanh(x / s), whose derivative by s would be a difference of near equals."""
    return s * xp.tanh(x / s)


@primitive(
    lambda x, a: 2 * x * sech2(a * x) * xp.tanh(a * x),
    lambda x, a: 2 * x * x * _tanh_over(x, a) * sech2(a * x) - 2 * _tanh_gap(x, a) / a,
    means=lambda x, a, *, xp: (xp.tanh(a * x) - a * x * (1 - xp.tanh(a * x) ** 2)) / a**2,
    phase=None,
    latex=(
        r"\frac{{\tanh\!\left({1}\,{0}\right)"
        r"-{1}\,{0}\,\operatorname{{sech}}^2\!\left({1}\,{0}\right)}}{{{1}^2}}"
    ),
)
def _tanh_gap(x: Any, a: Any, /, *, xp: Any) -> Any:
    """(tanh(a x) - a x sech(a x)**2) / a**2; near 0 from (sinh(2 t) - 2 t) / (2 cosh(t)**2)."""
    t = a * x
    near = xp.abs(t) < 1.0
    b = xp.where(near, t, 0.0)
    series = (b * x) * x * horner(_SINH_GAP, b * b) * sech2(b)
    far = xp.where(near, 1.0, a)
    return xp.where(near, series, (xp.tanh(t) - t * sech2(t)) / (far * far))


#: (sinh(2 x) - 2 x) / (2 x^3) in x^2
_SINH_GAP = tuple(2.0 ** (2 * j + 2) / math.factorial(2 * j + 3) for j in range(14))


u, p = wild("u"), wild("p", "fixed", 0.1, 10.0)
t = wild("t", "parameter", 0.1, 10.0)
EQUATIONS = (
    equal(xp.tanh(t * u) / t, _tanh_over(u, t)),
    equal(t * xp.tanh(u / t), _scaled_tanh(u, t)),
    named(xp.exp(u) - xp.exp(-u), 2 * xp.sinh(u)),
    named(xp.exp(u) + xp.exp(-u), 2 * xp.cosh(u)),
    named(xp.pow(p, u) - xp.pow(p, -u), 2 * xp.sinh(u * xp.log(p))),
    named(xp.pow(p, u) + xp.pow(p, -u), 2 * xp.cosh(u * xp.log(p))),
    named(xp.sinh(u) / xp.cosh(u), xp.tanh(u)),
    named(xp.log(p * xp.cosh(u)), xp.log(p) + log_cosh(u)),
    named(xp.sinh(u) / xp.sqrt(p * xp.cosh(2 * u)), hypot_quotient(xp.tanh(u), 1.0) / xp.sqrt(p)),
)
