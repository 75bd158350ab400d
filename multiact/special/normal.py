"""The error function's family, accurate to a few units in the last place in every tail.

exp(-x^2) amplifies the rounding of x^2, so the square is split: h is x rounded to a grid
on which h * h is exact, and exp(-x^2) = exp(-h^2) (1 + d) with a small d from a short
series.  Products exp(a) * exp(b) and expm1 are avoided, because compilers rewrite them.
"""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import cheaper, equal
from multiact.special import _coefficients as table
from multiact.special._polynomial import ByBits, horner
from multiact.special._primitive import LARGEST, primitive, xp
from multiact.special.logistic import expit

_ERFCX_MAP = ByBits({32: (2.0, 0.5), 64: (3.0, 0.5)})
_GRID = ByBits({32: 256.0, 64: 1048576.0})
_GAUSS_END = ByBits({32: 10.25, 64: 27.5})  # from here on exp(-x^2) rounds to 0
_HALF_GAUSS_END = ByBits({32: 14.5, 64: 38.75})
_ERF_SPLIT = ByBits({32: 0.875, 64: 1.0})
_ERF_END = ByBits({32: 4.0, 64: 6.0})
_TWO_BY_ROOT_PI = 2 / math.sqrt(math.pi)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)
_BY_ROOT_TWO_PI = 1 / _ROOT_TWO_PI


def _clamped(x: Any, end: float, xp: Any) -> tuple[Any, Any]:
    """The sign mask and |x| up to `end`; false comparisons let NaN through."""
    a = xp.abs(x)
    return x < 0, xp.where(a > end, end, a)


def _mapped(a: Any, b: Any, c: tuple[float, ...], k: float, centre: float) -> Any:
    """q P(b q - centre) with q = 1 / (a + k)."""
    q = 1.0 / (a + k)
    v = b * q - centre
    return (c[0] + horner(c[1:], v) * v) * q


def _exponential(a: Any, grid: float, half: bool, xp: Any) -> Any:
    """exp(-a^2), or exp(-a^2 / 2) if `half`, without the error of the square."""
    if xp.compensates:
        return xp.exp(-0.5 * (a * a)) if half else xp.exp(-(a * a))
    h = xp.floor(a * grid + 0.5) * (1.0 / grid)
    if half:
        r = (h - a) * (0.5 * (h + a))
        e = xp.exp(-0.5 * (h * h))
    else:
        r = (h - a) * (h + a)
        e = xp.exp(-(h * h))
    return e + e * (r + r * r * (0.5 + r / 6))


@primitive(
    lambda x: 2 * x * erfcx(x) - _TWO_BY_ROOT_PI,
    means=lambda x, *, xp: xp.exp(x * x) * erfc(x),
    phase=None,
    latex=r"\operatorname{{erfcx}}\!\left({0}\right)",
    bounded=True,
)
def erfcx(x: Any, /, *, xp: Any, bits: int) -> Any:
    """exp(x^2) erfc(x) for x >= 0."""
    b = xp.where(x > LARGEST[bits], 0.0, x)  # inf * (1 / inf) would be NaN
    return _mapped(x, b, table.ERFCX[bits], *_ERFCX_MAP[bits])


@primitive(
    lambda a: -a * bell(a),
    means=lambda a, *, xp: xp.exp(-a * a / 2),
    phase=None,
    latex=r"e^{{-\left({0}\right)^2/2}}",
    bounded=True,
    exponent=lambda a: -0.5 * (a * a),
)
def bell(a: Any, /, *, xp: Any, bits: int) -> Any:
    """exp(-a^2 / 2) for 0 <= a, up to where it is 0: `half_gauss` within."""
    return _exponential(a, _GRID[bits], True, xp)


@primitive(
    lambda a: -2 * a * narrow_bell(a),
    means=lambda a, *, xp: xp.exp(-a * a),
    phase=None,
    latex=r"e^{{-\left({0}\right)^2}}",
    bounded=True,
    exponent=lambda a: -(a * a),
)
def narrow_bell(a: Any, /, *, xp: Any, bits: int) -> Any:
    """exp(-a^2) for 0 <= a, up to where it is 0: `gauss` within."""
    return _exponential(a, _GRID[bits], False, xp)


@primitive(
    lambda x: -2 * x * gauss(x),
    means=lambda x, *, xp: xp.exp(-x * x),
    phase=None,
    latex=r"e^{{-\left({0}\right)^2}}",
    decays=True,
    bounded=True,
    exponent=lambda x: -(x * x),
)
def gauss(x: Any, /, *, xp: Any, bits: int) -> Any:
    """exp(-x^2)."""
    return narrow_bell(_clamped(x, _GAUSS_END[bits], xp)[1])


@primitive(
    lambda x: -x * half_gauss(x),
    means=lambda x, *, xp: xp.exp(-x * x / 2),
    phase=None,
    latex=r"e^{{-\left({0}\right)^2/2}}",
    decays=True,
    bounded=True,
    exponent=lambda x: -0.5 * (x * x),
)
def half_gauss(x: Any, /, *, xp: Any, bits: int) -> Any:
    """exp(-x^2 / 2)."""
    return bell(_clamped(x, _HALF_GAUSS_END[bits], xp)[1])


