"""The hyperbolic tangent of softplus, and its product with x, which is Mish."""

from __future__ import annotations

from typing import Any

from multiact.special._primitive import clamp, primitive
from multiact.special.hyperbolic import sech
from multiact.special.logistic import expit, softplus

_ZERO = -760.0  #: here exp is 0 in every format


@primitive(
    lambda x: sech_softplus(x) * sech_softplus(x) * expit(x),
    means=lambda x, *, xp: xp.tanh(softplus(x)),
    phase="specialise",
    latex=r"\tanh\!\left(\operatorname{{softplus}}\!\left({0}\right)\right)",
    decays=True,
    bounded=True,
)
def tanh_softplus(x: Any, /, *, xp: Any) -> Any:
    """tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2), one exponential."""
    m, z = x < 0, xp.exp(-xp.abs(x))
    n = xp.where(m, z * (z + 2.0), 1.0 + 2.0 * z)
    return n / (n + xp.where(m, 2.0, 2.0 * z * z))


@primitive(
    lambda x: -tanh_softplus(x) * sech_softplus(x) * expit(x),
    means=lambda x, *, xp: sech(softplus(x)),
    phase="specialise",
    latex=r"\operatorname{{sech}}\!\left(\operatorname{{softplus}}\!\left({0}\right)\right)",
    decays=True,
    bounded=True,
)
def sech_softplus(x: Any, /, *, xp: Any) -> Any:
    """1 / cosh(softplus(x)), whose square is 1 - tanh(softplus(x))**2 without the cancellation."""
    m, z = x < 0, xp.exp(-xp.abs(x))
    top = xp.where(m, 1.0 + z, z * (1.0 + z))
    return 2.0 * top / (xp.where(m, z * (z + 2.0), 1.0 + 2.0 * z) + xp.where(m, 2.0, 2.0 * z * z))


@primitive(
    lambda x: _times_tanh_softplus_slope(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: x * tanh_softplus(x),
    phase="specialise",
    latex=r"{0}\tanh\!\left(\operatorname{{softplus}}\!\left({0}\right)\right)",
    decays=True,
)
def times_tanh_softplus(x: Any, /, *, xp: Any) -> Any:
    """x tanh(softplus(x)) as x w / (w + 2) with w = e^x (e^x + 2), 0 at minus infinity."""
    n = xp.exp(clamp(x, _ZERO, 21.0, xp))
    w = n * (n + 2.0)
    return xp.where(x < _ZERO, _ZERO, x) * (w / (w + 2.0))


@primitive(
    lambda x: _times_tanh_softplus_bend(x),  # noqa: PLW0108  defined below
    means=lambda x, *, xp: tanh_softplus(x) + x * sech_softplus(x) * sech_softplus(x) * expit(x),
    phase="specialise",
    latex=r"\frac{{d}}{{d{0}}}{0}\tanh\!\left(\operatorname{{softplus}}\!\left({0}\right)\right)",
    decays=True,
    bounded=True,
)
def _times_tanh_softplus_slope(x: Any, /, *, xp: Any) -> Any:
    """(w (w + 2) + 4 x e^x (e^x + 1)) / (w + 2)^2, which is 1 from 21 on."""
    c = clamp(x, _ZERO, 21.0, xp)
    n = xp.exp(c)
    w = n * (n + 2.0)
    v = w + 2.0
    return (w * v + 4.0 * c * (n * (n + 1.0))) / (v * v)


def _times_tanh_softplus_bend(x: Any) -> Any:
    s, e = sech_softplus(x), expit(x)
    return s * s * e * (2 + x * (expit(-x) - 2 * e * tanh_softplus(x)))
