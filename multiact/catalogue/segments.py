"""Segments of lines, parabolas and powers with learned slopes and thresholds."""

import math
from typing import Any

from multiact.catalogue._references import AQULU, DUAN, SURVEY
from multiact.catalogue.piecewise import smelu
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real
from multiact.special import expit

BAWA = (
    "Bawa & Kumar 2019, Linearized sigmoidal activation: A novel activation function with "
    "tractable non-linear characteristics to boost representation capability, "
    "doi:10.1016/j.eswa.2018.11.042"
)


@activation(
    name="SReLU",
    reference="Jin et al. 2015, Deep Learning with S-shaped Rectified Linear Activation Units, "
    "arXiv:1512.07030",
    requires={"tl < tr": lambda tl, tr: tl < tr},
    kinks=lambda tr, tl, ar, al: {tr: ar, tl: al},
)
def srelu(
    x: Any,
    /,
    tr: Learnable[Real] = 1.0,
    tl: Learnable[Real] = -1.0,
    ar: Learnable[Real] = 0.1,
    al: Learnable[Real] = 0.1,
    *,
    xp: Any,
) -> Any:
    """S-shaped ReLU: the identity between two thresholds, lines of other slopes outside."""
    above = xp.where(x >= tr, tr + ar * (x - tr), x)
    return xp.where(x <= tl, tl + al * (x - tl), above)


@activation(
    name="NActivation",
    reference="Prach & Lampert 2023, 1-Lipschitz Neural Networks are more expressive with "
    "N-Activations, arXiv:2311.06103",
    kinks=lambda a, b: {a: -1, b: -1},
)
def n_activation(x: Any, /, a: Learnable[Real] = -0.5, b: Learnable[Real] = 0.5, *, xp: Any) -> Any:
    """Three lines in the shape of an N, with slopes 1, -1 and 1."""
    low, high = xp.minimum(a, b), xp.maximum(a, b)
    return xp.where(x < low, x - 2 * low, xp.where(x > high, x - 2 * high, -x))


@activation(name="ALiSA", reference=BAWA, kinks=lambda ar, al: {0: al, 1: ar})
def alisa(x: Any, /, ar: Learnable[Real] = 1.0, al: Learnable[Real] = 0.1, *, xp: Any) -> Any:
    """The identity between 0 and 1, lines of learned slopes outside."""
    above = xp.where(x >= 1, ar * x - ar + 1, x)
    return xp.where(x <= 0, al * x, above)


@activation(name="LiSA", reference=BAWA, kinks=lambda ar, al: {0: al, 1: ar})
def lisa(x: Any, /, ar: Real = 1.0, al: Real = 0.1, *, xp: Any) -> Any:
    """The identity between 0 and 1, lines of other slopes outside."""
    return alisa(x, ar, al, xp=xp)


@activation(
    name="AQuLU",
    reference=f"{AQULU}; {SURVEY}",
    kinks=lambda a, b: {-b / a: -b, (1 - b) / a: 1},
    limits=(0, None),
)
def aqulu(x: Any, /, a: Learnable[Positive] = 0.2, b: Learnable[Real] = 0.1, *, xp: Any) -> Any:
    """0, then a parabola, then the identity."""
    above = xp.where(x >= (1 - b) / a, x, a * x * x + b * x)
    return xp.where(x < -b / a, 0.0, above)


@activation(name="PFPLUS", reference=f"{DUAN}; {SURVEY}", limits=(lambda a, b: -a / b, None))
def pfplus(x: Any, /, a: Learnable[Real] = 1.0, b: Learnable[Positive] = 0.1, *, xp: Any) -> Any:
    """A line above zero, a hyperbola below."""
    return xp.where(x < 0, a * x / (1 - b * x), a * x)


@activation(
    name="PVLU",
    reference="Gupta & Ahuja 2021, Parametric Variational Linear Units (PVLUs) in Deep "
    "Convolutional Networks, arXiv:2110.12246",
    kinks=lambda a, b: {0: a * b},
    limits=(None, math.inf),
)
def pvlu(x: Any, /, a: Learnable[Real] = 0.1, b: Learnable[Real] = 1.0, *, xp: Any) -> Any:
    """ReLU plus a learned sine wave."""
    return xp.maximum(x, 0) + a * xp.sin(b * x)


def _repsu_corner(a: float, b: float, c: float, d: float, e: float) -> dict[float, float]:
    power = math.copysign(abs(b - c) ** d / e, b - c)
    slope = 1 / (1 + math.exp(-power))
    return {b: a * slope + (1 - a) * (2 - slope)}


@activation(
    name="RePSU",
    reference="Atto et al. 2021, Parametric Rectified Power Sigmoid Units: Learning Nonlinear "
    f"Neural Transfer Analytical Forms, arXiv:2101.09948; {SURVEY}",
    kinks=_repsu_corner,
)
def repsu(
    x: Any,
    /,
    a: Learnable[Real] = 0.8,
    b: Learnable[Real] = 0.0,
    c: Learnable[Real] = 0.0,
    d: Learnable[Positive] = 1.0,
    e: Learnable[Positive] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Mixture of a line gated by a sigmoid of a power, and of its mirror image; 0 below b."""
    u = x - c
    # 1 where the other branch holds: libraries take a slow way to powers of 0
    below = -xp.pow(xp.where(u < 0, -u, 1.0), d)
    above = xp.pow(xp.where(u < 0, 1.0, u), d)
    gate = expit(xp.where(u < 0, below, above) / e, xp=xp)
    shrunk = (x - b) * gate
    mixed = a * shrunk + (1 - a) * (2 * x - shrunk)
    # the slope by a is 2 (shrunk - x): on the right, both tend to x
    right = x + (1 - 2 * a) * (x * (1 - gate) + b * gate)
    return xp.where(x < b, 0.0, xp.where(u < 0, mixed, right))


@activation(
    name="PolyReLU",
    reference="Zhuo et al. 2024, Polynomial Composition Activations: Unleashing the Dynamics of "
    "Large Language Models, arXiv:2411.03884",
    kinks=lambda: {0: 0},
)
def poly_relu(
    x: Any,
    /,
    a0: Learnable[Real] = 0.0,
    a1: Learnable[Real] = 1 / 3,
    a2: Learnable[Real] = 1 / 3,
    a3: Learnable[Real] = 1 / 3,
    *,
    xp: Any,
) -> Any:
    """Cubic polynomial of ReLU, with learned coefficients."""
    y = relu(x, xp=xp)
    return a0 + y * (a1 + y * (a2 + y * a3))


@activation(
    name="SparsePlus",
    reference="Blondel et al. 2019, Learning with Fenchel-Young Losses, arXiv:1901.02324; "
    "jax.nn.sparse_plus",
    limits=(0, None),
)
def sparse_plus(x: Any, /, *, xp: Any) -> Any:
    """ReLU with a parabola from -1 to 1 instead of the corner."""
    return smelu(x, 1.0, xp=xp)
