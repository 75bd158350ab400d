"""Layers of networks with Kolmogorov and Arnold's, Fourier's and Padé's functions."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Matrix, Vector, guarded, surrogate
from .normal import gelu

#: more than the step of a difference, less than any coefficient
_NEXT_TO_NOTHING = mpf(2) ** -90


@guarded()
def fan_layer(x: Vector, weight_waves: Matrix, weight: Matrix, bias: Vector) -> Vector:
    """cos(x P), sin(x P) and gelu(x W + b), joined: Dong et al. 2024, arXiv:2410.02675."""
    phases = [mp.fdot(x, column) for column in zip(*weight_waves, strict=True)]
    columns = zip(zip(*weight, strict=True), bias, strict=True)
    rest = [gelu(mp.fdot(x, column) + shift) for column, shift in columns]
    return [*map(mp.cos, phases), *map(mp.sin, phases), *rest]


def _quotient(x: mpf, numerator: Vector, denominator: Vector) -> mpf:
    """Of polynomials; the denominator's coefficients are not negative."""
    above = mp.fsum(a * x**i for i, a in enumerate(numerator))
    return above / (1 + mp.fsum(b * abs(x) ** j for j, b in enumerate(denominator, 1)))


def _straight_at_zero(x: Vector, numerator: Vector, denominators: Matrix) -> Vector:
    """The same, with the slope at a coefficient of 0 that is on its right, as the kernels have."""
    signed = [[-b if b < -_NEXT_TO_NOTHING else b for b in row] for row in denominators]
    size = len(x) // len(signed)
    return [_quotient(v, numerator, signed[i // size]) for i, v in enumerate(x)]


@surrogate(_straight_at_zero)
@guarded()
def group_rational(x: Vector, numerator: Vector, denominators: Matrix) -> Vector:
    """P(x) / (1 + |b_1 x| + |b_2 x^2| + ...), b of the channel's group of consecutive ones.

    Yang & Wang 2024, arXiv:2409.10594, and the authors' kernels; P is that of all groups.
    """
    size = len(x) // len(denominators)
    rows = [[abs(b) for b in row] for row in denominators]
    return [_quotient(v, numerator, rows[i // size]) for i, v in enumerate(x)]
