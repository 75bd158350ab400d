"""Differences of one function at two places that are a fixed distance apart.

`expit(x + 1) - expit(x - 1)` is a difference of near equals in both tails; what is left of it
there is the bump that the formula is about.  The operands are the middle and half the distance.
"""

from __future__ import annotations

from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal
from multiact.special._primitive import primitive, xp
from multiact.special.algebraic import (
    _one_plus_quotient,
    _root_sum,
    hypot_quotient,
    hypot_root,
    quotient_slope,
    root_rest,
    root_rest_slope,
)
from multiact.special.logistic import expit, expit_slope, softplus


@primitive(
    lambda x, h: expit_difference(x, h) * (expit(-x - h) - expit(x - h)),
    lambda x, h: expit_slope(x + h) + expit_slope(x - h),
    means=lambda x, h, *, xp: expit(x + h) - expit(x - h),
    phase=None,
    latex=r"\sigma\!\left({0}+{1}\right)-\sigma\!\left({0}-{1}\right)",
    decays=True,
    bounded=True,
)
def expit_difference(x: Any, h: Any, /, *, xp: Any) -> Any:
    """expit(x + h) - expit(x - h), a product."""
    k = xp.abs(h)
    size = -xp.expm1(-2.0 * k) * (expit(x + k) * expit(k - x))
    return xp.where(h < 0, -size, size)


@primitive(
    lambda x, h: expit_difference(x, h),  # noqa: PLW0108  as the others
    lambda x, h: expit(x + h) + expit(x - h),
    means=lambda x, h, *, xp: softplus(x + h) - softplus(x - h),
    phase=None,
    latex=r"\log\frac{{1+e^{{{0}+{1}}}}}{{1+e^{{{0}-{1}}}}}",
    decays=True,
)
def softplus_difference(x: Any, h: Any, /, *, xp: Any) -> Any:
    """softplus(x + h) - softplus(x - h), a logarithm of a number near 1 in the left tail."""
    k, left = xp.abs(h), -xp.abs(x)
    near = xp.where(k < 40.0, k, 40.0)
    below = xp.where(
        k < 40.0,
        xp.log1p(-xp.expm1(-2.0 * near) * xp.exp(left + near) * expit(near - left)),
        softplus(left + k) - softplus(left - k),
    )
    size = xp.where(x < 0, below, 2.0 * k - below)
    return xp.where(h < 0, -size, size)


@primitive(
    lambda x, h, s: quotient_difference(x, h, s),  # noqa: PLW0108  defined below
    lambda x, h, s: quotient_difference(h, x, s),
    lambda x, h, s: -0.5 * root_difference(x, h, s) / hypot_root(x + h, s) / hypot_root(x - h, s),
    means=lambda x, h, s, *, xp: hypot_root(x + h, s) - hypot_root(x - h, s),
    phase=None,
    latex=(r"\sqrt{{\left({0}+{1}\right)^2+{2}}}-\sqrt{{\left({0}-{1}\right)^2+{2}}}"),
)
def root_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """sqrt((x + h)**2 + s) - sqrt((x - h)**2 + s), a quotient."""
    return 4.0 * h * (x / (hypot_root(x + h, s) + hypot_root(x - h, s)))


@primitive(
    lambda x, h, s: _quotient_slope_difference(x, h, s),  # noqa: PLW0108  defined below
    lambda x, h, s: quotient_slope(x + h, s) + quotient_slope(x - h, s),
    lambda x, h, s: _quotient_difference_by_s(x, h, s),  # noqa: PLW0108  defined below
    means=lambda x, h, s, *, xp: hypot_quotient(x + h, s) - hypot_quotient(x - h, s),
    phase=None,
    latex=(
        r"\frac{{{0}+{1}}}{{\sqrt{{\left({0}+{1}\right)^2+{2}}}}}"
        r"-\frac{{{0}-{1}}}{{\sqrt{{\left({0}-{1}\right)^2+{2}}}}}"
    ),
    bounded=True,
)
def quotient_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """(x + h) / sqrt((x + h)**2 + s) - (x - h) / sqrt((x - h)**2 + s)."""
    p, q = hypot_quotient(x - h, s), hypot_quotient(x + h, s)
    r, t = hypot_root(x - h, s), hypot_root(x + h, s)
    apart = xp.abs(x) <= xp.abs(h)
    near = 4.0 * h * (x / xp.where(apart, 1.0, p + q) / (r * t)) * (s / (r * t))
    return xp.where(apart, q - p, near)


@primitive(
    lambda x, h, s: _quotient_bend(x + h, s) - _quotient_bend(x - h, s),
    lambda x, h, s: _quotient_bend(x + h, s) + _quotient_bend(x - h, s),
    lambda x, h, s: _quotient_slope_by_s(x + h, s) - _quotient_slope_by_s(x - h, s),
    latex=(
        r"\frac{{{2}}}{{\left(\left({0}+{1}\right)^2+{2}\right)^{{3/2}}}}"
        r"-\frac{{{2}}}{{\left(\left({0}-{1}\right)^2+{2}\right)^{{3/2}}}}"
    ),
    means=lambda x, h, s, *, xp: s / hypot_root(x + h, s) ** 3 - s / hypot_root(x - h, s) ** 3,
    phase=None,
    bounded=True,
)
def _quotient_slope_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """The slope of `quotient_difference`."""
    u, v = 1.0 / hypot_root(x - h, s), 1.0 / hypot_root(x + h, s)
    return -s * root_difference(x, h, s) * (u * v) * (u * u + u * v + v * v)


