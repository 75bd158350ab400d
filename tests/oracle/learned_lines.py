"""Piecewise linear units with learned slopes, corners and shifts.

'Survey' is Kunc & Klema 2024, arXiv:2402.09092.
"""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Vector, clip, expit, guarded


@guarded()
def prelu_plus(x: mpf, a: Real = 1) -> mpf:
    """a x if x >= 0 else 0, the positive PReLU: survey."""
    return a * x if x >= 0 else mpf(0)


@guarded()
def mar_relu(x: mpf, a: Real = 0) -> mpf:
    """max(x, a): Heo et al. 2019, arXiv:1904.01866."""
    return max(x, mpf(a))


@guarded(depth=1)
def rprelu(x: mpf, gamma: Real = 0, zeta: Real = 0, beta: Real = 0.25) -> mpf:
    """x - gamma + zeta if x > gamma else beta (x - gamma) + zeta: Liu et al. 2020.

    ReActNet, arXiv:2003.03488.
    """
    return x - gamma + zeta if x > gamma else beta * (x - gamma) + zeta


@guarded()
def lelelu(x: mpf, a: Real = 1, negative_slope: Real = 0.01) -> mpf:
    """a x if x >= 0 else 0.01 a x: Maniatopoulos & Mitianoudis 2021, doi:10.3390/info12120513."""
    return a * x if x >= 0 else a * mpf(negative_slope) * x


@guarded()
def dlrelu(x: mpf, a: Real = 0.01, mse: Real = 1) -> mpf:
    """x if x >= 0 else a MSE x, with the error of the last epoch: survey."""
    return x if x >= 0 else a * mpf(mse) * x


@guarded()
def exp_dlrelu(x: mpf, a: Real = 0.01, mse: Real = 0) -> mpf:
    """x if x >= 0 else a exp(-MSE) x, with the error of the last epoch: survey."""
    return x if x >= 0 else a * mp.exp(-mpf(mse)) * x


@guarded(depth=1)
def aoaf(x: mpf, a: Real = 0, b: Real = 0.17, c: Real = 0.17) -> mpf:
    """max(0, x - b a) + c a, a the mean of the inputs: survey."""
    return max(mpf(0), x - b * mpf(a)) + c * mpf(a)


@guarded()
def adaptive_hard_tanh(
    x: mpf, a: Real = 1, b: Real = 0, min_val: Real = -1, max_val: Real = 1
) -> mpf:
    """min(max(a (x - b), min_val), max_val): survey."""
    return clip(a * (x - b), mpf(min_val), mpf(max_val))


@guarded()
def arelu(x: mpf, alpha: Real = 0.9, beta: Real = 2) -> mpf:
    """(1 + sigmoid(beta)) x if x >= 0 else clip(alpha, 0.01, 0.99) x: Chen et al. 2020.

    arXiv:2006.13858.
    """
    if x >= 0:
        return (1 + expit(mpf(beta))) * x
    return clip(mpf(alpha), mpf("0.01"), mpf("0.99")) * x


@guarded()
def dprelu(x: mpf, a: Real = 1, b: Real = 0.01) -> mpf:
    """a x if x >= 0 else b x: survey."""
    return a * x if x >= 0 else b * x


@guarded()
def dual_line(x: mpf, a: Real = 1, b: Real = 0.01, m: Real = -0.22) -> mpf:
    """a x + m if x >= 0 else b x + m: survey."""
    return (a if x >= 0 else b) * x + m


@guarded()
def pilu(x: mpf, alpha: Real = 1, beta: Real = 0.01, gamma: Real = 0) -> mpf:
    """s x + gamma (1 - s), s = alpha if x >= gamma else beta: Inturrisi et al. 2021.

    arXiv:2108.00700.
    """
    s = mpf(alpha if x >= gamma else beta)
    return s * x + gamma * (1 - s)


@guarded()
def eprelu(x: mpf, a: Real = 0.25, alpha: Real = 0.1, noise: Real = 0.5) -> mpf:
    """k x if x > 0 else a x, k uniform on [1 - alpha, 1 + alpha]: Jiang et al. 2018."""
    return (1 + alpha * (2 * mpf(noise) - 1)) * x if x > 0 else a * x


@guarded()
def paired_relu(x: Vector, a: Real = 0.5, b: Real = 0, c: Real = -0.5, d: Real = 0) -> Vector:
    """relu(a x - b) followed by relu(c x - d): Tang et al. 2018."""
    return [max(a * v - b, mpf(0)) for v in x] + [max(c * v - d, mpf(0)) for v in x]


@guarded()
def tent(x: mpf, delta: Real = 1) -> mpf:
    """max(0, delta - |x|): Rozsa & Boult 2019, arXiv:1908.02435."""
    return max(mpf(0), delta - abs(x))


@guarded()
def hat(x: mpf, a: Real = 2) -> mpf:
    """x on [0, a/2], a - x on [a/2, a], else 0: Hong et al. 2022, arXiv:2208.04924."""
    if x < 0 or x > a:
        return mpf(0)
    return x if 2 * x <= a else a - x
