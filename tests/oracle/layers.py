"""Activations with weights of their own, of one row or one image."""

from __future__ import annotations

from collections.abc import Sequence

from mpmath import mp, mpf

from ._tools import Image, Matrix, Real, Vector, expit, guarded
from .logistic import swish
from .normal import gelu
from .normalising import softmax
from .rectified import relu

EXPERTS = ("relu", "gelu", "swish")
_SCALAR = {"relu": relu, "gelu": gelu, "swish": swish}


def _affine(x: Vector, weight: Matrix, bias: Vector) -> Vector:
    """x W + b with W of shape (inputs, outputs)."""
    columns = zip(*weight, strict=True)
    products = (mp.fdot(x, column) for column in columns)
    return [product + shift for product, shift in zip(products, bias, strict=True)]


@guarded()
def swiglu_layer(
    x: Vector,
    weight_gate: Matrix,
    bias_gate: Vector,
    weight_value: Matrix,
    bias_value: Vector,
    beta: Real = 1,
) -> Vector:
    """swish_beta(x W + b) (x V + c): Shazeer 2020, arXiv:2002.05202."""
    gate = _affine(x, weight_gate, bias_gate)
    value = _affine(x, weight_value, bias_value)
    return [g * expit(beta * g) * v for g, v in zip(gate, value, strict=True)]


@guarded()
def moe(
    x: Vector,
    gate_weight: Matrix,
    gate_bias: Vector,
    experts: Sequence[str] = EXPERTS,
) -> Vector:
    """y_i = sum_k g_k phi_k(x_i), g = softmax(x W + b): the book chapter."""
    gate = softmax(_affine(x, gate_weight, gate_bias))
    chosen = [_SCALAR[name] for name in experts]
    return [mp.fsum(g * phi(v) for g, phi in zip(gate, chosen, strict=True)) for v in x]


@guarded()
def dice(
    x: Vector,
    alpha: Vector,
    running_mean: Vector,
    running_var: Vector,
    eps: Real = 1e-8,
) -> Vector:
    """p x + (1 - p) alpha x, p = sigmoid((x - E) / sqrt(V + eps)): Zhou et al. 2018."""
    rows = zip(x, alpha, running_mean, running_var, strict=True)
    gates = [(v, a, expit((v - m) / mp.sqrt(s + eps))) for v, a, m, s in rows]
    return [p * v + (1 - p) * a * v for v, a, p in gates]


@guarded()
def funnel_relu(x: Image, weight: list[Matrix]) -> Image:
    """max(x, T(x)), T a 3x3 cross-correlation of each channel: Ma et al. 2020, arXiv:2007.11824."""
    return [_funnel(channel, kernel) for channel, kernel in zip(x, weight, strict=True)]


def _funnel(x: Matrix, kernel: Matrix) -> Matrix:
    """One channel, with zeros outside."""
    height, width = len(x), len(x[0])

    def at(i: int, j: int) -> mpf:
        return x[i][j] if 0 <= i < height and 0 <= j < width else mpf(0)

    def context(i: int, j: int) -> mpf:
        cells = ((p, q) for p in range(3) for q in range(3))
        return mp.fsum(kernel[p][q] * at(i + p - 1, j + q - 1) for p, q in cells)

    return [[max(x[i][j], context(i, j)) for j in range(width)] for i in range(height)]
