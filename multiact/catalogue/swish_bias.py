"""Swish with a bias added: a tanh, a constant, or another gate mixed in."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonZero, Real
from multiact.special import erf, expit, exprel, ndtr

SEO = (
    "Seo et al. 2024, Swish-T: Enhancing Swish Activation with Tanh Bias for Improved Neural "
    "Network Performance, arXiv:2407.01012"
)
SARKAR = (
    "Sarkar et al. 2025, SG-Blend: Learning an Interpolation Between Improved Swish and GELU for "
    "Robust Neural Representations, arXiv:2505.23942"
)


@activation(name="SwishT", reference=SEO)
def swish_t(x: Any, /, beta: Learnable[Real] = 1.0, *, alpha: Real = 0.1, xp: Any) -> Any:
    """Swish plus a scaled tanh."""
    return x * expit(beta * x, xp=xp) + alpha * xp.tanh(x)


@activation(name="SwishT_A", reference=SEO, limits=(lambda alpha: -alpha, None))
def swish_t_a(x: Any, /, *, alpha: Real = 0.1, xp: Any) -> Any:
    """SiLU plus tanh of half the input, with one sigmoid."""
    return expit(x, xp=xp) * (x + 2 * alpha) - alpha


@activation(name="SwishT_B", reference=SEO)
def swish_t_b(x: Any, /, beta: Learnable[Real] = 1.0, *, alpha: Real = 0.1, xp: Any) -> Any:
    """Swish plus a tanh of the same steepness, with one sigmoid."""
    return expit(beta * x, xp=xp) * (x + 2 * alpha) - alpha


@activation(name="SwishT_C", reference=SEO)
def swish_t_c(x: Any, /, beta: Learnable[NonZero] = 1.0, *, alpha: Real = 0.1, xp: Any) -> Any:
    """SwishT_B with a tanh that is lower where it is steeper."""
    u = beta * x
    gate = expit(u, xp=xp)
    # alpha tanh(u / 2) / beta by expm1(u) / beta, whose slope by beta does not cancel near 0
    rise = x * exprel(xp.where(xp.abs(u) < 1, u, 0.0), xp=xp)
    near = x * gate + alpha * (rise / (2 + beta * rise))
    return xp.where(xp.abs(u) < 1, near, gate * (x + 2 * alpha / beta) - alpha / beta)


@activation(
    name="BSiLU",
    reference="Horuz et al. 2025, The Resurrection of the ReLU, arXiv:2505.22074",
    limits=(lambda alpha: -alpha / 2, None),
)
def bsilu(x: Any, /, *, alpha: Real = 1.67, xp: Any) -> Any:
    """Bounded SiLU, the surrogate of SUGAR: SiLU of a shifted factor, through the origin."""
    return (x + alpha) * expit(x, xp=xp) - alpha / 2


@activation(name="SSwish", reference=SARKAR)
def sswish(x: Any, /, beta: Learnable[Real] = 1.0, gamma: Learnable[Real] = 0.0, *, xp: Any) -> Any:
    """Swish shifted down by a learned number."""
    return x * expit(beta * x, xp=xp) - gamma


@activation(name="SGBlend", reference=SARKAR)
def sg_blend(
    x: Any,
    /,
    alpha: Learnable[Real] = 0.0,
    beta: Learnable[Real] = 1.0,
    gamma: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """SSwish and GELU, mixed by the sigmoid of a learned number."""
    share = expit(alpha, xp=xp)
    # both gates are 1/2 at 0 and 1 on the right, where their difference, a slope, would cancel
    odd = share * xp.tanh(beta * x / 2) + (1 - share) * erf(x / math.sqrt(2), xp=xp)
    left = share * expit(beta * x, xp=xp) + (1 - share) * ndtr(x, xp=xp)
    right = share * expit(-beta * x, xp=xp) + (1 - share) * ndtr(-x, xp=xp)
    near, far = x * (0.5 + odd / 2), xp.where(x < 0, x * left, x - x * right)
    return xp.where(xp.abs(x) < 1, near, far) - share * gamma


@activation(
    name="SwishReLU",
    reference="Rahman et al. 2024, SwishReLU: A Unified Approach to Activation Functions for "
    "Enhanced Deep Neural Networks Performance, arXiv:2407.08232",
    kinks=lambda: {0: 1},
    limits=(0, None),
)
def swish_relu(x: Any, /, *, xp: Any) -> Any:
    """The identity above zero, SiLU below."""
    return xp.where(x < 0, x * expit(x, xp=xp), x)
