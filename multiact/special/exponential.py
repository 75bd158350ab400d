"""Exponentials less their leading terms, and an exponential of an exponential."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal, named
from multiact.special._coefficients import EXPM1_GAP
from multiact.special._polynomial import horner
from multiact.special._primitive import Special, decay, primitive, xp


def _expm1(x: Any, /, *, xp: Any) -> Any:
    """exp(x) - 1, accurate near 0 under every compiler."""
    return xp.expm1(x)


#: an operation of the array API, here for arrays whose library's own would be inaccurate
expm1 = Special("expm1", _expm1)


@primitive(
    lambda x, s: _exp(x / s),
    lambda x, s: -_expm1_gap(x / s),
    means=lambda x, s, *, xp: s * xp.expm1(x / s),
    phase=None,
    latex=r"{1}\left(e^{{{0}/{1}}}-1\right)",
)
def scaled_expm1(x: Any, s: Any, /, *, xp: Any) -> Any:
    """s (exp(x / s) - 1), whose derivative by s would be a difference of near equals."""
    return s * xp.expm1(x / s)


@primitive(
    lambda x: x * _exp(x),
    means=lambda x, *, xp: x * xp.exp(x) - xp.expm1(x),
    phase="stabilise",
    latex=r"{0}\,e^{{{0}}}-e^{{{0}}}+1",
)
def _expm1_gap(x: Any, /, *, xp: Any, bits: int) -> Any:
    """x exp(x) - (exp(x) - 1), of order x^2 / 2 at 0; 1 at minus infinity."""
    near = xp.where(x > 0.5, 0.5, xp.where(x < -0.5, -0.5, x))
    e = xp.exp(x)
    far = xp.where(e == 0, 1.0, (x - 1.0) * e + 1.0)
    return xp.where(x == near, near * near * horner(EXPM1_GAP[bits], near), far)


@primitive(
    lambda x: exp_plus_exp(x) * (1 + _exp(x)),
    means=lambda x, *, xp: xp.exp(x + xp.exp(x)),
    phase="stabilise",
    latex=r"e^{{{0}+e^{{{0}}}}}",
    decays=True,
)
def exp_plus_exp(x: Any, /, *, xp: Any) -> Any:
    """exp(x + exp(x)) as a product: the rounding of the sum would be amplified."""
    w = xp.exp(x)
    return w * (1.0 + xp.expm1(w))


@primitive(
    lambda x, s, w: _exp_over_line_plus_exp(x, s, w) * _inverse_line_plus_exp(x, s, w),
    lambda x, s, w: -_over_line_plus_exp(x, s, w) * _over_line_plus_exp(x, s, w),
    lambda x, s, w: _over_line_plus_exp(x, s, w) * _exp_over_line_plus_exp(x, s, w),
    means=lambda x, s, w, *, xp: x / (s * x + xp.exp(-w)),
    phase=None,
    latex=r"\frac{{{0}}}{{{1}\,{0}+e^{{-{2}}}}}",
)
def _over_line_plus_exp(x: Any, s: Any, w: Any, /, *, xp: Any) -> Any:
    """x / (s x + exp(-w)); slopes of it and of the two parts beside it are their products."""
    m, z = decay(w, xp)
    y = xp.where(m, x * z, x)
    return y / (xp.where(m, 1.0, z) + s * y)


@primitive(
    lambda x, s, w: -s * _exp_over_line_plus_exp(x, s, w) * _inverse_line_plus_exp(x, s, w),
    lambda x, s, w: -_over_line_plus_exp(x, s, w) * _exp_over_line_plus_exp(x, s, w),
    lambda x, s, w: -s * _over_line_plus_exp(x, s, w) * _exp_over_line_plus_exp(x, s, w),
    means=lambda x, s, w, *, xp: xp.exp(-w) / (s * x + xp.exp(-w)),
    phase=None,
    latex=r"\frac{{e^{{-{2}}}}}{{{1}\,{0}+e^{{-{2}}}}}",
    decays=True,
)
def _exp_over_line_plus_exp(x: Any, s: Any, w: Any, /, *, xp: Any) -> Any:
    """exp(-w) / (s x + exp(-w))."""
    m, z = decay(w, xp)
    bottom = xp.where(m, 1.0, z)
    return bottom / (bottom + s * xp.where(m, x * z, x))


@primitive(
    lambda x, s, w: -s * _inverse_line_plus_exp(x, s, w) * _inverse_line_plus_exp(x, s, w),
    lambda x, s, w: -_over_line_plus_exp(x, s, w) * _inverse_line_plus_exp(x, s, w),
    lambda x, s, w: _exp_over_line_plus_exp(x, s, w) * _inverse_line_plus_exp(x, s, w),
    means=lambda x, s, w, *, xp: 1 / (s * x + xp.exp(-w)),
    phase=None,
    latex=r"\frac{{1}}{{{1}\,{0}+e^{{-{2}}}}}",
)
def _inverse_line_plus_exp(x: Any, s: Any, w: Any, /, *, xp: Any) -> Any:
    """1 / (s x + exp(-w))."""
    m, z = decay(w, xp)
    return xp.where(m, z, 1.0) / (xp.where(m, 1.0, z) + s * xp.where(m, x * z, x))


def _exp(x: Any) -> Any:
    return x.__array_namespace__().exp(x)


u, t = wild("u", "any", -0.9, 5.0), wild("t", "parameter", 0.1, 10.0)
x, s = wild("x", "varies", 0.1, 10.0), wild("s", "fixed", 0.1, 10.0)
p, c = wild("p", "fixed", 0.1, 3.0), wild("c", "positive", 0.1, 10.0)
EQUATIONS = (
    named(xp.pow(math.e, u), xp.exp(u)),
    named(xp.pow(xp.exp(u), p), xp.exp(p * u)),
    named(1 / xp.exp(u), xp.exp(-u)),
    equal(1 / xp.exp(u), xp.exp(-u)),
    equal(xp.log(1 + u), xp.log1p(u)),
    equal(xp.exp(u) - 1, xp.expm1(u)),
    equal(t * xp.expm1(u / t), scaled_expm1(u, t)),
    equal(x / (s * x + xp.exp(u)), _over_line_plus_exp(x, s, -u)),
    equal(c * xp.exp(u) - 1, xp.expm1(u + xp.log(c))),
    equal((1 + u) ** p - 1, xp.expm1(p * xp.log1p(u))),
)
