"""Polynomials, whole or in pieces."""

from typing import Any

from multiact.catalogue._references import NOEL
from multiact.declare.decorator import activation
from multiact.parameters import NonNegative, Positive, Real
from multiact.special import expit


@activation(name="NCU", reference=NOEL, limits=(None, None))
def ncu(x: Any, /, *, xp: Any) -> Any:
    """Non-monotonic cubic unit."""
    return x - x**3


@activation(name="SQU", reference=NOEL)
def squ(x: Any, /, *, xp: Any) -> Any:
    """Shifted quadratic unit."""
    return x * x + x


@activation(reference="Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092")
def triple(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """Scaled cube."""
    return a * x * x * x


@activation(
    name="SPOCU",
    reference="Kiseľák et al. 2021, “SPOCU”: scaled polynomial constant unit activation function, "
    "doi:10.1007/s00521-020-05182-1; corrected in doi:10.1007/s00521-020-05412-6",
    requires={
        "beta < 1": lambda beta: beta < 1,
        "c >= 1": lambda c: c is None or c >= 1,
    },
)
def spocu(
    x: Any,
    /,
    alpha: Positive = 3.0937,
    beta: Positive = 0.6653,
    gamma: Positive = 4.437,
    *,
    c: Positive | None = None,
    xp: Any,
) -> Any:
    """Scaled polynomial constant unit: constant, a polynomial, and from c, if given, constant."""
    step = x / gamma
    u = step + beta
    v = step + (beta - 1)
    y = xp.where(u < 0, 0.0, xp.where(u < 0.8, _generator(u), _around_one(v))) - _generator(beta)
    near = (u >= 0) & (step > -0.1) & (step < 0.1)  # where the difference would cancel
    y = xp.where(near, step * _slope(u, beta), y)
    if c is not None:
        y = xp.where(u >= c, _generator(c) - _generator(beta), y)
    return alpha * y


def _generator(u: Any) -> Any:
    return u**3 * (u**5 - 2 * u**4 + 2)


def _around_one(v: Any) -> Any:
    """The generator at 1 + v: near 1 its terms would cancel."""
    return 1 - v * v * (8 + v * (12 - v * v * (14 + v * (14 + v * (6 + v)))))


def _slope(u: Any, v: Any) -> Any:
    """The difference of the generator's values at u and v, divided by u - v."""
    seventh = sum(u**k * v ** (6 - k) for k in range(7))
    return (u + v) * (u**2 + v**2) * (u**4 + v**4) - 2 * seventh + 2 * (u**2 + u * v + v**2)


@activation(
    name="PUAF",
    reference="Hwang & Kim 2023, A Universal Activation Function for Deep Learning, Computers "
    "Materials & Continua 75; in Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092",
    kinks=lambda c, a: {-c: 0, c: a * c ** (a - 1)},
    limits=(0, None),
)
def puaf(x: Any, /, b: Positive = 5.0, c: Positive = 10.0, *, a: NonNegative = 1.0, xp: Any) -> Any:
    """Polynomial universal activation: a power of the input, gated smoothly between -c and c."""
    below, above = (c + x) ** b, (c - x) ** b
    inner = xp.where(x >= c, 1.0, below / (below + above))
    near = (x > -c / 4) & (x < c / 4)  # where the slopes by b and c would cancel
    t = xp.where(near, x / c, 0.0)
    inner = xp.where(near, expit(b * (xp.log1p(t) - xp.log1p(-t)), xp=xp), inner)
    return xp.where(x <= -c, 0.0, x**a * inner)
