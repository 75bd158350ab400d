"""ReLU and its piecewise relatives."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, clip, expit, guarded, surrogate


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
def rrelu(x: mpf, lower: Real = 1 / 8, upper: Real = 1 / 3, noise: Real = 0.5) -> mpf:
    """x if x >= 0 else (lower + (upper - lower) noise) x: Xu et al. 2015, arXiv:1505.00853."""
    return x if x >= 0 else (lower + (mpf(upper) - lower) * noise) * x


@guarded()
def rtrelu(x: mpf, sigma: Real = 0.75, noise: Real = 0) -> mpf:
    """relu(x + sigma noise), noise standard normal: Cao et al. 2018."""
    return max(x + sigma * noise, mpf(0))


@guarded()
def probact(x: mpf, sigma: Real = 0.1, noise: Real = 0) -> mpf:
    """relu(x) + sigma noise, noise standard normal: Lee et al. 2019, arXiv:1905.10761."""
    return max(x, mpf(0)) + sigma * noise


@guarded()
def frac_relu(x: mpf, alpha: Real = 0.5) -> mpf:
    """x^(1 - alpha) / Gamma(2 - alpha) for x > 0, else 0: Zamora Esquivel et al. 2019."""
    return x ** (1 - alpha) * mp.rgamma(2 - alpha) if x > 0 else mpf(0)


def _b_silu(x: mpf, alpha: Real = 1.67) -> mpf:
    """(x + alpha) sigmoid(x) - alpha / 2."""
    return (x + alpha) * expit(x) - mpf(alpha) / 2


@surrogate(_b_silu)
@guarded()
def sugar(x: mpf, alpha: Real = 1.67) -> mpf:
    """relu(x), with the slope of B-SiLU: Horuz et al. 2025, arXiv:2505.22074."""
    del alpha
    return max(x, mpf(0))


@guarded()
def relun(x: mpf, n: Real = 1) -> mpf:
    """min(max(0, x), n): Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    return min(max(mpf(0), x), mpf(n))


@guarded()
def shilu(x: mpf, a: Real = 1, b: Real = 1) -> mpf:
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
