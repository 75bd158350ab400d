"""The logistic family: sigmoid, softplus and what their derivatives are made of.

All share one mask `x < 0` and `z = exp(-|x|)`, so a program that needs several of
them computes one exponential, and nothing overflows.
"""

from __future__ import annotations

from typing import Any

from multiact.special._primitive import primitive


def _decay(x: Any, xp: Any) -> tuple[Any, Any]:
    return x < 0, xp.exp(-xp.abs(x))


@primitive(lambda x: expit_slope(x), latex=r"\sigma\!\left({0}\right)", vanishes=True, bounded=True)  # noqa: PLW0108  defined below
def expit(x: Any, /, *, xp: Any) -> Any:
    """Logistic sigmoid 1 / (1 + exp(-x))."""
    m, z = _decay(x, xp)
    return xp.where(m, z, 1.0) / (1.0 + z)


@primitive(
    lambda x: -expit_slope(x) * _tanh_half(x),
    latex=r"\sigma'\!\left({0}\right)",
    vanishes=True,
    bounded=True,
)
def expit_slope(x: Any, /, *, xp: Any) -> Any:
    """Derivative of the logistic sigmoid, z / (1 + z)**2: no difference of near equals."""
    _, z = _decay(x, xp)
    return z / ((1.0 + z) * (1.0 + z))


@primitive(lambda x: 2 * expit_slope(x), latex=r"\tanh\tfrac{{{0}}}{{2}}", bounded=True)
def _tanh_half(x: Any, /, *, xp: Any) -> Any:
    """tanh(x / 2) from the exponential that the sigmoid has computed already."""
    a = -xp.abs(x)
    q = -xp.expm1(a) / (1.0 + xp.exp(a))
    return xp.where(x < 0, -q, q)


@primitive(lambda x: expit(x), latex=r"\operatorname{{softplus}}\!\left({0}\right)", vanishes=True)  # noqa: PLW0108  defined below
def softplus(x: Any, /, *, xp: Any) -> Any:
    """log(1 + exp(x)), right in both tails."""
    m, z = _decay(x, xp)
    return xp.where(m, 0.0, x) + xp.log1p(z)


@primitive(
    lambda x, s: expit(s * x),
    lambda x, s: -_entropy(s * x) / s / s,
    latex=r"\frac{{1}}{{{1}}}\operatorname{{softplus}}\!\left({1}\,{0}\right)",
    vanishes=True,
)
def scaled_softplus(x: Any, s: Any, /, *, xp: Any) -> Any:
    """softplus(s x) / s, whose derivative by s would be a difference of near equals."""
    return softplus(s * x) / s


@primitive(
    lambda x: -x * expit_slope(x),
    latex=r"\operatorname{{softplus}}\!\left({0}\right)-{0}\,\sigma\!\left({0}\right)",
    vanishes=True,
    bounded=True,
)
def _entropy(x: Any, /, *, xp: Any) -> Any:
    """softplus(x) - x expit(x), the entropy of a coin with odds exp(x), as a sum of positives."""
    z = xp.exp(-xp.abs(x))
    a = xp.where(z == 0, 0.0, xp.abs(x))  # inf * 0 at the infinities
    return xp.log1p(z) + a * (z / (1.0 + z))


@primitive(
    lambda x: sech_softplus(x) * sech_softplus(x) * expit(x),
    latex=r"\tanh\!\left(\operatorname{{softplus}}\!\left({0}\right)\right)",
    vanishes=True,
    bounded=True,
)
def tanh_softplus(x: Any, /, *, xp: Any) -> Any:
    """tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2), one exponential."""
    m, z = _decay(x, xp)
    n = xp.where(m, z * (z + 2.0), 1.0 + 2.0 * z)
    return n / (n + xp.where(m, 2.0, 2.0 * z * z))


@primitive(
    lambda x: -tanh_softplus(x) * sech_softplus(x) * expit(x),
    latex=r"\operatorname{{sech}}\!\left(\operatorname{{softplus}}\!\left({0}\right)\right)",
    vanishes=True,
    bounded=True,
)
def sech_softplus(x: Any, /, *, xp: Any) -> Any:
    """1 / cosh(softplus(x)), whose square is 1 - tanh(softplus(x))**2 without the cancellation."""
    m, z = _decay(x, xp)
    top = xp.where(m, 1.0 + z, z * (1.0 + z))
    return 2.0 * top / (xp.where(m, z * (z + 2.0), 1.0 + 2.0 * z) + xp.where(m, 2.0, 2.0 * z * z))
