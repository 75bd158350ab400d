"""Algebraic functions: roots and quotients that neither overflow nor cancel."""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import cheaper, equal, named
from multiact.special._polynomial import ByBits
from multiact.special._primitive import LARGEST, clamp, primitive, xp

#: from here on x**2 + s is x**2, and up to here it does not overflow
_ALONE = ByBits({32: 2.0**60, 64: 2.0**500})


@primitive(
    lambda x: _inverse_sum(x, 1.0) * _inverse_sum(x, 1.0),
    means=lambda x, *, xp: x / (1 + xp.abs(x)),
    latex=r"\frac{{{0}}}{{1+\left|{0}\right|}}",
    bounded=True,
)
def softsign(x: Any, /, *, xp: Any) -> Any:
    """x / (1 + |x|), with its limits -1 and 1 at the infinities."""
    return wide_softsign(x, 1.0)


@primitive(
    lambda x, s: _softsign_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: -wide_softsign(x, s) * _inverse_sum(x, s),
    means=lambda x, s, *, xp: x / (s + xp.abs(x)),
    latex=r"\frac{{{0}}}{{{1}+\left|{0}\right|}}",
    bounded=True,
)
def wide_softsign(x: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """x / (s + |x|) for s > 0, with its limits -1 and 1."""
    c = clamp(x, -LARGEST[bits], LARGEST[bits], xp)  # a quotient of infinities would be NaN
    return c / (s + xp.abs(c))


@primitive(
    lambda x, s: -2 * _sign(x) * _softsign_slope(x, s) * _inverse_sum(x, s),
    lambda x, s: (1 - 2 * s * _inverse_sum(x, s)) * _inverse_sum(x, s) * _inverse_sum(x, s),
    means=lambda x, s, *, xp: s / (s + xp.abs(x)) ** 2,
    phase=None,
    latex=r"\frac{{{1}}}{{\left({1}+\left|{0}\right|\right)^2}}",
    bounded=True,
)
def _softsign_slope(x: Any, s: Any, /, *, xp: Any) -> Any:
    """s / (s + |x|)**2 for s > 0, whose square could overflow."""
    t = 1.0 / (s + xp.abs(x))
    return (s * t) * t


@primitive(
    lambda x, s: -_sign(x) * _inverse_sum(x, s) * _inverse_sum(x, s),
    lambda x, s: -_inverse_sum(x, s) * _inverse_sum(x, s),
    means=lambda x, s, *, xp: 1 / (s + xp.abs(x)),
    phase=None,
    latex=r"\frac{{1}}{{{1}+\left|{0}\right|}}",
    bounded=True,
)
def _inverse_sum(x: Any, s: Any, /, *, xp: Any) -> Any:
    """1 / (s + |x|) for s > 0."""
    return 1.0 / (s + xp.abs(x))


def _sign(x: Any) -> Any:
    return x.__array_namespace__().sign(x)


@primitive(
    lambda x, s: hypot_quotient(x, s),  # noqa: PLW0108  defined below
    lambda x, s: 0.5 / hypot_root(x, s),
    means=lambda x, s, *, xp: xp.sqrt(x * x + s),
    phase=None,
    latex=r"\sqrt{{{0}^2+{1}}}",
    pieces=lambda x, s, *, xp: xp.abs(x) + root_rest(x, s),
)
def hypot_root(x: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """sqrt(x**2 + s) for s >= 0, without overflow of the square."""
    a = xp.abs(x)
    return xp.where(a > _ALONE[bits], a, _root(x, s, bits, xp)[1])


@primitive(
    lambda x, s: root_rest_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: 0.5 / hypot_root(x, s),
    means=lambda x, s, *, xp: hypot_root(x, s) - xp.abs(x),
    phase=None,
    latex=r"\sqrt{{{0}^2+{1}}}-\left|{0}\right|",
    bounded=True,
)
def root_rest(x: Any, s: Any, /, *, xp: Any) -> Any:
    """sqrt(x**2 + s) - |x|, as s over the sum."""
    return s / (hypot_root(x, s) + xp.abs(x))


@primitive(
    lambda x, s: quotient_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: _quotient_by_s(x, s),  # noqa: PLW0108  defined below
    means=lambda x, s, *, xp: hypot_quotient(x, s) - xp.sign(x),
    phase=None,
    latex=(r"\frac{{{0}}}{{\sqrt{{{0}^2+{1}}}}}-\operatorname{{sign}}\!\left({0}\right)"),
    bounded=True,
)
def root_rest_slope(x: Any, s: Any, /, *, xp: Any) -> Any:
    """x / sqrt(x**2 + s) - sign(x)."""
    return -xp.sign(x) * (root_rest(x, s) / hypot_root(x, s))


def _root(x: Any, s: Any, bits: int, xp: Any) -> tuple[Any, Any]:
    """x up to where it stands alone, and its hypot_root."""
    c = clamp(x, -_ALONE[bits], _ALONE[bits], xp)
    return c, xp.sqrt(c * c + s)


@primitive(
    lambda x, s: quotient_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: _quotient_by_s(x, s),  # noqa: PLW0108  defined below
    means=lambda x, s, *, xp: x / hypot_root(x, s),
    latex=r"\frac{{{0}}}{{\sqrt{{{0}^2+{1}}}}}",
    bounded=True,
)
def hypot_quotient(x: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """x / sqrt(x**2 + s) for s > 0, with its limits -1 and 1."""
    c, root = _root(x, s, bits, xp)
    return c / root


def quotient_slope(x: Any, s: Any) -> Any:
    """The slope of `hypot_quotient` by x, and of what differs from it by a constant."""
    return s / hypot_root(x, s) / hypot_root(x, s) / hypot_root(x, s)


def _quotient_by_s(x: Any, s: Any) -> Any:
    return -0.5 * hypot_quotient(x, s) / hypot_root(x, s) / hypot_root(x, s)


@primitive(
    lambda x, s: _one_plus_quotient(x, s),  # noqa: PLW0108  defined below
    lambda x, s: 0.5 / hypot_root(x, s),
    means=lambda x, s, *, xp: x + hypot_root(x, s),
    phase="stabilise",
    latex=r"{0}+\sqrt{{{0}^2+{1}}}",
)
def _root_sum(x: Any, s: Any, /, *, xp: Any) -> Any:
    """x + sqrt(x**2 + s) for s > 0; below zero as s / (sqrt(x**2 + s) - x)."""
    root = hypot_root(x, s)
    m = x < 0
    return xp.where(m, s / xp.where(m, root - x, 1.0), x + root)


@primitive(
    lambda x, s: quotient_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: _quotient_by_s(x, s),  # noqa: PLW0108  defined below
    means=lambda x, s, *, xp: 1 + hypot_quotient(x, s),
    phase="stabilise",
    latex=r"1+\frac{{{0}}}{{\sqrt{{{0}^2+{1}}}}}",
    bounded=True,
)
def _one_plus_quotient(x: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """1 + x / sqrt(x**2 + s) for s > 0, the derivative of `_root_sum`."""
    m = x < 0
    c, root = _root(x, s, bits, xp)
    y = xp.where(m, s, root + c) / xp.where(m, (root - c) * root, root)
    return xp.where(x < -_ALONE[bits], 0.5 * (s / x) / x, y)


@primitive(
    lambda x, s: (
        _one_plus_quotient(x, s) + s * hypot_quotient(x, s) / hypot_root(x, s) / hypot_root(x, s)
    ),
    lambda x, s: -0.5 * (hypot_quotient(x, s) / hypot_root(x, s)) * hypot_quotient(x, s),
    means=lambda x, s, *, xp: x * (1 + hypot_quotient(x, s)),
    phase=None,
    latex=r"{0}+\frac{{{0}^2}}{{\sqrt{{{0}^2+{1}}}}}",
)
def _times_one_plus_quotient(x: Any, s: Any, /, *, xp: Any) -> Any:
    """x (1 + x / sqrt(x**2 + s)) for s > 0, right in the left tail."""
    m, q = x < 0, hypot_quotient(x, s)
    return xp.where(m, q * (s / (hypot_root(x, s) + xp.abs(x))), x + x * q)


@primitive(
    lambda x, a, s: a * _quadratic_quotient(x, a, s),
    lambda x, a, s: 0.5 * x * _quadratic_quotient(x, a, s),
    lambda x, a, s: 0.5 / _quadratic_root(x, a, s),
    means=lambda x, a, s, *, xp: xp.sqrt(a * x * x + s),
    phase=None,
    latex=r"\sqrt{{{1}\,{0}^2+{2}}}",
)
def _quadratic_root(x: Any, a: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """sqrt(a x**2 + s), without overflow of the square."""
    c = clamp(x, -_ALONE[bits], _ALONE[bits], xp)
    far = xp.where(a == 0, xp.sqrt(s), xp.abs(x) * xp.sqrt(a))
    return xp.where(c == x, xp.sqrt(a * (c * c) + s), far)


@primitive(
    lambda x, a, s: (
        s / _quadratic_root(x, a, s) / _quadratic_root(x, a, s) / _quadratic_root(x, a, s)
    ),
    lambda x, a, s: -0.5 * _quadratic_quotient(x, a, s) ** 3,
    lambda x, a, s: (
        -0.5 * _quadratic_quotient(x, a, s) / _quadratic_root(x, a, s) / _quadratic_root(x, a, s)
    ),
    means=lambda x, a, s, *, xp: x / _quadratic_root(x, a, s),
    latex=r"\frac{{{0}}}{{\sqrt{{{1}\,{0}^2+{2}}}}}",
)
def _quadratic_quotient(x: Any, a: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """x / sqrt(a x**2 + s), with its limits."""
    c = clamp(x, -_ALONE[bits], _ALONE[bits], xp)
    return xp.where(a == 0, x, c) / xp.sqrt(a * (c * c) + s)


@primitive(
    lambda x, s: -2 * over_square_sum(x, s) * inverse_square_sum(x, s),
    lambda x, s: -inverse_square_sum(x, s) * inverse_square_sum(x, s),
    means=lambda x, s, *, xp: 1 / (x * x + s),
    phase=None,
    latex=r"\frac{{1}}{{{0}^2+{1}}}",
    bounded=True,
)
def inverse_square_sum(x: Any, s: Any, /, *, xp: Any) -> Any:
    """1 / (x**2 + s); with `over_square_sum`, all their slopes are products of the two."""
    return 1.0 / (x * x + s)


@primitive(
    lambda x, s: _over_square_sum_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: -over_square_sum(x, s) * inverse_square_sum(x, s),
    means=lambda x, s, *, xp: x / (x * x + s),
    phase=None,
    latex=r"\frac{{{0}}}{{{0}^2+{1}}}",
    bounded=True,
)
def over_square_sum(x: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """x / (x**2 + s), without overflow of the square."""
    c = clamp(x, -_ALONE[bits], _ALONE[bits], xp)
    return xp.where(c == x, c / (c * c + s), 1.0 / x)


def _gap(x: Any, s: Any, n: int) -> Any:
    return (n - 4 * s * inverse_square_sum(x, s)) * inverse_square_sum(x, s)


@primitive(
    lambda x, s: 2 * over_square_sum(x, s) * _gap(x, s, 1),
    lambda x, s: _gap(x, s, 3) * inverse_square_sum(x, s),
    means=lambda x, s, *, xp: (s - x * x) / (x * x + s) ** 2,
    phase=None,
    latex=r"\frac{{{1}-{0}^2}}{{\left({0}^2+{1}\right)^2}}",
    bounded=True,
)
def _over_square_sum_slope(x: Any, s: Any, /, *, xp: Any) -> Any:
    """(s - x**2) / (x**2 + s)**2, which is 2 s / (x**2 + s)**2 less 1 / (x**2 + s)."""
    return (q := inverse_square_sum(x, s)) * (2.0 * (s * q) - 1.0)


@primitive(
    lambda x, c: hypot_quotient(x, c * c),
    lambda x, c: -_root_excess(x, c) / hypot_root(x, c * c),
    means=lambda x, c, *, xp: hypot_root(x, c * c) - c,
    phase=None,
    latex=r"\sqrt{{{0}^2+{1}^2}}-{1}",
)
def _root_excess(x: Any, c: Any, /, *, xp: Any) -> Any:
    """sqrt(x**2 + c**2) - c, for c > 0 as x**2 over the sum."""
    root = hypot_root(x, c * c)
    return xp.where(c < 0, root - c, x * (x / (root + xp.abs(c))))


@primitive(
    lambda x, s: _softsign_slope(x, s),  # noqa: PLW0108  defined below
    lambda x, s: -wide_softsign(x, s) * _inverse_sum(x, s),
    means=lambda x, s, *, xp: 1 + wide_softsign(x, s),
    phase=None,
    latex=r"1+\frac{{{0}}}{{{1}+\left|{0}\right|}}",
    bounded=True,
)
def _one_plus_softsign(x: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """1 + x / (s + |x|) for s > 0: below zero one quotient."""
    return xp.where(x < 0, s / (s + xp.abs(x)), 1.0 + wide_softsign(x, s))


@primitive(
    lambda x, a, b: a * _inverse_line(x, a, b) * _inverse_line(x, a, b),
    lambda x, a, b: -_over_line(x, a, b) * _inverse_line(x, a, b),
    lambda x, a, b: -_over_line(x, a, b) * _over_line(x, a, b),
    means=lambda x, a, b, *, xp: x / (a + b * x),
    phase=None,
    latex=r"\frac{{{0}}}{{{1}+{2}\,{0}}}",
)
def _over_line(x: Any, a: Any, b: Any, /, *, xp: Any) -> Any:
    """x / (a + b x), whose slope a / (a + b x)**2 would be a difference of near equals."""
    far = xp.abs(x) > 1.0  # where b x may overflow
    top, x = xp.where(far, 1.0, x), xp.where(far, x, 1.0)
    return top / (xp.where(far, a / x, a) + b * top)


@primitive(
    lambda x, a, b: -b * _inverse_line(x, a, b) * _inverse_line(x, a, b),
    lambda x, a, b: -_inverse_line(x, a, b) * _inverse_line(x, a, b),
    lambda x, a, b: -_over_line(x, a, b) * _inverse_line(x, a, b),
    means=lambda x, a, b, *, xp: 1 / (a + b * x),
    phase=None,
    latex=r"\frac{{1}}{{{1}+{2}\,{0}}}",
)
def _inverse_line(x: Any, a: Any, b: Any, /, *, xp: Any) -> Any:
    """1 / (a + b x)."""
    return 1.0 / (a + b * x)


@primitive(
    lambda x, y: _over_hypot(x, y),  # noqa: PLW0108  defined below
    lambda x, y: _over_hypot(y, x),
    means=lambda x, y, *, xp: xp.sqrt(x * x + y * y),
    phase=None,
    latex=r"\sqrt{{{0}^2+{1}^2}}",
)
def hypot(x: Any, y: Any, /, *, xp: Any) -> Any:
    """sqrt(x**2 + y**2), without overflow of the squares; the slope at (0, 0) is 0."""
    a, b = xp.abs(x), xp.abs(y)
    large, small = xp.where(a < b, b, a), xp.where(a < b, a, b)
    q = small / xp.where(large == 0, 1.0, large)
    return xp.where(large == math.inf, large, large * xp.sqrt(1.0 + q * q))


@primitive(
    lambda x, y: _over_hypot(y, x) ** 2 * _inverse_hypot(x, y),
    lambda x, y: -_over_hypot(x, y) * _over_hypot(y, x) * _inverse_hypot(x, y),
    means=lambda x, y, *, xp: x / xp.sqrt(x * x + y * y),
    phase=None,
    latex=r"\frac{{{0}}}{{\sqrt{{{0}^2+{1}^2}}}}",
    bounded=True,
)
def _over_hypot(x: Any, y: Any, /, *, xp: Any) -> Any:
    """x / sqrt(x**2 + y**2), 0 at (0, 0)."""
    h = hypot(x, y)
    return x / xp.where(h == 0, 1.0, h)


@primitive(
    lambda x, y: -_over_hypot(x, y) * _inverse_hypot(x, y) ** 2,
    lambda x, y: -_over_hypot(y, x) * _inverse_hypot(x, y) ** 2,
    means=lambda x, y, *, xp: 1 / xp.sqrt(x * x + y * y),
    phase=None,
    latex=r"\frac{{1}}{{\sqrt{{{0}^2+{1}^2}}}}",
)
def _inverse_hypot(x: Any, y: Any, /, *, xp: Any) -> Any:
    """1 / sqrt(x**2 + y**2), 0 at (0, 0)."""
    h = hypot(x, y)
    return xp.where(h == 0, 0.0, 1.0 / xp.where(h == 0, 1.0, h))


@primitive(
    lambda x, c, s: (c + s / hypot_root(x, s)) / (c + hypot_root(x, s)) / (c + hypot_root(x, s)),
    lambda x, c, s: -_over_root_sum(x, c, s) / (c + hypot_root(x, s)),
    lambda x, c, s: -0.5 * _over_root_sum(x, c, s) / hypot_root(x, s) / (c + hypot_root(x, s)),
    means=lambda x, c, s, *, xp: x / (c + hypot_root(x, s)),
    latex=r"\frac{{{0}}}{{{1}+\sqrt{{{0}^2+{2}}}}}",
    bounded=True,
)
def _over_root_sum(x: Any, c: Any, s: Any, /, *, xp: Any, bits: int) -> Any:
    """x / (c + sqrt(x**2 + s)) for c > 0, with its limits -1 and 1."""
    near, root = _root(x, s, bits, xp)
    return near / (c + root)


u, v, w = wild("u", "varies"), wild("v", "varies"), wild("w", "varies", 0.1, 10.0)
s, c = wild("s", "fixed", 0.1, 10.0), wild("c", "positive", 0.1, 10.0)
a, b = wild("a", "fixed", 0.1, 10.0), wild("b", "fixed", 0.1, 10.0)
EQUATIONS = (
    named(xp.sqrt(u * u + s), hypot_root(u, s)),
    equal(w / xp.sqrt(w), xp.sqrt(w)),
    equal(w / xp.sqrt(a * w), xp.sqrt(a * w) / a),
    named(1 / (u * u + s), inverse_square_sum(u, s)),
    equal(u * inverse_square_sum(u, s), over_square_sum(u, s)),
    equal(
        inverse_square_sum(u, s) + _over_square_sum_slope(u, s),
        2 * s * inverse_square_sum(u, s) * inverse_square_sum(u, s),
    ),
    named(xp.sqrt(u * u + v * v), hypot(u, v)),
    named(xp.sqrt(a * u * u + s), _quadratic_root(u, a, s)),
    named(xp.log(u + hypot_root(u, 1.0)), xp.asinh(u)),
    equal(hypot_root(u, s) - u, _root_sum(-u, s)),
    equal(1 - hypot_quotient(u, s), _one_plus_quotient(-u, s)),
    cheaper(u * _one_plus_quotient(u, s), _times_one_plus_quotient(u, s)),
    equal(a / (a + xp.pow(w, b)) - 1, -1 / (1 + a * xp.pow(w, -b))),
    equal(hypot_root(u, c * c) - c, _root_excess(u, c)),
    equal(hypot_root(u, c) - xp.sqrt(c), _root_excess(u, xp.sqrt(c))),
    equal(1 + softsign(u), _one_plus_softsign(u, 1.0)),
    equal(1 - softsign(u), _one_plus_softsign(-u, 1.0)),
    equal(softsign(u) * softsign(u) + softsign(u), softsign(u) * _one_plus_softsign(u, 1.0)),
    equal(1 + wide_softsign(u, s), _one_plus_softsign(u, s)),
    equal(1 - wide_softsign(u, s), _one_plus_softsign(-u, s)),
    equal(u / (s + b * u), _over_line(u, s, b)),
    equal(s / (s + u) - 1, -_over_line(u, s, 1.0)),
)
