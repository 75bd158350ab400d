"""Softmax with a temperature, and ReLU whose lines depend on all of the channels."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Image, Matrix, Real, Vector, expit, guarded
from .normalising import softmax


@guarded(depth=1)
def t_softmax(x: Vector, t: Real = 1) -> Vector:
    """softmax(x / t): Hinton, Vinyals & Dean 2015, arXiv:1503.02531."""
    return softmax([value / t for value in x])


@guarded()
def dy_relu(
    x: Image, squeeze: Matrix, squeeze_bias: Vector, expand: list[Matrix], expand_bias: Matrix
) -> Image:
    """max over two lines of each channel, which its means decide: Chen et al. 2020.

    arXiv:2003.10027, DY-ReLU-B: m the means, z = relu(m W + b), t = 2 sigmoid(z V + c) - 1, the
    lines (1 + t_0) x + t_2 / 2 and t_1 x + t_3 / 2.
    """
    means = [mp.fsum(value for row in channel for value in row) for channel in x]
    means = [total / (len(x[0]) * len(x[0][0])) for total in means]
    hidden = [
        max(mpf(0), mp.fdot(means, column) + shift)
        for column, shift in zip(zip(*squeeze, strict=True), squeeze_bias, strict=True)
    ]

    def theta(j: int, c: int) -> mpf:
        sums = mp.fdot(hidden, [kernel[j][c] for kernel in expand]) + expand_bias[j][c]
        return 2 * expit(sums) - 1

    def line(value: mpf, c: int) -> mpf:
        first = (1 + theta(0, c)) * value + theta(2, c) / 2
        return max(first, theta(1, c) * value + theta(3, c) / 2)

    return [[[line(value, c) for value in row] for row in channel] for c, channel in enumerate(x)]


@guarded()
def squeeze_excite(
    x: Image, squeeze: Matrix, squeeze_bias: Vector, excite: Matrix, excite_bias: Vector
) -> Image:
    """x times sigmoid(relu(m W + b) V + c), m the channels' means: Hu et al. 2018.

    arXiv:1709.01507, equations 2 to 4, whose layers have no biases.
    """
    means = [
        mp.fsum(value for row in channel for value in row) / (len(channel) * len(channel[0]))
        for channel in x
    ]
    between = [
        max(mp.fsum(m * w[j] for m, w in zip(means, squeeze, strict=True)) + b, mpf(0))
        for j, b in enumerate(squeeze_bias)
    ]
    gates = [
        expit(mp.fsum(z * v[c] for z, v in zip(between, excite, strict=True)) + shift)
        for c, shift in enumerate(excite_bias)
    ]
    return [
        [[gate * value for value in row] for row in channel]
        for gate, channel in zip(gates, x, strict=True)
    ]
