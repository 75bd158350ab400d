"""Quotients that are smooth where their divisor is 0: sin(x) / x, (exp(x) - 1) / x and kin.

A parameter that is trained passes through 0, is rounded to 0, or starts there.  With these
`expm1(a x) / a` and `sin(a x)**2 / a` have values and slopes there like everywhere else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import cheaper, equal
from multiact.special._polynomial import ByBits, horner
from multiact.special._primitive import Special, primitive, xp
from multiact.special.circular import sinpi

_ORDERS = 4  #: derivatives that are functions of their own


@dataclass(frozen=True)
class _Quotient:
    """A function f = g(x) / x with g(0) = 0; its derivatives follow from x f = g.

    Attributes
    ----------
    name
        The function's.
    top
        The k-th derivative of g, from k, x and the array library.
    coefficient
        Of x^j in the series of f, from j.
    end
        Up to where derivatives are computed from the series.
    terms
        Of the series.
    """

    name: str
    top: Callable[[int, Any, Any], Any]
    coefficient: Callable[[int], float]
    end: float
    terms: ByBits[int]

    def family(self) -> tuple[Special, ...]:
        """The function and its derivatives."""
        made: list[Special] = []
        for k in range(_ORDERS, -1, -1):
            made.insert(0, self.derivative(k, *made[:1]))
        return tuple(made)

    def derivative(self, k: int, *following: Special) -> Special:
        """The k-th derivative, a primitive whose slope is the following one."""

        def body(x: Any, /, *, xp: Any, bits: int) -> Any:
            if k == 0:  # accurate but at 0 itself
                return xp.where(x == 0, 1.0, self.top(0, x, xp) / xp.where(x == 0, 1.0, x))
            near = xp.abs(x) < self.end
            y = self.series(k, xp.where(near, x, 0.0), bits)
            return xp.where(near, y, self.far(k, xp.where(near, self.end, x), xp))

        def means(x: Any, *, xp: Any) -> Any:
            at_zero = math.factorial(k) * self.coefficient(k)
            return xp.where(x == 0, at_zero, self.far(k, x, xp))

        body.__name__ = f"_{self.name}_{k}" if k else self.name
        order = f"^{{{{({k})}}}}" if k else ""
        latex = rf"\operatorname{{{{{self.name}}}}}{order}\!\left({{0}}\right)"
        return primitive(*following, means=means, phase=None, latex=latex)(body)

    def series(self, k: int, x: Any, bits: int) -> Any:
        """The k-th derivative near 0."""
        terms = range(k, self.terms[bits] + k)
        c = tuple(self.coefficient(j) * math.perm(j, k) for j in terms)
        if any(c[1::2]) and any(c[::2]):
            return horner(c, x)
        return x * horner(c[1::2], x * x) if any(c[1::2]) else horner(c[::2], x * x)

    def far(self, k: int, x: Any, xp: Any) -> Any:
        """The k-th derivative away from 0, by Leibniz' rule: x f_k + k f_(k-1) = g_k."""
        y = self.top(0, x, xp) / x
        for i in range(1, k + 1):
            y = (self.top(i, x, xp) - i * y) / x
        return y


def _sines(k: int, x: Any, xp: Any) -> Any:
    wave = xp.cos(x) if k % 2 else xp.sin(x)
    return -wave if k % 4 in (2, 3) else wave


def _exponentials(k: int, x: Any, xp: Any) -> Any:
    return xp.exp(x) if k else xp.expm1(x)


def _logarithms(k: int, x: Any, xp: Any) -> Any:
    return (-1.0) ** (k - 1) * math.factorial(k - 1) / (1.0 + x) ** k if k else xp.log1p(x)


_SINC = _Quotient(
    "sinc",
    _sines,
    lambda j: (1, 0, -1, 0)[j % 4] / math.factorial(j + 1),
    2.0,
    ByBits({32: 18, 64: 28}),
).family()
_EXPREL = _Quotient(
    "exprel", _exponentials, lambda j: 1 / math.factorial(j + 1), 2.0, ByBits({32: 17, 64: 28})
).family()
_LOGREL = _Quotient(
    "logrel", _logarithms, lambda j: (-1) ** j / (j + 1), 0.3, ByBits({32: 15, 64: 32})
).family()
sinc, exprel, logrel = _SINC[0], _EXPREL[0], _LOGREL[0]
sinc.__doc__ = "sin(x) / x, 1 at 0."
exprel.__doc__ = "(exp(x) - 1) / x, 1 at 0."
logrel.__doc__ = "log(1 + x) / x, 1 at 0."


@primitive(
    lambda x: math.pi * _SINC[1](math.pi * x),
    means=lambda x, *, xp: sinc(math.pi * x),
    phase=None,
    latex=r"\operatorname{{sinc}}\!\left(\pi\,{0}\right)",
    bounded=True,
)
def _sinc_pi(x: Any, /, *, xp: Any) -> Any:
    """sin(pi x) / (pi x), 0 at whole numbers."""
    return xp.where(x == 0, 1.0, sinpi(x) / (math.pi * xp.where(x == 0, 1.0, x)))


@primitive(
    lambda x, a: xp.cos(a * x),
    lambda x, a: x * (x * _SINC[1](a * x)),
    means=lambda x, a, *, xp: xp.sin(a * x) / a,
    phase=None,
    latex=r"\frac{{\sin\!\left({1}\,{0}\right)}}{{{1}}}",
)
def _sine_over(x: Any, a: Any, /, *, xp: Any) -> Any:
    """sin(a x) / a, x for a = 0."""
    return x * sinc(a * x)


