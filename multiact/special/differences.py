"""Differences of one function at two places that are a fixed distance apart.

`expit(x + 1) - expit(x - 1)` is a difference of near equals in both tails; what is left of it
there is the bump that the formula is about.
"""

from __future__ import annotations

from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal
from multiact.special._primitive import primitive, xp
from multiact.special.algebraic import hypot_quotient, hypot_root
from multiact.special.logistic import expit, expit_slope, softplus


@primitive(
    lambda x, d: expit_difference(x, d) * (expit(-x) - expit(x + d)),
    lambda x, d: expit_slope(x + d),
    means=lambda x, d, *, xp: expit(x + d) - expit(x),
    phase=None,
    latex=r"\sigma\!\left({0}+{1}\right)-\sigma\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def expit_difference(x: Any, d: Any, /, *, xp: Any) -> Any:
    """expit(x + d) - expit(x), a product."""
    down = d < 0
    low, high = xp.where(down, x + d, x), xp.where(down, x, x + d)
    size = -xp.expm1(-xp.abs(d)) * (expit(high) * expit(-low))
    return xp.where(down, -size, size)


@primitive(
    lambda x, d: expit_difference(x, d),  # noqa: PLW0108  defined above
    lambda x, d: expit(x + d),
    means=lambda x, d, *, xp: softplus(x + d) - softplus(x),
    phase=None,
    latex=r"\log\frac{{1+e^{{{0}+{1}}}}}{{1+e^{{{0}}}}}",
    decays=True,
)
def softplus_difference(x: Any, d: Any, /, *, xp: Any) -> Any:
    """softplus(x + d) - softplus(x), a logarithm of a number near 1 in the left tail."""
    down = d < 0
    low, high = xp.where(down, x + d, x), xp.where(down, x, x + d)
    size = xp.where(
        high < 0,
        xp.log1p(expit(low) * xp.expm1(xp.abs(d))),
        -xp.log1p(expit(high) * xp.expm1(-xp.abs(d))),
    )
    return xp.where(down, -size, size)


@primitive(
    lambda x, d, s: quotient_difference(x, d, s),  # noqa: PLW0108  defined below
    lambda x, d, s: hypot_quotient(x + d, s),
    lambda x, d, s: -0.5 * root_difference(x, d, s) / (hypot_root(x, s) * hypot_root(x + d, s)),
    means=lambda x, d, s, *, xp: hypot_root(x + d, s) - hypot_root(x, s),
    phase=None,
    latex=r"\sqrt{{\left({0}+{1}\right)^2+{2}}}-\sqrt{{{0}^2+{2}}}",
)
def root_difference(x: Any, d: Any, s: Any, /, *, xp: Any) -> Any:
    """sqrt((x + d)**2 + s) - sqrt(x**2 + s), a quotient."""
    y = x + d
    return d * ((x + y) / (hypot_root(x, s) + hypot_root(y, s)))


@primitive(
    lambda x, d, s: _cube_difference(x, d, s),  # noqa: PLW0108  defined below
    lambda x, d, s: s / hypot_root(x + d, s) ** 3,
    lambda x, d, s: (
        0.5 * (hypot_quotient(x, s) / hypot_root(x, s) ** 2)
        - 0.5 * (hypot_quotient(x + d, s) / hypot_root(x + d, s) ** 2)
    ),
    means=lambda x, d, s, *, xp: hypot_quotient(x + d, s) - hypot_quotient(x, s),
    phase=None,
    latex=(
        r"\frac{{{0}+{1}}}{{\sqrt{{\left({0}+{1}\right)^2+{2}}}}}"
        r"-\frac{{{0}}}{{\sqrt{{{0}^2+{2}}}}}"
    ),
    bounded=True,
)
def quotient_difference(x: Any, d: Any, s: Any, /, *, xp: Any) -> Any:
    """(x + d) / sqrt((x + d)**2 + s) - x / sqrt(x**2 + s)."""
    y = x + d
    p, q = hypot_quotient(x, s), hypot_quotient(y, s)
    r, t = hypot_root(x, s), hypot_root(y, s)
    apart = (x <= 0) & (y >= 0) | (x >= 0) & (y <= 0)
    near = d * ((x + y) / xp.where(apart, 1.0, p + q)) * (s / (r * t) / (r * t))
    return xp.where(apart, q - p, near)


@primitive(
    latex=(
        r"\frac{{{2}}}{{\left(\left({0}+{1}\right)^2+{2}\right)^{{3/2}}}}"
        r"-\frac{{{2}}}{{\left({0}^2+{2}\right)^{{3/2}}}}"
    ),
    means=lambda x, d, s, *, xp: s / hypot_root(x + d, s) ** 3 - s / hypot_root(x, s) ** 3,
    phase=None,
    bounded=True,
)
def _cube_difference(x: Any, d: Any, s: Any, /, *, xp: Any) -> Any:
    """The slope of `quotient_difference`."""
    r, t = hypot_root(x, s), hypot_root(x + d, s)
    u, v = 1.0 / r, 1.0 / t
    return -s * root_difference(x, d, s) * (u * v) * (u * u + u * v + v * v)


u, v, s = wild("u", "varies"), wild("v", "varies"), wild("s", "fixed", 0.1, 10.0)
d = wild("d", "fixed")
EQUATIONS = (
    equal(expit(u) - expit(v), expit_difference(v, d), (d, u - v)),
    equal(xp.tanh(u) - xp.tanh(v), 2 * expit_difference(2 * v, 2 * d), (d, u - v)),
    equal(softplus(u) - softplus(v), softplus_difference(v, d), (d, u - v)),
    equal(hypot_root(u, s) - hypot_root(v, s), root_difference(v, d, s), (d, u - v)),
)
