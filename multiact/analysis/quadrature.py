"""Mean squares under the standard normal law, by Gauss-Legendre panels that are halved."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]  # n places -> n values, or n rows of values

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_TOLERANCE = 1e-13  # of one panel, relative to the whole
_HALVINGS = 100  # enough for |x|**-0.25; |x|**-0.5, whose square diverges, never settles
_MOST_PANELS = 20_000
_REACH = 38.0  # the density beyond is less than the smallest double
#: narrow where the mass is, and around 0, where activations turn
_EDGES = (0.0, 0.01, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 7.5, 11.0, 18.0, _REACH)


class NotIntegrableError(ArithmeticError):
    """An integral that is infinite, or is not found."""


def mean_square(f: Function, breaks: Iterable[float] = ()) -> np.ndarray:
    """E[f(Z)^2] for a standard normal Z; `breaks` are places where `f` is not smooth."""

    def weighted(z: np.ndarray) -> np.ndarray:
        y = f(z)
        # the root of the density, before the square can overflow
        y = y * np.exp(-z * z / 4).reshape(-1, *[1] * (y.ndim - 1))
        squares: np.ndarray = y * y / math.sqrt(2 * math.pi)
        return squares

    inside = {float(b) for b in breaks if abs(b) < _REACH}
    edges = sorted(inside.union(_EDGES, (-e for e in _EDGES)))
    total = integral(weighted, edges)
    if not (weighted(np.asarray([-_REACH, _REACH])) <= _TOLERANCE * total).all():
        raise NotIntegrableError("it grows so fast that its mean square is infinite")
    return total


def integral(f: Function, edges: Iterable[float]) -> np.ndarray:
    """The integral of `f`, or of every column of it, from the first edge to the last."""
    places = np.asarray([*edges])
    low, high = places[:-1], places[1:]
    whole = _panels(f, low, high)
    total: np.ndarray = np.zeros(whole.shape[1:])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        left, right = _panels(f, low, middle), _panels(f, middle, high)
        error, scale = np.abs(left + right - whole), np.abs(total + (left + right).sum(axis=0))
        done = (error <= _TOLERANCE * scale).reshape(len(low), -1).all(axis=1)
        total = total + (left + right)[done].sum(axis=0)
        low, middle, high = low[~done], middle[~done], high[~done]
        if not low.size:
            return total
        whole = np.concatenate([left[~done], right[~done]])
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        if low.size > _MOST_PANELS:
            break
    raise NotIntegrableError(f"its mean square is infinite, or not found, near x = {low[0]:.6g}")


def _panels(f: Function, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The integral over each of the panels."""
    half = (high - low) / 2
    x = ((high + low) / 2)[:, None] + half[:, None] * _NODES
    y = f(x.reshape(-1))
    wrong = ~np.isfinite(y.reshape(y.shape[0], -1)).all(axis=1)
    if wrong.any():
        raise NotIntegrableError(f"it is not finite at x = {x.reshape(-1)[wrong][0]:.6g}")
    y = y.reshape(*x.shape, *y.shape[1:])
    sums: np.ndarray = np.tensordot(y, _WEIGHTS, axes=(1, 0))
    sums *= half.reshape(-1, *[1] * (sums.ndim - 1))
    return sums
