"""ACON whose gate is made from the means of the channels."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Image, Matrix, Vector, expit, guarded


def _affine(x: Vector, weight: Matrix, bias: Vector) -> Vector:
    """x W + b with W of shape (inputs, outputs)."""
    columns = zip(*weight, strict=True)
    return [mp.fdot(x, column) + shift for column, shift in zip(columns, bias, strict=True)]


@guarded()
def meta_acon(
    x: Image,
    p1: Vector,
    p2: Vector,
    weight_down: Matrix,
    bias_down: Vector,
    weight_up: Matrix,
    bias_up: Vector,
) -> Image:
    """ACON-C of every channel, beta = sigmoid((m W + b) V + c), m the means of the channels.

    Ma et al. 2020, arXiv:2009.04759; without the batch normalisation that their code puts between.
    """
    means = [mp.fsum(map(mp.fsum, channel)) / sum(map(len, channel)) for channel in x]
    betas = _affine(_affine(means, weight_down, bias_down), weight_up, bias_up)
    rows = zip(x, p1, p2, map(expit, betas), strict=True)
    return [[[_acon(v, *given) for v in row] for row in channel] for channel, *given in rows]


def _acon(x: mpf, p1: mpf, p2: mpf, beta: mpf) -> mpf:
    """(p1 - p2) x sigmoid(beta (p1 - p2) x) + p2 x."""
    return (p1 - p2) * x * expit(beta * (p1 - p2) * x) + p2 * x
