"""How far activations are from each other, as they are and after factors and shifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from multiact.calculus.derivative import derivative
from multiact.calculus.interpret import interpreter
from multiact.calculus.simplify import simplify
from multiact.calculus.surrogate import valued
from multiact.relations.curves import Array, Curve
from multiact.relations.fitting import AFFINE, IDENTITY, A, B, C, D, Fit, best_starts, fit

_REACH = 5.0  # where the largest difference is sought
_FINE = np.linspace(-8.0, 8.0, 1600)  # symmetric without 0, where many have a kink
_DENSITY = np.exp(-(_FINE**2) / 2) / np.exp(-(_FINE**2) / 2).sum()
_NEAR = 0.2  # a residual of a start from which it is worth going on
_INSIDE = np.abs(_FINE) <= _REACH


@dataclass(frozen=True)
class Distance:
    """Norms of a difference: L2 for a standard normal input, the largest on [-5, 5], of slopes.

    Attributes
    ----------
    l2
        The root mean square under a standard normal input.
    sup
        The largest absolute difference on [-5, 5].
    slopes
        The root mean square of the difference of the slopes.
    """

    l2: float
    sup: float
    slopes: float


@dataclass(frozen=True)
class Neighbour:
    """Another activation at its defaults, and how far it is.

    Attributes
    ----------
    name
        The name of the activation.
    plain
        The distance as it is.
    fitted
        The distance of `a f(b x + c) + d`.
    a, b, c, d
        The factors and shifts with which it is nearest.
    unlike
        What remains in the worse direction, relative to the spread: from 0, for two that
        coincide after factors and shifts, to 1, for two that have nothing in common.
    """

    name: str
    plain: Distance
    fitted: Distance
    a: float
    b: float
    c: float
    d: float
    unlike: float

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def neighbours(target: Curve, others: Sequence[Curve]) -> list[Neighbour]:
    """Return all others, the most alike first."""
    if not others:
        return []
    found = []
    back = disguised(target, np.stack([o.at_points for o in others])).residuals
    for other, residual in zip(others, back, strict=True):
        fitted = disguised(other, target.at_points[None, :])
        best = fitted.row(0)
        near, plain = distance(target, other, best), distance(target, other, IDENTITY)
        if plain.l2 <= near.l2:  # the fit is to few points
            near, best = plain, {**best, **IDENTITY}
        unlike = min(1.0, max(float(residual), float(fitted.residuals[0])))
        found.append(Neighbour(other.name, plain, near, best[A], best[B], best[C], best[D], unlike))
    return sorted(found, key=lambda n: (n.unlike, n.plain.l2, n.name))


def disguised(other: Curve, targets: Array, steps: int = 60) -> Fit:
    """Fit the factors and shifts of a curve at its defaults to rows of values.

    Rows that are far from all starts keep the best of them.
    """
    starts, residuals = best_starts(other, other.defaults, targets)
    near = np.flatnonzero(residuals < _NEAR)
    fitted = fit(other, targets[near], {n: v[near] for n, v in starts.items()}, AFFINE, steps)
    for name in AFFINE:
        starts[name][near] = fitted.values[name]
    residuals[near] = np.minimum(residuals[near], fitted.residuals)
    return Fit(starts, residuals)


def unlikeness(fits: Sequence[Fit]) -> Array:
    """Return how unlike each pair is, from 0 to 1, from the fits of each curve to all of them."""
    table = np.nan_to_num(np.minimum(np.stack([f.residuals for f in fits]), 1.0), nan=1.0)
    both: Array = np.maximum(table, table.T)
    np.fill_diagonal(both, 0.0)
    return both


def distance(target: Curve, other: Curve, at: dict[str, float]) -> Distance:
    """Return the distance of a curve from another one with factors and shifts."""
    x = at[B] * _FINE + at[C]
    with np.errstate(all="ignore"):
        values = target.values(_FINE) - (at[A] * other.values(x) + at[D])
        slopes = _slope(target)(_FINE) - at[A] * at[B] * _slope(other)(x)
    return Distance(
        _mean(values),
        float(np.nan_to_num(np.abs(values[_INSIDE]).max(), nan=np.inf)),
        _mean(slopes),
    )


def _mean(difference: Array) -> float:
    mean = float((difference**2 * _DENSITY).sum())
    return float(np.sqrt(mean)) if np.isfinite(mean) else float("inf")


@lru_cache(maxsize=1024)
def _slope(curve: Curve) -> Callable[[Array], Array]:
    """Return the slope that automatic differentiation gives, at the defaults."""
    x = curve.act.data[0]
    run = interpreter(derivative(simplify(valued(curve.graph)), x))
    parameters = {n: np.asarray(v) for n, v in curve.defaults.items()}
    return lambda points: np.broadcast_to(run({x: points, **parameters}), points.shape)
