"""What an activation does to standard normal input: its moments, and how much of it is silent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from multiact.analysis.breakpoints import located
from multiact.analysis.fixed_points import vanishing
from multiact.analysis.quadrature import Function, NotIntegrableError, mean
from multiact.analysis.variance import GRID, expectation
from multiact.declare.activation import Activation

FLAT = 1e-3  # slopes below it hardly train what is before them
_ZERO = 1e-11  # of the root mean square: a mean that is less is 0


def moments(
    act: Activation, arguments: Mapping[str, Any]
) -> tuple[float | None, float | None, float | None]:
    """Return E[f(Z)], E[f(Z)^2] and E[f'(Z)^2]; None where they are infinite.

    Noise is averaged over, as in training.
    """
    square = _finite(lambda: expectation(act, (), arguments))
    slope = _finite(lambda: expectation(act, (act.data[0],), arguments))
    if square is None:
        return None, None, slope
    scale = math.sqrt(square)

    def first(f: Function, breaks: Iterable[float]) -> float:
        return mean(f, breaks, scale)

    found = _finite(lambda: expectation(act, (), arguments, first))
    centred = found is not None and abs(found) <= _ZERO * scale
    return 0.0 if centred else found, square, slope


def _finite(compute: Callable[[], float]) -> float | None:
    try:
        return compute()
    except NotIntegrableError:
        return None


def zero_share(f: Function, breakpoints: Iterable[float]) -> float:
    """Return P(f(Z) = 0): isolated zeros count for nothing."""
    return math.fsum(_probability(*ends) for ends in vanishing(f, breakpoints, GRID))


def flat_share(slope: Function) -> float:
    """Return P(|f'(Z)| < `FLAT`), also of the flat part of a bend that fits between two points."""
    y = slope(GRID)
    parts = [GRID]
    for bound in (-FLAT, FLAT):
        k = np.flatnonzero((y[:-1] > bound) != (y[1:] > bound))
        parts.append(located(partial(_above, slope, bound), GRID[k], GRID[k + 1]))
    edges = np.unique(np.concatenate(parts))
    flat = np.abs(slope((edges[:-1] + edges[1:]) / 2)) < FLAT
    changes = np.flatnonzero(np.diff(flat, prepend=False, append=False))
    return math.fsum(_probability(*edges[pair]) for pair in changes.reshape(-1, 2))


def _above(f: Function, bound: float, x: np.ndarray) -> np.ndarray:
    result: np.ndarray = f(x) > bound
    return result


def _probability(low: float, high: float) -> float:
    """Return P(low < Z < high), in the tail where digits are not lost."""
    if low > 0:
        low, high = -high, -low
    return (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2))) / 2
