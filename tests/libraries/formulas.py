"""Activations in NumPy, as the documentation of the libraries has them, parameters spelt out."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Array = np.ndarray
Function = Callable[..., Array]

_erf = np.vectorize(math.erf, otypes=[float])
_erfc = np.vectorize(math.erfc, otypes=[float])


def sigmoid(x: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -x))


def softplus(x: Array, beta: float = 1.0) -> Array:
    return np.logaddexp(0.0, beta * x) / beta


def cut_softplus(x: Array) -> Array:
    return np.where(x > 20, x, softplus(x))


def relu(x: Array) -> Array:
    return np.where(x > 0, x, 0.0)


def leaky(slope: float) -> Function:
    return lambda x, **given: np.where(x >= 0, x, given.get("negative_slope", slope) * x)


def elu(x: Array, alpha: float = 1.0) -> Array:
    return np.where(x > 0, x, alpha * np.expm1(x))


def celu(x: Array, alpha: float = 1.0) -> Array:
    return np.maximum(0, x) + np.minimum(0, alpha * np.expm1(x / alpha))


def selu(
    x: Array, alpha: float = 1.6732632423543772848, scale: float = 1.0507009873554804934
) -> Array:
    return scale * elu(x, alpha)


def rough_selu(x: Array) -> Array:
    """With the constants of MLX and tinygrad."""
    return selu(x, 1.67326, 1.0507)


def phi(x: Array) -> Array:
    return _erfc(-x / math.sqrt(2)) / 2


def gelu(x: Array) -> Array:
    return x * phi(x)


def gelu_tanh(x: Array) -> Array:
    return x * sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))


def quick_gelu(x: Array) -> Array:
    return x * sigmoid(1.702 * x)


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def mish(x: Array) -> Array:
    return x * np.tanh(softplus(x))


def relu6(x: Array) -> Array:
    return np.minimum(np.maximum(x, 0), 6)


def hardsigmoid(x: Array) -> Array:
    return relu6(x + 3) / 6


def line_sigmoid(slope: float, offset: float) -> Function:
    return lambda x: np.maximum(0, np.minimum(1, slope * x + offset))


def hardswish(x: Array) -> Array:
    return x * relu6(x + 3) / 6


def hardtanh(x: Array, min_val: float = -1.0, max_val: float = 1.0) -> Array:
    return np.clip(x, min_val, max_val)


def hardshrink(x: Array) -> Array:
    return np.where(np.abs(x) > 0.5, x, 0.0)


def softshrink(x: Array) -> Array:
    return np.sign(x) * np.maximum(np.abs(x) - 0.5, 0.0)


def shrink(bias: float) -> Function:
    return lambda x: np.where(x < -0.5, x + bias, np.where(x > 0.5, x - bias, 0.0))


def threshold(x: Array, threshold: float = 1.0, value: float = 0.0) -> Array:
    return np.where(x > threshold, x, value)


def softsign(x: Array) -> Array:
    return x / (1 + np.abs(x))


def logsigmoid(x: Array) -> Array:
    return -softplus(-x)


def tanhshrink(x: Array) -> Array:
    return x - np.tanh(x)


def prelu(start: float) -> Function:
    return lambda x, weight=start: np.maximum(0, x) + weight * np.minimum(0, x)


def rrelu(x: Array) -> Array:
    return np.where(x >= 0, x, (1 / 8 + 1 / 3) / 2 * x)


def identity(x: Array) -> Array:
    return x


def squared_relu(x: Array) -> Array:
    return np.square(relu(x))


def squareplus(x: Array) -> Array:
    return (x + np.sqrt(np.square(x) + 4)) / 2


def sparse_plus(x: Array) -> Array:
    return np.where(x <= -1, 0.0, np.where(x >= 1, x, (x + 1) ** 2 / 4))


def sparse_sigmoid(x: Array) -> Array:
    return np.clip((x + 1) / 2, 0, 1)


def hard_mish(x: Array) -> Array:
    return x / 2 * np.clip(x + 2, 0, 2)


def xielu(x: Array) -> Array:
    """With the smallest step from 0 of transformers; its alphas start at 0.8."""
    below = 0.8 * (np.expm1(np.minimum(x, -1e-6)) - x)
    return np.where(x > 0, 0.8 * x * x, below) + 0.5 * x


def laplace(x: Array) -> Array:
    return phi((x - 0.707107) / 0.282095)


def gelu_10(x: Array) -> Array:
    return np.clip(gelu(x), -10, 10)


def erf(x: Array) -> Array:
    return _erf(x)


def lisht(x: Array) -> Array:
    return x * np.tanh(x)


def snake(x: Array) -> Array:
    return x + (1 - np.cos(2 * x)) / 2


def scaled_tanh(x: Array, a: float = 1.7159, b: float = 0.67) -> Array:
    return a * np.tanh(b * x)


def soft_relu(x: Array) -> Array:
    return np.log(1 + np.exp(np.maximum(np.minimum(x, 40.0), -40.0)))


# ------------------------------------------------------------------ of several elements


def softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def old_softmax(function: Function) -> Function:
    """PyTorch's `dim=None`: the axis is 0 for 0, 1 or 3 axes, else 1."""
    return lambda x: function(x, axis=0 if x.ndim in (0, 1, 3) else 1)


def gumbel_softmax(x: Array, noise: Array) -> Array:
    """Of numbers that are uniform on (0, 1)."""
    return softmax(x - np.log(-np.log(noise)))


def softmin(x: Array, axis: int = -1) -> Array:
    return softmax(-x, axis)


def log_softmax(x: Array, axis: int = -1) -> Array:
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


def quiet_softmax(x: Array, axis: int = -1) -> Array:
    return np.exp(x) / (1 + np.exp(x).sum(axis=axis, keepdims=True))


def softmax2d(x: Array) -> Array:
    return softmax(x, -3)


def sparsemax(x: Array) -> Array:
    z = np.sort(x, axis=-1)[..., ::-1]
    k = np.arange(1, z.shape[-1] + 1)
    sums = np.cumsum(z, axis=-1)
    size = np.sum(1 + k * z > sums, axis=-1, keepdims=True)
    tau = (np.take_along_axis(sums, size - 1, -1) - 1) / size
    return np.maximum(x - tau, 0)


def gate(function: Function, *, first: bool = False) -> Function:
    """The halves of the last axis: `function` of one, times the other."""

    def gated(x: Array, axis: int = -1) -> Array:
        a, b = np.split(x, 2, axis=axis)
        return function(a) * b if first else a * function(b)

    return gated


def crelu(x: Array) -> Array:
    return relu(np.concatenate([x, -x], axis=-1))


def maxout(x: Array, size: int) -> Array:
    """Of (N, C, H, W): the largest of each `size` channels side by side."""
    return np.stack([x[:, i : i + size].max(axis=1) for i in range(0, x.shape[1], size)], axis=1)


def swiglu_layer(x: Array, gate: Array, value: Array) -> Array:
    return silu(x @ gate) * (x @ value)
