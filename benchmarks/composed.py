"""Activations composed of whole-array operations, as people write them, for comparison.

These are not the catalogue's formulas applied to arrays, which take care of tails and kinks;
that costs time, and would make the comparison too easy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

Formula = Callable[..., Any]  # x, the array operations, the activation's arguments by name


def talu(x: Any, xp: Any, alpha: Any) -> Any:
    return xp.where(x < 0, alpha * xp.tanh(x), x)


def elu(x: Any, xp: Any, alpha: Any) -> Any:
    return xp.where(x > 0, x, alpha * xp.expm1(x))


def softplus(x: Any, xp: Any, beta: Any, threshold: Any) -> Any:
    return xp.softplus(x)


def silu(x: Any, xp: Any) -> Any:
    return x * xp.sigmoid(x)


def mish(x: Any, xp: Any) -> Any:
    return x * xp.tanh(xp.softplus(x))


def gelu(x: Any, xp: Any) -> Any:
    return x * _normal(x, xp)


def swigelu(x: Any, xp: Any) -> Any:
    return x * (xp.sigmoid(x) + _normal(x, xp)) / 2


def phish(x: Any, xp: Any) -> Any:
    return x * xp.tanh(gelu(x, xp))


def sinlu(x: Any, xp: Any, a: Any, b: Any) -> Any:
    return (x + a * xp.sin(b * x)) * xp.sigmoid(x)


def coslu(x: Any, xp: Any, a: Any, b: Any) -> Any:
    return (x + a * xp.cos(b * x)) * xp.sigmoid(x)


def staf(x: Any, xp: Any, amplitude: Any, frequency: Any, phase: Any) -> Any:
    waves = zip(amplitude, frequency, phase, strict=True)
    return sum(c * xp.sin(w * x + p) for c, w, p in waves)


def rational(x: Any, xp: Any, numerator: Any, denominator: Any) -> Any:
    return _horner(numerator, x) / (1 + abs(x * _horner(denominator, x)))


def _normal(x: Any, xp: Any) -> Any:
    return 0.5 * (1 + xp.erf(x * math.sqrt(0.5)))


def _horner(coefficients: Any, x: Any) -> Any:
    *lower, y = list(coefficients)
    for c in reversed(lower):
        y = y * x + c
    return y


FORMULAS: dict[str, Formula] = {
    f.__name__: f
    for f in (
        talu, elu, softplus, silu, mish, gelu, swigelu, phish, sinlu, coslu, staf, rational,
    )
}  # fmt: skip


def in_numpy() -> Any:
    """Return NumPy's operations, with SciPy's erf."""
    import numpy as np

    try:
        from scipy.special import erf
    except ImportError as error:
        raise NotImplementedError(f"erf: {error}") from error
    return SimpleNamespace(
        where=np.where, tanh=np.tanh, expm1=np.expm1, sin=np.sin, cos=np.cos, erf=erf,
        sigmoid=lambda x: 1 / (1 + np.exp(-x)),
        softplus=lambda x: np.log1p(np.exp(x)),
    )  # fmt: skip


def in_torch() -> Any:
    """Return PyTorch's operations."""
    import torch
    from torch.nn import functional

    return SimpleNamespace(
        where=torch.where, tanh=torch.tanh, expm1=torch.expm1, sin=torch.sin, cos=torch.cos,
        erf=torch.erf, sigmoid=torch.sigmoid, softplus=functional.softplus,
    )  # fmt: skip


def in_jax() -> Any:
    """Return JAX's operations."""
    import jax
    from jax import numpy as jnp

    return SimpleNamespace(
        where=jnp.where, tanh=jnp.tanh, expm1=jnp.expm1, sin=jnp.sin, cos=jnp.cos,
        erf=jax.scipy.special.erf, sigmoid=jax.nn.sigmoid, softplus=jax.nn.softplus,
    )  # fmt: skip
