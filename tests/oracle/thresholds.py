"""Units with a threshold, a bend, or pieces between knots."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Reals, expit, guarded, surrogate

#: more than the step of a difference
_NEXT_TO_NOTHING = mpf(2) ** -90


@guarded()
def fat_relu(x: mpf, threshold: Real = 0) -> mpf:
    """0 if x < threshold else x: Kurtz et al. 2020."""
    return x if x >= threshold else mpf(0)


def _kept(x: mpf, threshold: Real = 0.1) -> mpf:
    """Of a threshold a little below: a difference by a threshold of 0 meets no value."""
    value = x * expit(x)
    return value if abs(value) >= threshold - _NEXT_TO_NOTHING else mpf(0)


@surrogate(_kept)
@guarded()
def cats(x: mpf, threshold: Real = 0.1) -> mpf:
    """silu(x) where |silu(x)| >= threshold, else 0: Lee et al. 2024, arXiv:2404.08763."""
    value = x * expit(x)
    return value if abs(value) >= threshold else mpf(0)


@guarded()
def berlu(x: mpf, eps: Real = 1, negative_slope: Real = 0.01) -> mpf:
    """leaky_relu(x) with its Bernstein polynomial of degree 2 on [-eps, eps].

    Zhang et al. 2026, arXiv:2605.02591: sum_k f(c_k) C(2, k) t^k (1 - t)^(2 - k), c = -eps, 0,
    eps and t = (x + eps) / (2 eps).
    """
    if x <= -eps:
        return negative_slope * x
    t = (x + eps) / (2 * mpf(eps))
    return x if x >= eps else eps * t**2 - negative_slope * eps * (1 - t) ** 2


@guarded()
def repu(x: mpf, k: Real = 3) -> mpf:
    """max(0, x)^k: Qiu et al. 2024, arXiv:2412.13571."""
    return x ** mpf(k) if x > 0 else mpf(0)


@guarded()
def pl_tanh(x: mpf, alpha: Real = 0.01) -> mpf:
    """max(tanh(x), alpha |tanh(x)|): Mastromichalakis 2023, arXiv:2310.07720."""
    return max(mp.tanh(x), alpha * abs(mp.tanh(x)))


@guarded(depth=1)
def pwlu(
    x: mpf, values: Reals, left: Real = 0, right: Real = 1, lower: Real = -3, upper: Real = 3
) -> mpf:
    """Straight between values at equally spaced knots, with slopes outside: Zhou et al. 2021.

    arXiv:2104.03693.
    """
    if x < lower:
        return values[0] + left * (x - lower)
    if x >= upper:
        return values[-1] + right * (x - upper)
    width = (mpf(upper) - lower) / (len(values) - 1)
    place = (x - lower) / width
    k = int(mp.floor(place))
    return values[k] + (place - k) * (mpf(values[k + 1]) - values[k])
