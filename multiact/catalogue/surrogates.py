"""Units that compute one function and are differentiated as another."""

from typing import Any

from multiact.catalogue.learned_sigmoid import heaviside
from multiact.catalogue.logistic import silu
from multiact.catalogue.normal import gelu
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.parameters import NonNegative, Positive, Real

YANG = (
    "Yang et al. 2024, Reducing Fine-Tuning Memory Overhead by Approximate and Memory-Sharing "
    "Backpropagation, arXiv:2406.16282"
)
_GELU_SLOPES = (-0.04922261145617846, 1.0979632065417297, -0.048740595085551286)
_GELU_CORNERS = (-3.1858810036855245, -0.001178821281161997, 3.190832613414926)
_SILU_SLOPES = (-0.04060357190528599, 1.080925428529668, -0.040321856624382146)
_SILU_CORNERS = (-6.3050461001646445, -0.0008684942046214787, 6.325815242089708)


def _shifted_relu(x: Any, /, *, alpha: NonNegative = 0.05, xp: Any) -> Any:
    return xp.where(x > -alpha, x + alpha, 0.0)


def _nelu(x: Any, /, *, alpha: Real = 0.05, xp: Any) -> Any:
    return xp.where(x > 0, x, -alpha / (1 + x * x))


def _fast_sigmoid(x: Any, /, *, beta: Positive = 1.0, xp: Any) -> Any:
    return x / (1 + beta * xp.abs(x))


def _corners(x: Any, slopes: tuple[float, ...], corners: tuple[float, ...], xp: Any) -> Any:
    """A sum of ReLUs, each with a slope and a corner of its own."""
    parts = zip(slopes, corners, strict=True)
    return sum(a * xp.where(x > c, x - c, 0.0) for a, c in parts)


def _left_slopes(slopes: tuple[float, ...], corners: tuple[float, ...]) -> dict[float, float]:
    """The slope on the left of each corner, as the authors' comparison has it."""
    return {c: sum(slopes[:i]) for i, c in enumerate(corners)}


def _three_corners_of_gelu(x: Any, /, *, xp: Any) -> Any:
    return _corners(x, _GELU_SLOPES, _GELU_CORNERS, xp)


def _three_corners_of_silu(x: Any, /, *, xp: Any) -> Any:
    return _corners(x, _SILU_SLOPES, _SILU_CORNERS, xp)


@activation(
    name="HeLU",
    reference="Kimhi et al. 2024, Hysteresis Activation Function for Efficient Inference, "
    "arXiv:2411.10573",
    surrogate=_shifted_relu,
    kinks=lambda alpha: {-alpha: 0},
    limits=(0, None),
)
def helu(x: Any, /, *, alpha: NonNegative = 0.05, xp: Any) -> Any:
    """ReLU whose slope is 1 already from -alpha on."""
    return relu(x, xp=xp)


@activation(
    name="SUGARNeLU",
    reference="Horuz et al. 2025, The Resurrection of the ReLU, arXiv:2505.22074",
    surrogate=_nelu,
    kinks=lambda: {0: 0},
    limits=(0, None),
)
def sugar_nelu(x: Any, /, *, alpha: Real = 0.05, xp: Any) -> Any:
    """ReLU with the slope of NeLU, that of -alpha / (1 + x^2) below zero."""
    return relu(x, xp=xp)


@activation(
    name="ReGELU2",
    reference=YANG,
    surrogate=_three_corners_of_gelu,
    kinks=lambda: _left_slopes(_GELU_SLOPES, _GELU_CORNERS),
    limits=(0, None),
)
def regelu2(x: Any, /, *, xp: Any) -> Any:
    """GELU whose slope is a step function of four values, which needs 2 bits of memory."""
    return gelu(x, xp=xp)


@activation(
    name="ReSiLU2",
    reference=YANG,
    surrogate=_three_corners_of_silu,
    kinks=lambda: _left_slopes(_SILU_SLOPES, _SILU_CORNERS),
    limits=(0, None),
)
def resilu2(x: Any, /, *, xp: Any) -> Any:
    """SiLU whose slope is a step function of four values, which needs 2 bits of memory."""
    return silu(x, xp=xp)


@activation(
    reference="Zenke & Ganguli 2018, SuperSpike: Supervised Learning in Multilayer Spiking Neural "
    "Networks, arXiv:1705.11146",
    surrogate=_fast_sigmoid,
    kinks=lambda beta: {0: 1},
    limits=(0, 1),
)
def step(x: Any, /, *, beta: Positive = 1.0, xp: Any) -> Any:
    """Step from 0 to 1 at 0, with the slope of x / (1 + beta |x|); `heaviside` has none."""
    return heaviside(x, xp=xp)