@primitive(
    lambda x, h, s: _rest_slope_difference(x, h, s),  # noqa: PLW0108  defined below
    lambda x, h, s: root_rest_slope(x + h, s) + root_rest_slope(x - h, s),
    lambda x, h, s: -0.5 * root_difference(x, h, s) / hypot_root(x + h, s) / hypot_root(x - h, s),
    means=lambda x, h, s, *, xp: root_rest(x + h, s) - root_rest(x - h, s),
    phase=None,
    latex=(
        r"\left(\sqrt{{\left({0}+{1}\right)^2+{2}}}-\left|{0}+{1}\right|\right)"
        r"-\left(\sqrt{{\left({0}-{1}\right)^2+{2}}}-\left|{0}-{1}\right|\right)"
    ),
    bounded=True,
)
def _rest_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """root_rest(x + h, s) - root_rest(x - h, s), a quotient of sums."""
    a, k = xp.abs(x), xp.abs(h)
    lines = 2.0 * xp.where(a < k, a, k)
    size = xp.where(x < 0, -lines, lines)  # |x + h| - |x - h| for h > 0
    far = hypot_root(x + h, s) + xp.abs(x + h)
    near = hypot_root(x - h, s) + xp.abs(x - h)
    return -s * ((root_difference(x, h, s) + xp.where(h < 0, -size, size)) / far / near)


@primitive(
    _quotient_slope_difference,
    lambda x, h, s: quotient_slope(x + h, s) + quotient_slope(x - h, s),
    lambda x, h, s: _quotient_difference_by_s(x, h, s),  # noqa: PLW0108  defined below
    means=lambda x, h, s, *, xp: root_rest_slope(x + h, s) - root_rest_slope(x - h, s),
    latex=(r"\rho\!\left({0}+{1},{2}\right)-\rho\!\left({0}-{1},{2}\right)"),
    phase=None,
    bounded=True,
)
def _rest_slope_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """The slope of `_rest_difference` by x: between -h and h a sum, beyond as without the signs."""
    between = root_rest_slope(x + h, s) - root_rest_slope(x - h, s)
    return xp.where(xp.abs(x) < xp.abs(h), between, quotient_difference(x, h, s))


def _quotient_difference_by_s(x: Any, h: Any, s: Any) -> Any:
    return 0.5 * (hypot_quotient(x - h, s) / hypot_root(x - h, s) ** 2) - 0.5 * (
        hypot_quotient(x + h, s) / hypot_root(x + h, s) ** 2
    )


def _quotient_bend(x: Any, s: Any) -> Any:
    return -3 * quotient_slope(x, s) * hypot_quotient(x, s) / hypot_root(x, s)


def _quotient_slope_by_s(x: Any, s: Any) -> Any:
    r = hypot_root(x, s)
    return (1 - 1.5 * (s / r / r)) / r / r / r


@primitive(
    lambda x, h, s: _outer_steps(x, h, s),  # noqa: PLW0108  defined below
    lambda x, h, s: -quotient_difference(h, x, s),
    lambda x, h, s: 0.5 * root_difference(x, h, s) / hypot_root(x + h, s) / hypot_root(x - h, s),
    means=lambda x, h, s, *, xp: _root_sum(x - h, s) - _root_sum(-x - h, s),
    phase=None,
    latex=(
        r"\left({0}-{1}+\sqrt{{\left({0}-{1}\right)^2+{2}}}\right)"
        r"+\left({0}+{1}-\sqrt{{\left({0}+{1}\right)^2+{2}}}\right)"
    ),
)
def _outer_ramps(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """_root_sum(x - h, s) - _root_sum(-x - h, s), a product of sums."""
    both = _root_sum(x - h, s) + _root_sum(-x - h, s)
    return 2.0 * both * (x / (hypot_root(x + h, s) + hypot_root(x - h, s)))


@primitive(
    lambda x, h, s: -_quotient_slope_difference(x, h, s),
    lambda x, h, s: -quotient_slope(x - h, s) - quotient_slope(x + h, s),
    lambda x, h, s: -_quotient_difference_by_s(x, h, s),
    means=lambda x, h, s, *, xp: _one_plus_quotient(x - h, s) + _one_plus_quotient(-x - h, s),
    phase=None,
    latex=(
        r"2+\frac{{{0}-{1}}}{{\sqrt{{\left({0}-{1}\right)^2+{2}}}}}"
        r"-\frac{{{0}+{1}}}{{\sqrt{{\left({0}+{1}\right)^2+{2}}}}}"
    ),
    bounded=True,
)
def _outer_steps(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """_one_plus_quotient(x - h, s) + _one_plus_quotient(-x - h, s), whose slopes are alike."""
    return _one_plus_quotient(x - h, s) + _one_plus_quotient(-x - h, s)


u, v, s = wild("u", "varies"), wild("v", "varies"), wild("s", "fixed", 0.1, 10.0)
m, h = wild("m"), wild("h", "fixed")
j, y = wild("j", "fixed"), wild("y", "varies")
_MIDDLE = (m, (u + v) / 2), (h, (u - v) / 2)
_AROUND = (j, -(u + v) / 2), (y, (u - v) / 2)
EQUATIONS = (
    equal(expit(u) - expit(v), expit_difference(m, h), *_MIDDLE),
    equal(xp.tanh(u) - xp.tanh(v), 2 * expit_difference(2 * m, 2 * h), *_MIDDLE),
    equal(softplus(u) - softplus(v), softplus_difference(m, h), *_MIDDLE),
    equal(hypot_root(u, s) - hypot_root(v, s), root_difference(m, h, s), *_MIDDLE),
    equal(root_rest(u, s) - root_rest(v, s), _rest_difference(m, h, s), *_MIDDLE),
    equal(_root_sum(u, s) - _root_sum(v, s), _outer_ramps(y, j, s), *_AROUND),
)
