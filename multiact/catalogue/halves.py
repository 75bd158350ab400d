"""The identity above zero and another function below, or two functions side by side."""

from typing import Any

import numpy as np

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.derivatives import derivative
from multiact.parameters import Name, Positive, Real
from multiact.special import expit


@activation(
    name="REU",
    reference="Ying et al. 2019, Rectified Exponential Units for Convolutional Neural Networks, "
    f"IEEE Access 7; as Suish {SURVEY}, section 3.3.17",
    aliases=("Suish",),
    limits=(0, None),
)
def reu(x: Any, /, *, xp: Any) -> Any:
    """Rectified exponential unit: the identity above zero, times its exponential below."""
    return xp.where(x >= 0, x, x * xp.exp(x))


@activation(name="SigLU", reference=f"{SURVEY}; section 3.6.52", limits=(-1, None))
def sig_lu(x: Any, /, *, xp: Any) -> Any:
    """The identity above zero, tanh below."""
    return xp.where(x >= 0, x, xp.tanh(x))


@activation(
    name="SaRa",
    reference=f"{SURVEY}; section 3.6.53, after Qureshi & Sarosh Umar 2021, SaRa: A Novel "
    "Activation Function with Application to Melanoma Image Classification",
    kinks=lambda: {0: 1},
)
def sara(x: Any, /, a: Positive = 0.5, b: Real = 0.7, *, xp: Any) -> Any:
    """The identity above zero, a swish with a weight below."""
    return xp.where(x >= 0, x, x / (1 + a * xp.exp(-b * x)))


@activation(
    name="FlattedTSwish",
    reference="Chieng et al. 2018, Flatten-T Swish: a thresholded ReLU-Swish-like activation "
    "function for deep learning, arXiv:1812.06247",
    aliases=("FlattenTSwish", "FTSwish"),
    kinks=lambda: {0: 0.5},
)
def flatted_t_swish(x: Any, /, t: Real = -0.2, *, xp: Any) -> Any:
    """SiLU above zero, 0 below, and both raised by a threshold."""
    return xp.where(x >= 0, x / (1 + xp.exp(-x)) + t, t)


@activation(name="OAF", reference=f"{SURVEY}; section 3.6.47", kinks=lambda: {0: 1.5})
def oaf(x: Any, /, *, xp: Any) -> Any:
    """Optimal activation function: the sum of ReLU and SiLU."""
    s = x * expit(x, xp=xp)
    return xp.where(x >= 0, x + s, s)


@activation(
    name="Hexpo",
    reference="Kong & Takatsuka 2017, Hexpo: A vanishing-proof activation function, IJCNN",
    kinks=lambda a, b: {0: a / b},
    limits=(lambda c: -c, lambda a: a),
)
def hexpo(
    x: Any,
    /,
    a: Real = 1.0,
    b: Positive = 1.0,
    c: Real = 1.0,
    d: Positive = 1.0,
    *,
    xp: Any,
) -> Any:
    """Exponential approach to a bound on each side, with its own height and width."""
    return xp.where(x >= 0, -a * (xp.exp(-x / b) - 1), c * (xp.exp(x / d) - 1))


def _corners(positive: str, negative: str) -> dict[float, Any]:
    """The kinks of the two functions on their sides, and the slope at 0."""
    kinks: dict[float, Any] = {}
    for name, side in ((positive, 1), (negative, -1)):
        own = get(name)
        given = {p.name: p.default for p in own.parameters}
        points = own.kinks(**given) if own.kinks else {}
        kinks |= {k: v for k, v in points.items() if k * side > 0}
        if side > 0:
            kinks[0] = points.get(0, float(derivative(own)(np.asarray(0.0))))
    return kinks


@activation(
    name="SigmoidTanh",
    reference=f"{SURVEY}; section 3.2.26",
    kinks=_corners,
)
def sigmoid_tanh(
    x: Any,
    /,
    *,
    positive: Name = "bipolar_sigmoid",
    negative: Name = "tanh",
    xp: Any,
) -> Any:
    """One activation above zero, another below."""
    return xp.where(x >= 0, get(positive)(x, xp=xp), get(negative)(x, xp=xp))
