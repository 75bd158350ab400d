"""Piecewise linear functions with |x| replaced by the root of x^2 + epsilon, and their kin."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Positive, Real
from multiact.special import logrel

# the paper names no authors
MSRF = (
    "Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092; after Smoothing piecewise "
    "linear activation functions based on mollified square root functions, "
    "https://openreview.net/forum?id=ZPtQ83t7ob"
)
_TINY = 1e-6


def _size(x: Any, epsilon: Any, xp: Any) -> Any:
    return xp.sqrt(x * x + epsilon)


def _ramp(x: Any, epsilon: Any, xp: Any) -> Any:
    return (x + xp.sqrt(x * x + epsilon)) / 2


def _sign(x: Any, epsilon: Any, xp: Any) -> Any:
    return x / xp.sqrt(x * x + epsilon)


def _step(x: Any, epsilon: Any, xp: Any) -> Any:
    return (1 + x / xp.sqrt(x * x + epsilon)) / 2


@activation(
    reference=MSRF,
    aliases=("vReLUPlus", "vrelu_plus"),
)
def mollified_absolute_value(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Absolute value with a smooth tip."""
    return _size(x, epsilon, xp)


@activation(reference=MSRF, limits=(0, 1))
def step_plus(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Smooth step from 0 to 1."""
    return _step(x, epsilon, xp)


@activation(reference=MSRF, limits=(-1, 1))
def bipolar_plus(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Smooth step from -1 to 1."""
    return _sign(x, epsilon, xp)


@activation(name="LReLUPlus", reference=MSRF)
def lrelu_plus(
    x: Any, /, negative_slope: Real = 0.01, epsilon: Positive = _TINY, *, xp: Any
) -> Any:
    """Leaky ReLU with a smooth corner."""
    # (x + a x + size((1 - a) x)) / 2, from the line that it approaches on each side
    rest = 1 - negative_slope
    below = negative_slope * x + _ramp(rest * x, epsilon, xp)
    return xp.where(x < 0, below, x + _ramp(-rest * x, epsilon, xp))


@activation(reference=MSRF)
def softshrink_plus(x: Any, /, lambd: Real = 0.5, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Softshrink with smooth corners."""
    return _ramp(x - lambd, epsilon, xp) - _ramp(-x - lambd, epsilon, xp)


@activation(name="SReLUPlus", reference=MSRF)
def srelu_plus(
    x: Any, /, a: Real = 0.5, t: Real = 1.0, epsilon: Positive = _TINY, *, xp: Any
) -> Any:
    """S-shaped ReLU, the identity between -t and t and slope a outside, with smooth corners."""
    bend = _size(x - t, epsilon, xp) - _size(x + t, epsilon, xp)
    return a * x + (a - 1) * bend / 2


@activation(reference=MSRF, limits=(-1, 1))
def hard_tanh_plus(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Hardtanh with smooth corners."""
    return (_size(x + 1, epsilon, xp) - _size(x - 1, epsilon, xp)) / 2


@activation(
    name="MollifiedMeLUComponent",
    reference=MSRF,
    limits=(0, 0),
)
def mollified_melu_component(
    x: Any, /, b: Real = 0.0, c: Real = 1.0, epsilon: Positive = _TINY, *, xp: Any
) -> Any:
    """Triangle of height c around b, the hat of the Mexican ReLU, with smooth corners."""
    u = x - b
    # c - size(u), whose difference next to the corners c and |u| have alone
    beyond = (c - xp.abs(u)) - epsilon / (_size(u, epsilon, xp) + xp.abs(u))
    t = xp.where(2 * xp.abs(u) < c, c - _size(u, epsilon, xp), beyond)
    return _ramp(t, epsilon, xp)


@activation(reference=MSRF, limits=(0, None))
def swish_plus(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """The identity gated by a smooth step."""
    return (x + x * x / _size(x, epsilon, xp)) / 2


@activation(reference=MSRF, limits=(0, None))
def logish_plus(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Logish with a root in place of the sigmoid."""
    # far out x step and x (1 - step) have digits where the step has none:
    # log(1 + step) is log(2) + log(1 - (1 - step) / 2), too
    step, rest = _step(x, epsilon, xp), _step(-x, epsilon, xp) / 2
    below = x * (1 + _sign(x, epsilon, xp)) / 2 * logrel(step, xp=xp)
    bend = -x * (1 + _sign(-x, epsilon, xp)) / 4 * logrel(-rest, xp=xp)
    return xp.where(x < 0, below, x * math.log(2) + bend)


@activation(reference=MSRF, limits=(-1, 1))
def softsign_plus(x: Any, /, epsilon: Positive = _TINY, *, xp: Any) -> Any:
    """Softsign with a smooth absolute value."""
    return x / (1 + _size(x, epsilon, xp))
