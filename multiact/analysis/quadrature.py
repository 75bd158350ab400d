"""Means under the standard normal distribution, by adaptive Gauss-Legendre quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]  # n points -> n values, or n rows of values

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_TOLERANCE = 1e-13  # of one panel, relative to the integral
_HALVINGS = 100  # enough for |x|**-0.25; |x|**-0.5, whose square diverges, never converges
_MAX_PANELS = 20_000
_REACH = 38.0  # beyond it, the density is below the smallest double
#: initial panels: narrow where the probability mass is, and around 0, where activations bend
_EDGES = (0.0, 0.01, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 7.5, 11.0, 18.0, _REACH)


class NotIntegrableError(ArithmeticError):
    """The integral is infinite, or the quadrature does not converge."""


def mean_square(f: Function, breaks: Iterable[float] = ()) -> np.ndarray:
    """Return E[f(Z)^2] for a standard normal Z; `breaks` are points where `f` is not smooth."""

    def weighted(z: np.ndarray) -> np.ndarray:
        y = f(z)
        # weight by the root of the density before squaring, which could overflow
        y = y * np.exp(-z * z / 4).reshape(-1, *[1] * (y.ndim - 1))
        squares: np.ndarray = y * y / math.sqrt(2 * math.pi)
        return squares

    total = integral(weighted, around(breaks))
    if not (weighted(np.asarray([-_REACH, _REACH])) <= _TOLERANCE * total).all():
        raise NotIntegrableError("it grows so fast that its mean square is infinite")
    return total


def mean(f: Function, breaks: Iterable[float], scale: float) -> float:
    """Return E[f(Z)] for a standard normal Z, with an error that is small beside `scale`."""

    def weighted(z: np.ndarray) -> np.ndarray:
        density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        values: np.ndarray = f(z) * density
        return values

    return float(integral(weighted, around(breaks), scale))


def around(breaks: Iterable[float]) -> list[float]:
    """Return the edges of the panels to begin with, break points among them."""
    inside = {float(b) for b in breaks if abs(b) < _REACH}
    return sorted(inside.union(_EDGES, (-e for e in _EDGES)))


def integral(f: Function, edges: Iterable[float], scale: float = 0.0) -> np.ndarray:
    """Integrate `f`, or each of its columns, from the first edge to the last.

    The error is small beside the integral or beside `scale`, which integrals that vanish need.
    """
    points = np.asarray([*edges])
    low, high = points[:-1], points[1:]
    coarse = _panels(f, low, high)
    total: np.ndarray = np.zeros(coarse.shape[1:])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        left, right = _panels(f, low, middle), _panels(f, middle, high)
        error, size = np.abs(left + right - coarse), np.abs(total + (left + right).sum(axis=0))
        small = error <= _TOLERANCE * np.maximum(size, scale)
        converged = small.reshape(len(low), -1).all(axis=1)
        total = total + (left + right)[converged].sum(axis=0)
        low, middle, high = low[~converged], middle[~converged], high[~converged]
        if not low.size:
            return total
        coarse = np.concatenate([left[~converged], right[~converged]])
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        if low.size > _MAX_PANELS:
            break
    raise NotIntegrableError(f"its mean square is infinite, or not found, near x = {low[0]:.6g}")


def _panels(f: Function, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Integrate over each of the panels."""
    half = (high - low) / 2
    x = ((high + low) / 2)[:, None] + half[:, None] * _NODES
    y = f(x.reshape(-1))
    not_finite = ~np.isfinite(y.reshape(y.shape[0], -1)).all(axis=1)
    if not_finite.any():
        raise NotIntegrableError(f"it is not finite at x = {x.reshape(-1)[not_finite][0]:.6g}")
    y = y.reshape(*x.shape, *y.shape[1:])
    sums: np.ndarray = np.tensordot(y, _WEIGHTS, axes=(1, 0))
    sums *= half.reshape(-1, *[1] * (sums.ndim - 1))
    return sums
