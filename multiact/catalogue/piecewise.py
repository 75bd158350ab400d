"""Piecewise linear and polynomial functions that are bounded, shrink, or bend in steps."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import NonNegative, Positive, Real


@activation(
    reference="Courbariaux et al. 2015, BinaryConnect: Training Deep Neural Networks with binary "
    "weights during propagations, arXiv:1511.00363; torch.nn.Hardsigmoid's slope 1/6",
    aliases=("hard_sigmoid",),
    kinks=lambda: {-3: 0, 3: 0},
    limits=(0, 1),
)
def hardsigmoid(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid drawn with three straight lines."""
    return (xp.clip(x, -3, 3) + 3) / 6  # x + 3 would round to 6 below 3


@activation(
    reference="Collobert 2004, Large Scale Machine Learning, PhD thesis, Université Paris VI",
    aliases=("hard_tanh",),
    kinks=lambda min_val, max_val: {min_val: 0, max_val: 0},
    requires={"min_val <= max_val": lambda min_val, max_val: min_val <= max_val},
)
def hardtanh(x: Any, /, min_val: Real = -1.0, max_val: Real = 1.0, *, xp: Any) -> Any:
    """The identity held between two bounds."""
    return xp.clip(x, min_val, max_val)


@activation(
    reference="Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",
    aliases=("hard_swish",),
    kinks=lambda: {-3: 0, 3: 1},
    limits=(0, None),
)
def hardswish(x: Any, /, *, xp: Any) -> Any:
    """Swish with a sigmoid drawn by straight lines; slope 0 at -3 and 1 at 3."""
    return xp.where(x <= -3, 0.0, xp.where(x >= 3, x, x * (x + 3) / 6))


@activation(
    name="SmoothHardswish",
    reference="Gil, PyTorch activation functions notebook (there no. 28)",
    limits=(0, None),
)
def smooth_hardswish(x: Any, /, *, xp: Any) -> Any:
    """Hardswish bent so that the slope is continuous at -3 and 3."""
    inner = x * (x + 3) ** 2 * (6 - x) / 108
    return xp.where(x <= -3, 0.0, xp.where(x >= 3, x, inner))


@activation(
    reference="torch.nn.Hardshrink",
    aliases=("hard_shrink",),
    kinks=lambda lambd: {-lambd: 0, lambd: 0} if lambd >= 0 else {},
)
def hardshrink(x: Any, /, lambd: Real = 0.5, *, xp: Any) -> Any:
    """The identity, but 0 up to a threshold on both sides."""
    return xp.where(xp.abs(x) <= lambd, 0.0, x)


@activation(
    reference="torch.nn.Softshrink",
    aliases=("soft_shrink",),
    kinks=lambda lambd: {-lambd: 0, lambd: 0},
)
def softshrink(x: Any, /, lambd: NonNegative = 0.5, *, xp: Any) -> Any:
    """Pulls towards 0 by a threshold; 0 between."""
    return xp.where(xp.abs(x) <= lambd, 0.0, xp.where(x < 0, x + lambd, x - lambd))


@activation(
    reference="torch.nn.Threshold",
    kinks=lambda threshold: {threshold: 0},
)
def threshold(x: Any, /, threshold: Real = 1.0, value: Real = 0.0, *, xp: Any) -> Any:
    """The identity above a threshold, a constant up to it."""
    return xp.where(x <= threshold, value, x)


@activation(
    name="SmeLU",
    reference="Shamir et al. 2022, Real World Large Scale Recommendation Systems Reproducibility "
    "and Smooth Activations, arXiv:2202.06499",
    limits=(0, None),
)
def smelu(x: Any, /, beta: Positive = 1.0, *, xp: Any) -> Any:
    """ReLU with a parabola of half-width beta around the corner."""
    bend = (x + beta) ** 2 / (4 * beta)
    return xp.where(x <= -beta, 0.0, xp.where(x >= beta, x, bend))


@activation(reference="torch.nn.Identity")
def identity(x: Any, /, *, xp: Any) -> Any:
    """What goes in comes out."""
    return +x


@activation(
    reference="Blondel et al. 2019, Learning with Fenchel-Young Losses, arXiv:1901.02324; "
    "jax.nn.sparse_sigmoid",
    kinks=lambda: {-1: 0, 1: 0},
    limits=(0, 1),
)
def sparse_sigmoid(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid drawn with three straight lines, the middle one from -1 to 1."""
    return (xp.clip(x, -1, 1) + 1) / 2


@activation(
    reference="ONNX operator HardSigmoid",
    kinks=lambda alpha, beta: {-beta / alpha: 0, (1 - beta) / alpha: 0},
    limits=(0, 1),
)
def scaled_hardsigmoid(x: Any, /, alpha: Positive = 0.2, beta: Real = 0.5, *, xp: Any) -> Any:
    """Straight line of any slope, held between 0 and 1."""
    above = xp.where(x >= (1 - beta) / alpha, 1.0, alpha * x + beta)
    return xp.where(x <= -beta / alpha, 0.0, above)


@activation(
    reference="Misra, H-Mish, https://github.com/digantamisra98/H-Mish; timm's hard_mish",
    kinks=lambda: {-2: 0, 0: 1},
    limits=(0, None),
)
def hard_mish(x: Any, /, *, xp: Any) -> Any:
    """Mish with a parabola between -2 and 0; slope 0 at -2 and 1 at 0."""
    return xp.where(x <= -2, 0.0, xp.where(x >= 0, x, x * (x + 2) / 2))


@activation(
    reference="ONNX operator Shrink",
    kinks=lambda lambd: {-lambd: 0, lambd: 0},
)
def shrink(x: Any, /, lambd: NonNegative = 0.5, bias: Real = 0.0, *, xp: Any) -> Any:
    """Pulls towards 0 by a bias; 0 up to a threshold on both sides."""
    return xp.where(xp.abs(x) <= lambd, 0.0, xp.where(x < 0, x + bias, x - bias))