@primitive(
    lambda x: half_gauss(x) / _ROOT_TWO_PI,
    means=lambda x, *, xp: (1 + erf(x / math.sqrt(2))) / 2,
    phase=None,
    latex=r"\Phi\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def ndtr(x: Any, /, *, xp: Any, bits: int) -> Any:
    """Normal distribution function (1 + erf(x / sqrt 2)) / 2."""
    sign, a = _sign(x, xp), _clamped(x, _HALF_GAUSS_END[bits], xp)[1]
    return xp.where(x < 0, 0.0, 1.0) - sign * (bell(a) * _mills(a, bits))


@primitive(
    lambda x: _times_ndtr_slope(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: x * ndtr(x),
    phase="specialise",
    latex=r"{0}\,\Phi\!\left({0}\right)",
    decays=True,
)
def times_ndtr(x: Any, /, *, xp: Any, bits: int) -> Any:
    """x ndtr(x) as the positive part of x less |x| ndtr(-|x|): no infinity times zero."""
    m, a = _clamped(x, _HALF_GAUSS_END[bits], xp)
    return xp.where(m, 0.0, x) - a * (bell(a) * _mills(a, bits))


@primitive(
    lambda x: (2 - x * x) * half_gauss(x) / _ROOT_TWO_PI,
    means=lambda x, *, xp: ndtr(x) + x * half_gauss(x) / _ROOT_TWO_PI,
    phase="specialise",
    latex=r"\Phi\!\left({0}\right)+\frac{{{0}}}{{\sqrt{{2\pi}}}}e^{{-\left({0}\right)^2/2}}",
    decays=True,
    bounded=True,
)
def _times_ndtr_slope(x: Any, /, *, xp: Any, bits: int) -> Any:
    """ndtr(x) + x exp(-x^2 / 2) / sqrt(2 pi) with the exponential as a common factor."""
    sign, a = _sign(x, xp), _clamped(x, _HALF_GAUSS_END[bits], xp)[1]
    return xp.where(x < 0, 0.0, 1.0) - sign * (bell(a) * (_mills(a, bits) - a * _BY_ROOT_TWO_PI))


@primitive(
    ndtr,
    means=lambda x, *, xp: x * ndtr(x) + half_gauss(x) / _ROOT_TWO_PI,
    phase="specialise",
    latex=r"{0}\,\Phi\!\left({0}\right)+\frac{{1}}{{\sqrt{{2\pi}}}}e^{{-\left({0}\right)^2/2}}",
    decays=True,
)
def normal_ramp(x: Any, /, *, xp: Any, bits: int) -> Any:
    """The ramp max(x, 0), convolved with the standard normal law: the integral of ndtr."""
    m, a = _clamped(x, _HALF_GAUSS_END[bits], xp)
    return xp.where(m, 0.0, x) + bell(a) * (_BY_ROOT_TWO_PI - a * _mills(a, bits))


def _sign(x: Any, xp: Any) -> Any:
    return xp.where(x < 0, -1.0, 1.0)


def _mills(a: Any, bits: int) -> Any:
    """ndtr(-a) exp(a^2 / 2) for a >= 0."""
    return horner(table.MILLS_NUM[bits], a) / horner(table.MILLS_DEN[bits], a)


@primitive(
    lambda x: -_TWO_BY_ROOT_PI * gauss(x),
    means=lambda x, *, xp: 1 - erf(x),
    phase="stabilise",
    latex=r"\operatorname{{erfc}}\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def erfc(x: Any, /, *, xp: Any, bits: int) -> Any:
    """Complementary error function 1 - erf(x)."""
    m, a = _clamped(x, _GAUSS_END[bits], xp)
    tail = narrow_bell(a) * _mapped(a, a, table.ERFCX[bits], *_ERFCX_MAP[bits])
    return xp.where(m, 2.0 - tail, tail)


@primitive(
    lambda x: _TWO_BY_ROOT_PI * gauss(x),
    latex=r"\operatorname{{erf}}\!\left({0}\right)",
    bounded=True,
)
def erf(x: Any, /, *, xp: Any, bits: int) -> Any:
    """Error function: an odd polynomial, beyond it 1 - exp(polynomial)."""
    m, a = _clamped(x, _ERF_END[bits], xp)
    near = a + a * horner(table.ERF_SMALL[bits], a * a)
    y = xp.where(a < _ERF_SPLIT[bits], near, 1.0 - xp.exp(horner(table.LOG_ERFC[bits], a)))
    return xp.where(m, -y, y)


u = wild("u")
x = wild("x", unscaled=True)
EQUATIONS = (
    equal(1 + erf(u), erfc(-u)),
    equal(ndtr(u) - 1 / 2, erf(u / math.sqrt(2)) / 2),
    equal(erfc(x / math.sqrt(2)), 2 * ndtr(-x)),
    equal(xp.exp(-x * x), gauss(x)),
    equal(xp.exp(-x * x / 2), half_gauss(x)),
    cheaper(u * (expit(u) + ndtr(u)), u * expit(u) + u * ndtr(u)),
)
