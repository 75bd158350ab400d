"""Functions that compare the elements of an axis."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, Vector, guarded
from .normalising import softmax


@guarded()
def beta_softmax(x: Vector, beta: Real = 1) -> Vector:
    """exp(beta x_i) / sum_j exp(beta x_j): arXiv:2402.09092, section Softmax."""
    return softmax([beta * value for value in x])


@guarded()
def kwta(x: Vector, ratio: Real = 0.2) -> Vector:
    """x_i if it is among the k = ratio n largest, else 0: Xiao et al. 2019, arXiv:1905.10510."""
    k = max(1, int(float(ratio) * len(x)))
    least = sorted(x, reverse=True)[k - 1]
    return [value if value >= least else mpf(0) for value in x]
