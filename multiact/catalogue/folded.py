"""Units that fold the negative side up, or that cut it or the large values off."""

from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Positive, Real

LI = (
    "Li et al. 2014, Bi-firing deep neural networks, International Journal of Machine Learning and "
    "Cybernetics, doi:10.1007/s13042-013-0198-9"
)
LIEW = (
    "Liew et al. 2016, Bounded activation functions for enhanced training stability of deep neural "
    "networks on visual pattern recognition problems, doi:10.1016/j.neucom.2016.08.037"
)


@activation(
    name="VReLU",
    reference="Hu 2018, VReLU Activation Functions for Artificial Neural Networks, ICNC-FSKD; "
    f"{SURVEY}, section V-shaped ReLU",
    kinks=lambda: {0: 1},
)
def vrelu(x: Any, /, *, xp: Any) -> Any:
    """V-shaped ReLU: the absolute value."""
    return xp.where(x >= 0, x, -x)


@activation(name="AbsLU", reference=f"{SURVEY}; section Absolute linear unit", kinks=lambda: {0: 1})
def abslu(x: Any, /, a: Real = 0.5, *, xp: Any) -> Any:
    """Absolute linear unit: the identity above zero, folded up with a smaller slope below."""
    return xp.where(x >= 0, x, -a * x)


@activation(
    reference=f"{SURVEY}; section Pan function",
    aliases=("PanFunction",),
    kinks=lambda a: {-a: -1, a: 1},
)
def pan(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Pan with a flat bottom: what the absolute value exceeds a threshold by."""
    return xp.where(x >= a, x - a, xp.where(x <= -a, -x - a, 0.0))


@activation(name="BiFiring", reference=LI, aliases=("bfire",))
def bi_firing(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Absolute value, rounded by a parabola and shifted down."""
    size = xp.where(x < 0, -x, x)
    return xp.where(size > a, size - a / 2, x * x / (2 * a))


@activation(
    name="BoundedBiFiring",
    reference=LIEW,
    aliases=("bbfire",),
    requires={"a <= 2 b": lambda a, b: a <= 2 * b},
    kinks=lambda a, b: {-b - a / 2: -1, b + a / 2: 1},
    limits=(lambda b: b, lambda b: b),
)
def bounded_bi_firing(x: Any, /, a: Positive = 1.0, b: Positive = 5.0, *, xp: Any) -> Any:
    """Bi-firing that stops at a height on both sides."""
    outside = (x > b + a / 2) | (x < -b - a / 2)
    return xp.where(outside, b, bi_firing(x, a, xp=xp))


@activation(
    name="BReLU",
    reference=LIEW,
    kinks=lambda a: {0: 0, a: 0},
)
def brelu(x: Any, /, a: Positive = 1.0, *, xp: Any) -> Any:
    """Bounded ReLU: stops at a given height."""
    return xp.clip(x, 0, a)


@activation(
    name="BLReLU",
    reference=LIEW,
    kinks=lambda a, b: {0: a, b: a},
)
def blrelu(x: Any, /, a: Real = 0.1, b: Positive = 1.0, *, xp: Any) -> Any:
    """Bounded leaky ReLU: the identity between 0 and b, a smaller slope on both sides."""
    return xp.where(x <= 0, a * x, xp.where(x >= b, a * x + (1 - a) * b, x))


@activation(
    name="ShiftedReLU",
    reference="Clevert et al. 2015, Fast and Accurate Deep Network Learning by Exponential Linear "
    "Units (ELUs), arXiv:1511.07289",
    kinks=lambda: {-1: 0},
)
def shifted_relu(x: Any, /, *, xp: Any) -> Any:
    """ReLU with its corner moved to -1 along the identity."""
    return xp.maximum(x, -1)


@activation(
    name="TRec",
    reference="Konda et al. 2014, Zero-bias autoencoders and the benefits of co-adapting features, "
    "arXiv:1402.3337",
    kinks=lambda a: {a: 0},
)
def trec(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """Truncated rectifier: the identity above a threshold, 0 up to it."""
    return xp.where(x <= a, 0.0, x)


@activation(
    name="SvHardTanh",
    reference=f"{SURVEY}; section Shifted HardTanh",
    kinks=lambda: {-1: 0, 1: 0},
)
def sv_hard_tanh(x: Any, /, a: Real = 0.0, *, xp: Any) -> Any:
    """Hard tanh shifted vertically."""
    return xp.clip(x, -1, 1) + a


@activation(
    name="ShHardTanh",
    reference=f"{SURVEY}; section Shifted HardTanh",
    kinks=lambda a: {-1 - a: 0, 1 - a: 0},
)
def sh_hard_tanh(x: Any, /, a: Real = 0.0, *, xp: Any) -> Any:
    """Hard tanh shifted horizontally."""
    # the ends are compared with x itself: the sum is rounded
    return xp.where(x >= 1 - a, 1.0, xp.where(x <= -1 - a, -1.0, x + a))
