"""Piecewise squares: cheap replacements of exponentials and of the hyperbolic tangent."""

from __future__ import annotations

from mpmath import mp, mpf

from ._tools import Real, Vector, guarded


@guarded()
def sqnl(x: mpf) -> mpf:
    """x + x^2/4 on [-2, 0), x - x^2/4 on [0, 2], -1 and 1 beyond: Wuraola & Patel 2018."""
    if abs(x) > 2:
        return mp.sign(x)
    return x + x**2 / 4 if x < 0 else x - x**2 / 4


@guarded()
def log_sqnl(x: mpf) -> mpf:
    """(SQNL(x) + 1) / 2: Wuraola, Patel & Nguang 2021."""
    return (sqnl(x) + 1) / 2


@guarded()
def sqlu(x: mpf) -> mpf:
    """x if x > 0, x + x^2/4 on [-2, 0], -1 below: Wuraola, Patel & Nguang 2021."""
    if x > 0:
        return x
    return x + x**2 / 4 if x >= -2 else mpf(-1)


@guarded()
def squish(x: mpf) -> mpf:
    """x + x^2/32 if x > 0, x + x^2/2 on [-2, 0], 0 below: Wuraola, Patel & Nguang 2021."""
    if x > 0:
        return x + x**2 / 32
    return x + x**2 / 2 if x >= -2 else mpf(0)


@guarded()
def sqreu(x: mpf) -> mpf:
    """x if x > 0, x + x^2/2 on [-2, 0], 0 below: Wuraola, Patel & Nguang 2021."""
    if x > 0:
        return x
    return x + x**2 / 2 if x >= -2 else mpf(0)


@guarded()
def sq_softplus(x: mpf) -> mpf:
    """x if x > 1/2, (x + 1/2)^2 / 2 if |x| <= 1/2, else 0: Wuraola, Patel & Nguang 2021."""
    half = mpf(0.5)
    if abs(x) <= half:
        return (x + half) ** 2 / 2
    return x if x > 0 else mpf(0)


@guarded()
def linq(x: mpf, a: Real = 0.25) -> mpf:
    """x (4 - |x|) / 4 if |x| < 2 (1 - a), else a x + sign(x) (1 - a)^2: arXiv:2402.09092."""
    bend = 1 - mpf(a)
    return x * (4 - abs(x)) / 4 if abs(x) < 2 * bend else a * x + mp.sign(x) * bend**2


@guarded()
def plaf(x: mpf, d: Real = 2) -> mpf:
    """sign(x) |x|^d / d if |x| < 1, else x - sign(x) (1 - 1/d): arXiv:2402.09092, 3.6.41."""
    if abs(x) < 1:
        return mp.sign(x) * abs(x) ** d / d
    return x - mp.sign(x) * (1 - 1 / mpf(d))


@guarded(depth=2)
def sqmax(x: Vector, c: Real = 0) -> Vector:
    """(x_j + c)^2 / sum_k (x_k + c)^2: Wuraola, Patel & Nguang 2021."""
    squares = [(value + c) ** 2 for value in x]
    return [square / mp.fsum(squares) for square in squares]
