"""Relatives of softmax for attention, and functions that keep the largest entries of an axis."""

from __future__ import annotations

from functools import lru_cache

from mpmath import mp, mpf

from ._tools import Real, Vector, guarded
from .normal import gelu_tanh
from .normalising import softmax


@guarded()
def softpick(x: Vector, eps: Real = 1e-6) -> Vector:
    """relu(exp(x_i) - 1) / (sum_j |exp(x_j) - 1| + eps): Zuhri et al. 2025, arXiv:2504.20966."""
    risen = [mp.expm1(value) for value in x]
    total = mp.fsum(map(abs, risen)) + eps
    return [max(value, mpf(0)) / total for value in risen]


@guarded()
def scalable_softmax(x: Vector, s: Real = 0.43) -> Vector:
    """softmax(s log(n) x) of n elements: Nakanishi 2025, arXiv:2501.19399."""
    return softmax([s * mp.log(len(x)) * value for value in x])


@guarded()
def multimax(x: Vector, t_b: Real = 1, t_d: Real = 1, b: Real = 0, d: Real = 0) -> Vector:
    """softmax of t_b x + (1 - t_b) b below b, t_d x + (1 - t_d) d above d, x between.

    As one formula x + (1 - t_b) max(b - x, 0) + (t_d - 1) max(x - d, 0), of which both terms
    count where b > d: Zhou et al. 2024, arXiv:2406.01189.
    """
    low = [(1 - t_b) * max(b - value, mpf(0)) for value in x]
    high = [(t_d - 1) * max(value - d, mpf(0)) for value in x]
    return softmax([value + u + v for value, u, v in zip(x, low, high, strict=True)])


@guarded()
def r_softmax(x: Vector, r: Real = 0.3, eps: Real = 1e-8) -> Vector:
    """w_i exp(x_i) / sum_j w_j exp(x_j), w = relu(x - quantile_r(x) + eps).

    Bałazy et al. 2023, arXiv:2304.05243: the t-softmax with t = max(x) - quantile_r(x), to which
    the authors' code adds eps; the quantile is interpolated between the sorted elements.
    """
    ordered, place = sorted(x), r * (len(x) - 1)
    k = min(int(mp.floor(place)), len(x) - 2)
    quantile = ordered[k] + (place - k) * (ordered[k + 1] - ordered[k])
    top = ordered[-1]
    weights = [max(value - quantile + eps, mpf(0)) * mp.exp(value - top) for value in x]
    total = mp.fsum(weights)
    return [weight / total for weight in weights]


@guarded()
def solu(x: Vector) -> Vector:
    """x_i softmax(x)_i: Elhage et al. 2022, Softmax Linear Units."""
    return [value * weight for value, weight in zip(x, softmax(x), strict=True)]


@lru_cache(maxsize=64)
def _normal_quantile(p: mpf, prec: int) -> mpf:
    """The number with normal_cdf of p."""
    with mp.workprec(prec + 64):
        return mp.sqrt(2) * mp.erfinv(2 * p - 1)


def _above(x: Vector, p: mpf, degrees: int) -> Vector:
    """relu(x - mean - q std), q the quantile of p, with that many degrees of freedom."""
    mean = mp.fsum(x) / len(x)
    variance = mp.fsum((value - mean) ** 2 for value in x) / degrees
    cutoff = mean + mp.sqrt(variance) * _normal_quantile(p, mp.prec)
    return [max(value - cutoff, mpf(0)) for value in x]


@guarded()
def statistical_top_k(x: Vector, k: Real = 2) -> Vector:
    """relu(x - mean - std Q(1 - k/n)), Q the normal quantile: You et al. 2025, arXiv:2506.06644.

    The standard deviation has n - 1 degrees of freedom. All are kept if there are no more than k.
    """
    n = len(x)
    return x if n <= k else _above(x, 1 - mpf(k) / n, n - 1)


@guarded()
def gelu_top_k(x: Vector, sparsity: Real = 0.95) -> Vector:
    """gelu_tanh(relu(x - mean - std Q(sparsity))): Gemma 3n, transformers' Gemma3nTextMLP.

    Q is the normal quantile; the standard deviation has n degrees of freedom.
    """
    return [gelu_tanh(value) for value in _above(x, mpf(sparsity), len(x))]