@primitive(
    lambda x, a: 2 * xp.sin(a * x) * xp.cos(a * x),
    lambda x, a: (x * sinc(a * x)) * (x * (2 * xp.cos(a * x) - sinc(a * x))),
    means=lambda x, a, *, xp: xp.sin(a * x) ** 2 / a,
    phase=None,
    latex=r"\frac{{\sin^2\!\left({1}\,{0}\right)}}{{{1}}}",
)
def _sine_square_over(x: Any, a: Any, /, *, xp: Any) -> Any:
    """sin(a x)**2 / a, 0 for a = 0."""
    return x * xp.sin(a * x) * sinc(a * x)


@primitive(
    lambda x, a: xp.exp(a * x),
    lambda x, a: _expm1_over_by(x, a),  # noqa: PLW0108  defined below
    means=lambda x, a, *, xp: xp.expm1(a * x) / a,
    phase=None,
    latex=r"\frac{{e^{{{1}\,{0}}}-1}}{{{1}}}",
)
def _expm1_over(x: Any, a: Any, /, *, xp: Any) -> Any:
    """(exp(a x) - 1) / a, x for a = 0."""
    return x * exprel(a * x)


@primitive(
    lambda x, a: x * xp.exp(a * x),
    lambda x, a: x * (x * (x * _EXPREL[2](a * x))),
    means=lambda x, a, *, xp: (a * x * xp.exp(a * x) - xp.expm1(a * x)) / a**2,
    phase=None,
    latex=r"\frac{{1+\left({1}\,{0}-1\right)e^{{{1}\,{0}}}}}{{{1}^2}}",
)
def _expm1_over_by(x: Any, a: Any, /, *, xp: Any) -> Any:
    """The slope of `_expm1_over` by a: far out without the square of x, which may overflow."""
    u = a * x
    near = xp.abs(u) < 2.0
    rest, e = 1.0 / xp.where(near, 1.0, a), xp.exp(u)
    far = (xp.where(e == 0.0, 0.0, x - rest) * e + rest) * rest
    return xp.where(near, x * (x * _EXPREL[1](xp.where(near, u, 0.0))), far)


@primitive(
    lambda x, a: 1 / (1 + a * x),
    lambda x, a: _log1p_over_by(x, a),  # noqa: PLW0108  defined below
    means=lambda x, a, *, xp: xp.log1p(a * x) / a,
    phase=None,
    latex=r"\frac{{\log\!\left(1+{1}\,{0}\right)}}{{{1}}}",
)
def _log1p_over(x: Any, a: Any, /, *, xp: Any) -> Any:
    """log(1 + a x) / a, x for a = 0."""
    return x * logrel(a * x)


@primitive(
    lambda x, a: -x / (1 + a * x) ** 2,
    lambda x, a: x * (x * (x * _LOGREL[2](a * x))),
    means=lambda x, a, *, xp: (a * x / (1 + a * x) - xp.log1p(a * x)) / a**2,
    phase=None,
    latex=(
        r"\frac1{{{1}^2}}\left(\frac{{{1}\,{0}}}{{1+{1}\,{0}}}"
        r"-\log\!\left(1+{1}\,{0}\right)\right)"
    ),
)
def _log1p_over_by(x: Any, a: Any, /, *, xp: Any) -> Any:
    """The slope of `_log1p_over` by a: far out without the square of x, which may overflow."""
    u = a * x
    near = xp.abs(u) < 0.3
    rest, v = 1.0 / xp.where(near, 1.0, a), xp.where(near, 1.0, u)
    far = (v / (1.0 + v) - xp.log1p(v)) * rest * rest
    return xp.where(near, x * (x * _LOGREL[1](xp.where(near, u, 0.0))), far)


@primitive(
    lambda x: xp.expm1(x),  # noqa: PLW0108  as the others
    means=lambda x, *, xp: xp.expm1(x) - x,
    phase=None,
    latex=r"\left(e^{{{0}}}-1-{0}\right)",
)
def _expm1_rest(x: Any, /, *, xp: Any) -> Any:
    """exp(x) - 1 - x, near 0 by x^2 exp(x) times the slope of `exprel` at -x."""
    near = xp.abs(x) < 1
    z = xp.where(near, x, 0.0)
    return xp.where(near, z * (z * (xp.exp(z) * _EXPREL[1](-z))), xp.expm1(x) - x)


u, t = wild("u", "any", 0.1, 30.0), wild("t", "parameter", 0.1, 3.0)
w = wild("w", "any", 0.1, 9.0, unscaled=True)
EQUATIONS = (
    equal(xp.sin(u) / u, sinc(u)),
    equal(xp.sin(t * u) * xp.sin(t * u) / t, _sine_square_over(u, t)),
    equal(xp.sin(t * u) / t, _sine_over(u, t)),
    cheaper(sinc(math.pi * w), _sinc_pi(w)),
    equal(xp.expm1(u) / u, exprel(u)),
    equal(xp.expm1(u) - u, _expm1_rest(u)),
    equal(u / xp.expm1(u), 1 / exprel(u)),
    equal(t / xp.expm1(t * u), 1 / _expm1_over(u, t)),
    equal(xp.expm1(t * u) / t, _expm1_over(u, t)),
    equal(u * exprel(t * u), _expm1_over(u, t)),
    equal(xp.log1p(u) / u, logrel(u)),
    equal(xp.log1p(t * u) / t, _log1p_over(u, t)),
    equal(u * logrel(t * u), _log1p_over(u, t)),
)
