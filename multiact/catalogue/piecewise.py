"""Piecewise linear and polynomial functions that are bounded, shrink, or bend in steps."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import NonNegative, Positive, Real


@activation(
    reference="Courbariaux et al. 2015, arXiv:1511.00363; torch.nn.Hardsigmoid's slope 1/6",
    aliases=("hard_sigmoid",),
    kinks=lambda: {-3: 0, 3: 0},
    limits=(0, 1),
)
def hardsigmoid(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid drawn with three straight lines."""
    return (xp.clip(x, -3, 3) + 3) / 6  # x + 3 would round to 6 below 3


@activation(
    reference="Collobert 2004",
    aliases=("hard_tanh",),
    kinks=lambda min_val, max_val: {min_val: 0, max_val: 0},
    requires={"min_val <= max_val": lambda min_val, max_val: min_val <= max_val},
)
def hardtanh(x: Any, /, min_val: Real = -1.0, max_val: Real = 1.0, *, xp: Any) -> Any:
    """The identity held between two bounds."""
    return xp.clip(x, min_val, max_val)


@activation(
    reference="Howard et al. 2019, arXiv:1905.02244",
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
    reference="Shamir et al. 2022, arXiv:2202.06499",
    limits=(0, None),
)
def smelu(x: Any, /, beta: Positive = 1.0, *, xp: Any) -> Any:
    """ReLU with a parabola of half-width beta around the corner."""
    bend = (x + beta) ** 2 / (4 * beta)
    return xp.where(x <= -beta, 0.0, xp.where(x >= beta, x, bend))
