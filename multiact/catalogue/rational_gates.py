"""Quotients, roots and softsign as gates."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.parameters import Count, Learnable, NonZero, Positive, Real
from multiact.special import expit, softsign


@activation(
    reference="Li et al. 2024, Cauchy activation function and XNet, arXiv:2409.19221",
    limits=(0, 0),
)
def cauchy_activation(
    x: Any,
    /,
    lambda1: Learnable[Real] = 1.0,
    lambda2: Learnable[Real] = 1.0,
    d: Learnable[NonZero] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Cauchy's kernel: an odd and an even bump that decay, with learned shares and width."""
    return (lambda1 * x + lambda2) / (x * x + d * d)


@activation(
    name="DyISRU",
    reference="Stollenwerk 2025, On the Mathematical Relationship Between Layer Normalization and "
    "Dynamic Activation Functions, arXiv:2503.21708",
)
def dyisru(
    x: Any,
    /,
    beta: Learnable[Positive] = 1.0,
    weight: Learnable[Real] = 1.0,
    bias: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Dynamic inverse square root unit, an elementwise stand-in for RMSNorm.

    The weight includes the paper's factor, the square root of the number of channels.
    """
    return weight * (x / xp.sqrt(beta + x * x)) + bias


@activation(
    name="GEM",
    reference="Krause 2026, Geometric Monomial (GEM): a family of rational 2N-differentiable "
    "activation functions, arXiv:2604.21677",
    limits=(0, None),
)
def gem(x: Any, /, *, n: Count = 1, xp: Any) -> Any:
    """ReLU made smooth of order 2n by a log-logistic gate."""
    u = xp.where(x > 1, 0.0, xp.where(x > 0, x, 0.0)) ** (2 * n)
    # from the identity, which it approaches: the power of a large x overflows, its slopes cancel
    v = 1 / xp.where(x > 1, x, 1.0)
    return xp.where(x > 1, x - v ** (2 * n - 1) / (1 + v ** (2 * n)), x * (u / (1 + u)))


@activation(
    name="S3",
    reference="Kavun 2025, Hybrid activation functions for deep neural networks: S3 and S4 - a "
    "novel approach to gradient flow optimization, arXiv:2507.22090",
    kinks=lambda: {0: 0.25},
    limits=(0, 1),
)
def s3(x: Any, /, *, xp: Any) -> Any:
    """Sigmoid up to zero, softsign above; jumps from 1/2 to 0 there."""
    return xp.where(x > 0, softsign(x, xp=xp), expit(x, xp=xp))
