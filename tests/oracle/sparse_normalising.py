"""Relatives of softmax whose outputs are sparse, or drawn."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Vector, guarded
from .normalising import softmax


@guarded(depth=2)  # sums, differences and squares of the inputs stay exact
def entmax15(x: Vector) -> Vector:
    """max(x_i / 2 - t, 0)^2 with t such that they add up to 1: Peters et al. 2019.

    arXiv:1905.05702. The sum over the k largest is 1 for t = mean - sqrt((1 - scatter) / k).
    """
    shift = max(x) / 2 - 1  # of the largest alone
    ordered = sorted((value / 2 for value in x), reverse=True)
    for k in range(2, len(x) + 1):
        mean = mp.fsum(ordered[:k]) / k
        scatter = mp.fsum((value - mean) ** 2 for value in ordered[:k])
        if ordered[k - 1] > shift and scatter < 1:  # it is above the threshold of the larger ones
            shift = mean - mp.sqrt((1 - scatter) / k)
    return [max(value / 2 - shift, mpf(0)) ** 2 for value in x]


@guarded()
def gumbel_softmax(x: Vector, tau: Real = 1, noise: Real | Vector = 0.5) -> Vector:
    """softmax((x - log(-log u)) / tau), u uniform on [0, 1): Jang et al. 2016, arXiv:1611.01144."""
    drawn = noise if isinstance(noise, list) else [mpf(noise)] * len(x)
    pairs = zip(x, drawn, strict=True)
    return softmax([(value - mp.log(-mp.log(u))) / tau for value, u in pairs])
