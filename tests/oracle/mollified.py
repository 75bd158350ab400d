"""Units whose corners are rounded: |t|_e = sqrt(t^2 + e) in place of |t|.

Mollified square root functions, https://openreview.net/forum?id=ZPtQ83t7ob.
"""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, guarded

EPSILON = 1e-6


def _size(t: mpf, epsilon: Real) -> mpf:
    """|t|_e."""
    return mp.sqrt(t * t + epsilon)


def _sign(t: mpf, epsilon: Real) -> mpf:
    """t / |t|_e."""
    return t / _size(t, epsilon)


@guarded(depth=1)
def mollified_absolute_value(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """|x|_e, for vReLU too."""
    return _size(x, epsilon)


@guarded(depth=2)
def step_plus(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """(1 + x / |x|_e) / 2: the unit step."""
    return (1 + _sign(x, epsilon)) / 2


@guarded(depth=2)
def bipolar_plus(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """x / |x|_e: the sign."""
    return _sign(x, epsilon)


@guarded(depth=2)
def lrelu_plus(x: mpf, negative_slope: Real = 0.01, epsilon: Real = EPSILON) -> mpf:
    """(x + a x + |(1 - a) x|_e) / 2, a the negative slope: leaky ReLU."""
    a = mpf(negative_slope)
    return (x + a * x + _size((1 - a) * x, epsilon)) / 2


@guarded(depth=2)
def softshrink_plus(x: mpf, lambd: Real = 0.5, epsilon: Real = EPSILON) -> mpf:
    """x + (|x - l|_e - |x + l|_e) / 2: soft thresholding."""
    return x + (_size(x - lambd, epsilon) - _size(x + lambd, epsilon)) / 2


@guarded(depth=2)
def srelu_plus(x: mpf, a: Real = 0.5, t: Real = 1, epsilon: Real = EPSILON) -> mpf:
    """a x + (a - 1) (|x - t|_e - |x + t|_e) / 2: S-shaped ReLU."""
    return a * x + (mpf(a) - 1) * (_size(x - t, epsilon) - _size(x + t, epsilon)) / 2


@guarded(depth=2)
def hard_tanh_plus(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """(|x + 1|_e - |x - 1|_e) / 2: hard tanh."""
    return (_size(x + 1, epsilon) - _size(x - 1, epsilon)) / 2


@guarded(depth=2)
def mollified_melu_component(x: mpf, b: Real = 0, c: Real = 1, epsilon: Real = EPSILON) -> mpf:
    """(t + |t|_e) / 2, t = c - |x - b|_e: a hat of MeLU."""
    t = c - _size(x - b, epsilon)
    return (t + _size(t, epsilon)) / 2


@guarded(depth=2)
def swish_plus(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """(x + x^2 / |x|_e) / 2: Swish, with the step in place of the sigmoid."""
    return (x + x * x / _size(x, epsilon)) / 2


@guarded(depth=2)
def logish_plus(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """x log(1 + (1 + x / |x|_e) / 2): Logish, with the step in place of the sigmoid."""
    return x * mp.log1p((1 + _sign(x, epsilon)) / 2)


@guarded(depth=1)
def softsign_plus(x: mpf, epsilon: Real = EPSILON) -> mpf:
    """x / (1 + |x|_e): softsign."""
    return x / (1 + _size(x, epsilon))
