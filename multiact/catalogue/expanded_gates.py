"""Gates by arctan, and gates whose range is learned to go below 0 and above 1."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Count, Gate, Learnable, Real
from multiact.special import expit, ndtr

HUANG = "Huang 2024, Expanded Gating Ranges Improve Activation Functions, arXiv:2405.20768"


def _arctan_gate(x: Any, xp: Any) -> Any:
    return xp.atan(x) / math.pi + 1 / 2


def _expanded(gate: Any, alpha: Any) -> Any:
    """A gate from 0 to 1, stretched to the range from -alpha to 1 + alpha."""
    return gate * (1 + 2 * alpha) - alpha


def _times(a: Any, b: Any, gate: Any, order: int) -> Any:
    """A value times a gate; of second order also times what the gate looked at."""
    return a * (gate if order == 1 else b * gate)


@activation(name="ATLU", reference=HUANG, limits=(-1 / math.pi, None))
def atlu(x: Any, /, *, xp: Any) -> Any:
    """Arctan linear unit: the identity gated by arctan."""
    return x * _arctan_gate(x, xp)


@activation(name="XATLU", reference=HUANG)
def xatlu(x: Any, /, alpha: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """ATLU whose gate has a learned range."""
    return x * _expanded(_arctan_gate(x, xp), alpha)


def _far_left(alpha: Any, xp: Any) -> Any:
    return xp.where(alpha == 0, 0.0, math.inf * xp.where(alpha == 0, 1.0, alpha))


@activation(name="XGELU", reference=HUANG, limits=(_far_left, None))
def xgelu(x: Any, /, alpha: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """GELU whose gate has a learned range."""
    return x * _expanded(ndtr(x, xp=xp), alpha)


@activation(name="XSiLU", reference=HUANG)
def xsilu(x: Any, /, alpha: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """SiLU whose gate has a learned range."""
    return x * _expanded(expit(x, xp=xp), alpha)


@activation(name="ATGLU", kind="gated", reference=HUANG)
def atglu(a: Any, b: Any, /, *, order: Count = 1, gate: Gate = "first", xp: Any) -> Any:
    """Value gated by arctan of the gate; of order 2 also multiplied by the gate."""
    return _times(a, b, _arctan_gate(b, xp), order)


@activation(name="XATGLU", kind="gated", reference=HUANG)
def xatglu(
    a: Any,
    b: Any,
    /,
    alpha: Learnable[Real] = 0.0,
    *,
    order: Count = 1,
    gate: Gate = "first",
    xp: Any,
) -> Any:
    """ATGLU whose gate has a learned range."""
    return _times(a, b, _expanded(_arctan_gate(b, xp), alpha), order)


@activation(name="XGEGLU", kind="gated", reference=HUANG)
def xgeglu(
    a: Any,
    b: Any,
    /,
    alpha: Learnable[Real] = 0.0,
    *,
    order: Count = 1,
    gate: Gate = "first",
    xp: Any,
) -> Any:
    """Value gated by the normal distribution function of the gate, with a learned range."""
    return _times(a, b, _expanded(ndtr(b, xp=xp), alpha), order)


@activation(name="XSwiGLU", kind="gated", reference=HUANG)
def xswiglu(
    a: Any,
    b: Any,
    /,
    alpha: Learnable[Real] = 0.0,
    *,
    order: Count = 1,
    gate: Gate = "first",
    xp: Any,
) -> Any:
    """Value gated by the sigmoid of the gate, with a learned range."""
    return _times(a, b, _expanded(expit(b, xp=xp), alpha), order)
