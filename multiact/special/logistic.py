"""The logistic family: sigmoid, softplus and what their derivatives are made of.

Most share one mask `x < 0` and `z = exp(-|x|)`, so a program that needs several of
them computes one exponential, and nothing overflows.  What is multiplied by its own
argument does without the mask: `exp` of that argument, held where it can neither overflow
nor, at minus infinity, be other than 0.
"""

from __future__ import annotations

import math
from typing import Any

from multiact.calculus.matching import wild
from multiact.calculus.rewriting import equal, named
from multiact.calculus.tracing import call
from multiact.special._polynomial import ByBits, horner
from multiact.special._primitive import clamp, decay, primitive, xp
from multiact.special.hyperbolic import log_cosh, sech2

_ZERO = -760.0  #: here exp is 0 in every format
_FULL = ByBits({32: 89.0, 64: 710.0})  #: here exp is infinite, and not far below


@primitive(
    lambda x: expit_slope(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: 1 / (1 + xp.exp(-x)),
    latex=r"\sigma\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def expit(x: Any, /, *, xp: Any) -> Any:
    """Logistic sigmoid 1 / (1 + exp(-x))."""
    m, z = decay(x, xp)
    return xp.where(m, z, 1.0) / (1.0 + z)


@primitive(
    lambda x: -expit_slope(x) * _tanh_half(x),
    means=lambda x, *, xp: expit(x) * expit(-x),
    phase="stabilise",
    latex=r"\sigma'\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def expit_slope(x: Any, /, *, xp: Any) -> Any:
    """Derivative of the logistic sigmoid, z / (1 + z)**2: no difference of near equals."""
    _, z = decay(x, xp)
    return z / ((1.0 + z) * (1.0 + z))


@primitive(
    lambda x: _times_expit_slope(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: x * expit(x),
    phase="specialise",
    latex=r"{0}\,\sigma\!\left({0}\right)",
    decays=True,
)
def times_expit(x: Any, /, *, xp: Any, bits: int) -> Any:
    """x expit(x) as x / (1 + exp(-x)), 0 at minus infinity."""
    c = xp.where(x < -_FULL[bits], -_FULL[bits], x)
    return c / (1.0 + xp.exp(-c))


@primitive(
    lambda x: expit_slope(x) * (2 - x * _tanh_half(x)),
    means=lambda x, *, xp: expit(x) + x * expit_slope(x),
    phase="specialise",
    latex=r"\sigma\!\left({0}\right)\left(1+{0}\,\sigma\!\left(-{0}\right)\right)",
    decays=True,
    bounded=True,
)
def _times_expit_slope(x: Any, /, *, xp: Any) -> Any:
    """expit(x) (1 + x expit(-x)) as one quotient, which is 1 from 44 on."""
    c = clamp(x, _ZERO, 44.0, xp)
    n = xp.exp(c)
    m = 1.0 + n
    return n * (m + c) / (m * m)


@primitive(
    lambda x, s: _times_expit_slope(s * x),
    lambda x, s: _guarded_mul(x * x, expit_slope(s * x)),
    means=lambda x, s, *, xp: x * expit(s * x),
    phase="specialise",
    latex=r"{0}\,\sigma\!\left({1}\,{0}\right)",
    decays=True,
)
def times_scaled_expit(x: Any, s: Any, /, *, xp: Any) -> Any:
    """x expit(s x) as x / (1 + exp(-s x)), 0 where the exponential is infinite."""
    e = xp.exp(-(s * x))
    return xp.where(e == math.inf, 0.0, x) / (1.0 + e)


def _guarded_mul(growing: Any, decaying: Any) -> Any:
    return call("guarded_mul", growing, decaying)


@primitive(
    lambda x: 2 * expit_slope(x),
    means=lambda x, *, xp: xp.tanh(x / 2),
    phase=None,
    latex=r"\tanh\tfrac{{{0}}}{{2}}",
    bounded=True,
)
def _tanh_half(x: Any, /, *, xp: Any) -> Any:
    """tanh(x / 2) from the exponential that the sigmoid has computed already."""
    a = -xp.abs(x)
    q = -xp.expm1(a) / (1.0 + xp.exp(a))
    return xp.where(x < 0, -q, q)


@primitive(
    lambda x: expit(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: xp.log(1 + xp.exp(x)),
    latex=r"\operatorname{{softplus}}\!\left({0}\right)",
    decays=True,
    pieces=lambda x, *, xp: xp.maximum(x, 0.0) + softplus(-xp.abs(x)),
)
def softplus(x: Any, /, *, xp: Any) -> Any:
    """log(1 + exp(x)), right in both tails."""
    m, z = decay(x, xp)
    return xp.where(m, 0.0, x) + xp.log1p(z)


@primitive(
    lambda x, s: expit(s * x),
    lambda x, s: -_entropy(s * x) / s / s,
    means=lambda x, s, *, xp: softplus(s * x) / s,
    phase=None,
    latex=r"\frac{{1}}{{{1}}}\operatorname{{softplus}}\!\left({1}\,{0}\right)",
    decays=True,
)
def scaled_softplus(x: Any, s: Any, /, *, xp: Any) -> Any:
    """softplus(s x) / s, whose derivative by s would be a difference of near equals."""
    return softplus(s * x) / s


@primitive(
    lambda x: -x * expit_slope(x),
    means=lambda x, *, xp: softplus(x) - x * expit(x),
    phase="stabilise",
    latex=r"\operatorname{{softplus}}\!\left({0}\right)-{0}\,\sigma\!\left({0}\right)",
    decays=True,
    bounded=True,
)
def _entropy(x: Any, /, *, xp: Any) -> Any:
    """softplus(x) - x expit(x), the entropy of a coin with odds exp(x), as a sum of positives."""
    z = xp.exp(-xp.abs(x))
    a = xp.where(z == 0, 0.0, xp.abs(x))  # inf * 0 at the infinities
    return xp.log1p(z) + a * (z / (1.0 + z))


@primitive(
    lambda x, c: -c * exp_over_one_plus(x, c) * over_one_plus_exp(x, c),
    lambda x, c: -exp_over_one_plus(x, c) * over_one_plus_exp(x, c),
    means=lambda x, c, *, xp: 1 / (1 + c * xp.exp(x)),
    phase=None,
    latex=r"\frac{{1}}{{1+{1}\,e^{{{0}}}}}",
    decays=True,
    bounded=True,
)
def over_one_plus_exp(x: Any, c: Any, /, *, xp: Any) -> Any:
    """1 / (1 + c exp(x)); with `exp_over_one_plus`, all their slopes are products of the two."""
    m, z = decay(x, xp)
    return xp.where(m, 1.0, z) / (xp.where(m, 1.0, z) + c * xp.where(m, z, 1.0))


@primitive(
    lambda x, c: exp_over_one_plus(x, c) * over_one_plus_exp(x, c),
    lambda x, c: -exp_over_one_plus(x, c) * exp_over_one_plus(x, c),
    means=lambda x, c, *, xp: xp.exp(x) / (1 + c * xp.exp(x)),
    phase=None,
    latex=r"\frac{{e^{{{0}}}}}{{1+{1}\,e^{{{0}}}}}",
    decays=True,
    bounded=True,
)
def exp_over_one_plus(x: Any, c: Any, /, *, xp: Any) -> Any:
    """exp(x) / (1 + c exp(x))."""
    m, z = decay(x, xp)
    return xp.where(m, z, 1.0) / (xp.where(m, 1.0, z) + c * xp.where(m, z, 1.0))


@primitive(
    lambda x, c: -(1 + c) * exp_over_one_plus(x, c) * over_one_plus_exp(x, c),
    lambda x, c: -exp_over_one_plus(x, c) * _odds_gap(x, c),
    means=lambda x, c, *, xp: over_one_plus_exp(x, c) - exp_over_one_plus(x, c),
    phase=None,
    latex=r"\frac{{1-e^{{{0}}}}}{{1+{1}\,e^{{{0}}}}}",
    bounded=True,
)
def _odds_gap(x: Any, c: Any, /, *, xp: Any) -> Any:
    """(1 - exp(x)) / (1 + c exp(x)), which is 0 at 0."""
    m, z = decay(x, xp)
    gap = xp.expm1(-xp.abs(x)) / (xp.where(m, 1.0, z) + c * xp.where(m, z, 1.0))
    return xp.where(m, -gap, gap)


@primitive(
    expit,
    means=lambda x, *, xp: softplus(x) - xp.log(2),
    phase=None,
    latex=r"\log\tfrac{{1+e^{{{0}}}}}{{2}}",
)
def _shifted_softplus(x: Any, /, *, xp: Any) -> Any:
    """log((1 + exp(x)) / 2), which is 0 at 0."""
    m = x < 0
    return xp.where(m, 0.0, x) + xp.log1p(0.5 * xp.expm1(-xp.abs(x)))


@primitive(
    lambda x, c: c * exp_over_one_plus(x, c),
    exp_over_one_plus,
    means=lambda x, c, *, xp: xp.log(1 + c * xp.exp(x)),
    phase=None,
    latex=r"\log\!\left(1+{1}\,e^{{{0}}}\right)",
    decays=True,
)
def _log_one_plus_exp(x: Any, c: Any, /, *, xp: Any) -> Any:
    """log(1 + c exp(x)) for c > -1, right in both tails."""
    m, z = decay(x, xp)
    w = c * xp.where(m, z, 1.0)  # over exp(-x), where x >= 0
    near = m | (w < z)
    return xp.where(near, xp.log1p(xp.where(m, w, w / z)), xp.where(m, 0.0, x) + xp.log(c + z))


@primitive(
    lambda x, d: over_one_plus_exp(-x, d),
    lambda x, d: exp_over_one_plus(-x, d),
    means=lambda x, d, *, xp: xp.log(d + xp.exp(x)),
    phase=None,
    latex=r"\log\!\left({1}+e^{{{0}}}\right)",
)
def _log_plus_exp(x: Any, d: Any, /, *, xp: Any) -> Any:
    """log(d + exp(x)) for d >= 0."""
    m, z = decay(x, xp)
    less_one = xp.where(z < 0.5, (d - 1.0) + z, d + xp.expm1(-xp.abs(x)))
    near = xp.abs(less_one) < 0.5
    by_one = xp.log1p(xp.where(m, xp.where(near, less_one, 0.0), d * z))
    return xp.where(m, xp.where(near, by_one, xp.log(d + z)), x + by_one)


@primitive(
    lambda x, _s: sech2(x),
    lambda _x, _s: 1.0,
    means=lambda x, s, *, xp: s + xp.tanh(x),
    phase=None,
    latex=r"{1}+\tanh\!\left({0}\right)",
)
def _shifted_tanh(x: Any, s: Any, /, *, xp: Any) -> Any:
    """s + tanh(x), without cancellation where s is near 1 or -1, and in x where s is near 0."""
    far = xp.where(s < 0, (s + 1.0) - 2.0 * expit(-2.0 * x), (s - 1.0) + 2.0 * expit(2.0 * x))
    return xp.where(xp.abs(s) < 0.5, s + xp.tanh(x), far)


@primitive(
    lambda x, y: expit(x - y),
    lambda x, y: expit(y - x),
    means=lambda x, y, *, xp: xp.log(xp.exp(x) + xp.exp(y)),
    phase=None,
    latex=r"\log\!\left(e^{{{0}}}+e^{{{1}}}\right)",
)
def _logaddexp(x: Any, y: Any, /, *, xp: Any) -> Any:
    """log(exp(x) + exp(y)), the larger one and the logarithm of a number between 1 and 2."""
    rest = xp.log1p(xp.exp(-xp.abs(x - y)))
    return xp.where(x == y, x + math.log(2), xp.where(x < y, y, x) + rest)


@primitive(
    exp_over_one_plus,
    lambda x, s: _entropy_over(x, s),  # noqa: PLW0108  defined below
    means=lambda x, s, *, xp: xp.log(1 + s * xp.exp(x)) / s,
    phase=None,
    latex=r"\frac{{\log\!\left(1+{1}\,e^{{{0}}}\right)}}{{{1}}}",
    decays=True,
)
def _log_one_plus_exp_over(x: Any, s: Any, /, *, xp: Any) -> Any:
    """log(1 + s exp(x)) / s, whose derivative by s would be a difference of near equals."""
    return _log_one_plus_exp(x, s) / s


@primitive(
    lambda x, s: -exp_over_one_plus(x, s) * exp_over_one_plus(x, s),
    lambda x, s: -(exp_over_one_plus(x, s) ** 2 + 2 * _entropy_over(x, s)) / s,
    means=lambda x, s, *, xp: (s * exp_over_one_plus(x, s) - xp.log(1 + s * xp.exp(x))) / s**2,
    phase=None,
    latex=(
        r"\frac1{{{1}^2}}\left(\frac{{{1}\,e^{{{0}}}}}{{1+{1}\,e^{{{0}}}}}"
        r"-\log\!\left(1+{1}\,e^{{{0}}}\right)\right)"
    ),
    decays=True,
)
def _entropy_over(x: Any, s: Any, /, *, xp: Any) -> Any:
    """The slope of `_log_one_plus_exp_over` by s: where s exp(x) is small, a series."""
    m, z = decay(x, xp)
    t = xp.where(m, s * z, 1.0)
    near = m & (xp.abs(t) < 0.3)
    small = xp.where(near, t, 0.0)
    series = z * z * horner(_LOG_SLOPE, small)
    far = (s * exp_over_one_plus(x, s) - _log_one_plus_exp(x, s)) / (s * s)
    return xp.where(near, series, far)


#: (t / (1 + t) - log(1 + t)) / t^2 in t
_LOG_SLOPE = tuple((-1.0) ** (j + 1) * (j + 1) / (j + 2) for j in range(32))


@primitive(
    lambda x, _s: expit_slope(x),
    lambda _x, _s: -1.0,
    means=lambda x, s, *, xp: expit(x) - s,
    phase=None,
    latex=r"\sigma\!\left({0}\right)-{1}",
    bounded=True,
)
def _expit_minus(x: Any, s: Any, /, *, xp: Any) -> Any:
    """expit(x) - s, without cancellation where s is near 1/2 or 1."""
    middle = (0.5 - s) + 0.5 * xp.tanh(0.5 * x)
    return xp.where(s < 0.25, expit(x) - s, xp.where(s > 0.75, (1.0 - s) - expit(-x), middle))


u, v, w = wild("u"), wild("v"), wild("w", "any", -30.0, 0.6)
d, f = wild("d", "any", -3.0, 3.0), wild("f", "varies", 0.1, 10.0)
c, t = wild("c", "any", 0.1, 10.0), wild("t", "parameter", 0.1, 10.0)
a, b = wild("a", "fixed", 0.1, 10.0), wild("b", "fixed", 0.1, 10.0)
p = wild("p", "fixed", 0.1, 3.0)
EQUATIONS = (
    named((1 - xp.exp(-u)) / (1 + xp.exp(-u)), xp.tanh(u / 2)),
    named((xp.exp(u) - 1) / (1 + xp.exp(u)), xp.tanh(u / 2)),
    named(xp.exp(u) * (xp.exp(u) + 2) / (xp.exp(u) * (xp.exp(u) + 2) + 2), xp.tanh(softplus(u))),
    named(xp.log((1 + xp.exp(u)) * expit(v)), softplus(u) - softplus(-v)),
    named(xp.log(1 + xp.pow(p, u)), softplus(u * xp.log(p))),
    named(1 / (1 + xp.exp(u) * xp.exp(u)), expit(-2 * u)),
    named(xp.exp(-u) * expit(u), expit(-u)),
    named(xp.exp(-u) * xp.exp(-u) * expit(2 * u), expit(-2 * u)),
    equal(expit(u) - 1 / 2, xp.tanh(u / 2) / 2),
    equal(expit(u) - t, _expit_minus(u, t)),
    equal((u + a) * expit(v) - a / 2, u * expit(v) + a / 2 * xp.tanh(v / 2)),
    equal(xp.log(expit(u)), -softplus(-u)),
    equal(xp.pow(expit(u), p), xp.exp(-p * softplus(-u))),
    equal(1 - expit(u), expit(-u)),
    equal(u - times_expit(u), -times_expit(-u)),
    equal(u - times_scaled_expit(u, d), times_scaled_expit(u, -d)),
    equal(softplus(u) - xp.log(2), _shifted_softplus(u)),
    equal(log_cosh(u) + u, _shifted_softplus(2 * u)),
    equal(log_cosh(u) - u, _shifted_softplus(-2 * u)),
    equal(xp.log(p * (1 + xp.exp(u))), xp.log(p) + softplus(u)),
    equal(xp.pow(1 + xp.exp(u), p), xp.exp(p * softplus(u))),
    equal(xp.pow(1 + c * xp.exp(u), p), xp.exp(p * _log_one_plus_exp(u, c))),
    equal(xp.log(1 + c * xp.exp(u)), _log_one_plus_exp(u, c)),
    equal(_log_one_plus_exp(u, t) / t, _log_one_plus_exp_over(u, t)),
    equal(xp.log(p + xp.exp(u)), _log_plus_exp(u, p)),
    equal(xp.log(2 - xp.exp(w)), xp.log1p(-xp.expm1(w))),
    named(xp.log(xp.exp(u) + xp.exp(v)), _logaddexp(u, v)),
    equal(softplus(t * u) / t, scaled_softplus(u, t)),
    equal(xp.exp(u) / (a + b * xp.exp(u)), exp_over_one_plus(u, b / a) / a),
    equal(1 / (1 + c * xp.exp(u)), over_one_plus_exp(u, c)),
    equal(1 / (a + b * xp.exp(u)), over_one_plus_exp(u, b / a) / a),
    equal(xp.exp(u) / (f + xp.exp(u)), 1 / (1 + f * xp.exp(-u))),
    equal(xp.exp(u) * over_one_plus_exp(u, c), exp_over_one_plus(u, c)),
    equal(over_one_plus_exp(u, c) - exp_over_one_plus(u, c), _odds_gap(u, c)),
    equal(1 - over_one_plus_exp(u, c), c * exp_over_one_plus(u, c)),
    equal(1 - c * exp_over_one_plus(u, c), over_one_plus_exp(u, c)),
    equal(1 + xp.tanh(u), 2 * expit(2 * u)),
    equal(1 - xp.tanh(u), 2 * expit(-2 * u)),
    equal(t + xp.tanh(u), _shifted_tanh(u, t)),
)
