"""Initializers of array parameters: random draws, and fits to other activations."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import Any

import numpy as np

from multiact.declare.parameters import Draw, Initializer
from multiact.declare.registry import get

Shape = tuple[int, ...]
_TARGETS = ("leaky_relu", "relu", "silu", "gelu", "tanh", "sigmoid")
_INTERVAL = (-3.0, 3.0)


def normal(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Standard normal."""
    return draw.normal(shape)


def uniform(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Uniform on [-1, 1)."""
    return 2 * draw.uniform(shape) - 1


def scaled_uniform(low: float, high: float) -> Initializer:
    """Uniform on [low, high)."""
    return lambda shape, draw, xp: low + (high - low) * draw.uniform(shape)


def fan_in_uniform(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Uniform on +-1/sqrt(fan_in), where fan_in is the first size (as in torch.nn.Linear)."""
    return uniform(shape, draw, xp) / math.sqrt(shape[0])


def kernel_uniform(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Uniform on +-1/sqrt(k), where k is the number of elements of one channel's kernel."""
    return uniform(shape, draw, xp) / math.sqrt(math.prod(shape[1:]))


def zeros(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Zero."""
    return np.zeros(shape)


def ones(shape: Shape, draw: Draw, xp: Any) -> Any:
    """One."""
    return np.ones(shape)


def shares(shape: Shape, draw: Draw, xp: Any) -> Any:
    """1 / n, for each of n."""
    return np.full(shape, 1 / shape[0])


def unit(position: int | None) -> Initializer:
    """One at a position and zero elsewhere (None: all zero)."""
    return lambda shape, draw, xp: np.asarray([float(i == position) for i in range(shape[0])])


def laplace_amplitude(shape: Shape, draw: Draw, xp: Any) -> Any:
    """sign(s) sqrt|s|, where s is Laplace-distributed with scale 2 / terms (arXiv:2502.00869)."""
    u = draw.uniform(shape) - 0.5
    s = -2 / shape[0] * xp.log(1 - 2 * xp.abs(u))
    return xp.sign(u) * xp.sqrt(s)


def fitted(name: str) -> dict[str, Initializer]:
    """Return initializers by target: least-squares fits of an activation linear in its weights."""

    def start(target: str, shape: Shape, draw: Draw, xp: Any) -> Any:
        return _linear_fit(name, target, shape[0])

    return {target: partial(start, target) for target in _TARGETS}


@cache
def _linear_fit(name: str, target: str, size: int) -> Any:
    x = np.linspace(*_INTERVAL, 400)
    basis = np.stack([np.asarray(get(name)(x, row)) for row in np.eye(size)], axis=1)
    return np.linalg.lstsq(basis, get(target)(x), rcond=None)[0]


def rational_part(part: int) -> dict[str, Initializer]:
    """Return initializers by target: the numerator (0) or denominator (1) of a rational fit."""

    def start(target: str, shape: Shape, draw: Draw, xp: Any) -> Any:
        coefficients = _rational_fit(target)[part]
        if shape[0] < len(coefficients):
            raise ValueError(
                f"rational: the starting values of {target!r} have {len(coefficients)} "
                f"coefficients here, which do not fit in {shape[0]}; give the array itself"
            )
        return np.pad(coefficients, (0, shape[0] - len(coefficients)))

    return {target: partial(start, target) for target in _TARGETS}


@cache
def _rational_fit(target: str, rounds: int = 40) -> tuple[Any, Any]:
    """Fit degrees (5, 4) by reweighted linear least squares (Sanathanan & Koerner 1963).

    The denominator has only even powers with non-negative coefficients, so that 1 + |Q| is
    1 + Q on the interval.
    """
    x = np.linspace(*_INTERVAL, 600)
    f = np.asarray(get(target)(x))
    weight = np.ones_like(x)
    top, bottom = np.vander(x, 6, increasing=True), np.stack([x**2, x**4], axis=1)
    for _ in range(rounds):
        system = np.concatenate([top, -f[:, None] * bottom], axis=1) * weight[:, None]
        solution = np.linalg.lstsq(system, f * weight, rcond=None)[0]
        even = np.maximum(solution[6:], 0.0)
        weight = 1 / (1 + bottom @ even)
    quotient = top * weight[:, None]
    numerator = np.linalg.lstsq(quotient, f, rcond=None)[0]
    return numerator, np.asarray([0.0, even[0], 0.0, even[1]])
