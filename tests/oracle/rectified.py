"""ReLU and its piecewise relatives."""

from __future__ import annotations

from mpmath import mpf

from ._tools import Real, clip, guarded


@guarded()
def relu(x: mpf) -> mpf:
    """max(x, 0): Nair & Hinton 2010."""
    return max(x, mpf(0))


@guarded()
def relu6(x: mpf) -> mpf:
    """min(max(x, 0), 6): Krizhevsky 2010."""
    return clip(x, mpf(0), mpf(6))


@guarded()
def leaky_relu(x: mpf, negative_slope: Real = 0.01) -> mpf:
    """x if x > 0 else negative_slope x: Maas, Hannun & Ng 2013."""
    return x if x > 0 else negative_slope * x


@guarded()
def prelu(x: mpf, weight: Real = 0.25) -> mpf:
    """x if x > 0 else weight x: He et al. 2015, arXiv:1502.01852."""
    return x if x > 0 else weight * x


@guarded()
def rrelu(x: mpf, noise: Real, lower: Real = 1 / 8, upper: Real = 1 / 3) -> mpf:
    """x if x >= 0 else (lower + (upper - lower) noise) x: Xu et al. 2015, arXiv:1505.00853."""
    return x if x >= 0 else (lower + (mpf(upper) - lower) * noise) * x


@guarded()
def relun(x: mpf, n: Real = 1) -> mpf:
    """min(max(0, x), n): Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    return min(max(mpf(0), x), mpf(n))


@guarded()
def shilu(x: mpf, a: Real = 1, b: Real = 0) -> mpf:
    """a relu(x) + b: Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    return a * max(x, mpf(0)) + b


@guarded()
def squared_relu(x: mpf) -> mpf:
    """relu(x)^2: So et al. 2021, arXiv:2109.08668."""
    return max(x, mpf(0)) ** 2


@guarded()
def star_relu(x: mpf, s: Real = 0.8944, b: Real = -0.4472) -> mpf:
    """s relu(x)^2 + b: Yu et al. 2022, arXiv:2210.13452 (s = sqrt(4/5), b = -s/2, rounded)."""
    return s * max(x, mpf(0)) ** 2 + b
