"""Differences of one function at two places that are a fixed distance apart.

`expit(x + 1) - expit(x - 1)` is a difference of near equals in both tails; what is left of it
there is the bump that the formula is about.  The operands are the middle and half the distance.
"""

from __future__ import annotations

from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal
from multiact.special._primitive import primitive, xp
from multiact.special.algebraic import hypot_quotient, hypot_root
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
    k = xp.abs(h)
    above = -xp.log1p(expit(x + k) * xp.expm1(-2.0 * k))
    below = xp.log1p(expit(x - k) * xp.expm1(xp.where(k < 40.0, 2.0 * k, 80.0)))
    size = xp.where((x < 0) & (k < 40.0), below, above)
    return xp.where(h < 0, -size, size)


@primitive(
    lambda x, h, s: quotient_difference(x, h, s),  # noqa: PLW0108  defined below
    lambda x, h, s: hypot_quotient(x + h, s) + hypot_quotient(x - h, s),
    lambda x, h, s: -0.5 * root_difference(x, h, s) / hypot_root(x + h, s) / hypot_root(x - h, s),
    means=lambda x, h, s, *, xp: hypot_root(x + h, s) - hypot_root(x - h, s),
    phase=None,
    latex=(r"\sqrt{{\left({0}+{1}\right)^2+{2}}}-\sqrt{{\left({0}-{1}\right)^2+{2}}}"),
)
def root_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """sqrt((x + h)**2 + s) - sqrt((x - h)**2 + s), a quotient."""
    return 4.0 * h * (x / (hypot_root(x + h, s) + hypot_root(x - h, s)))


@primitive(
    lambda x, h, s: _cube_difference(x, h, s),  # noqa: PLW0108  defined below
    lambda x, h, s: _cube(x + h, s) + _cube(x - h, s),
    lambda x, h, s: (
        0.5 * (hypot_quotient(x - h, s) / hypot_root(x - h, s) ** 2)
        - 0.5 * (hypot_quotient(x + h, s) / hypot_root(x + h, s) ** 2)
    ),
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
    near = 4.0 * h * (x / xp.where(apart, 1.0, p + q)) * (s / (r * t) / (r * t))
    return xp.where(apart, q - p, near)


@primitive(
    latex=(
        r"\frac{{{2}}}{{\left(\left({0}+{1}\right)^2+{2}\right)^{{3/2}}}}"
        r"-\frac{{{2}}}{{\left(\left({0}-{1}\right)^2+{2}\right)^{{3/2}}}}"
    ),
    means=lambda x, h, s, *, xp: s / hypot_root(x + h, s) ** 3 - s / hypot_root(x - h, s) ** 3,
    phase=None,
    bounded=True,
)
def _cube_difference(x: Any, h: Any, s: Any, /, *, xp: Any) -> Any:
    """The slope of `quotient_difference`."""
    u, v = 1.0 / hypot_root(x - h, s), 1.0 / hypot_root(x + h, s)
    return -s * root_difference(x, h, s) * (u * v) * (u * u + u * v + v * v)


def _cube(x: Any, s: Any) -> Any:
    return s / hypot_root(x, s) / hypot_root(x, s) / hypot_root(x, s)


u, v, s = wild("u", "varies"), wild("v", "varies"), wild("s", "fixed", 0.1, 10.0)
m, h = wild("m"), wild("h", "fixed")
_MIDDLE = (m, (u + v) / 2), (h, (u - v) / 2)
EQUATIONS = (
    equal(expit(u) - expit(v), expit_difference(m, h), *_MIDDLE),
    equal(xp.tanh(u) - xp.tanh(v), 2 * expit_difference(2 * m, 2 * h), *_MIDDLE),
    equal(softplus(u) - softplus(v), softplus_difference(m, h), *_MIDDLE),
    equal(hypot_root(u, s) - hypot_root(v, s), root_difference(m, h, s), *_MIDDLE),
)
