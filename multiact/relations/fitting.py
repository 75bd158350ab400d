"""Least squares `y ~ a f(b x + c; p) + d`, for many targets at once, by Levenberg and Marquardt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multiact.relations.curves import POINTS, WEIGHTS, Array, Curve

#: the unknowns of a disguise; a colon, because parameters may be called a and b, too
A, B, C, D = AFFINE = ("a:", "b:", "c:", "d:")
#: their values where there is none
IDENTITY = {A: 1.0, B: 1.0, C: 0.0, D: 0.0}
#: a residual, relative to the spread of the target, of what is fitted but for rounding
EXACT = 1e-9

_TAILS = 1e-4  # what points count that a normal input hardly reaches
_NOTHING = 1e-29  # a sum of squares that is rounding alone
_PATIENCE, _MORE_PATIENCE = 3, 10  # steps that may hardly improve; the latter where it is
_PROMISING = 1e-4  # less than this, but may be a long valley
_STEP = 1e-7  # of differences; at a solution they need not be exact
_STEEPEST = 16.0  # |b|: beyond it any smooth function is a straight line on the points
_FACTORS = np.asarray([0.12, 0.2, 0.3, 0.45, 0.65, 1.0, 1.4, 2.0, 2.8, 4.0])
_SHIFTS = np.asarray([-3.0, -2.0, -1.2, -0.6, -0.25, 0.0, 0.25, 0.6, 1.2, 2.0, 3.0])


@dataclass(frozen=True)
class Fit:
    """For each target the unknowns that fit best, and the relative residual."""

    values: dict[str, Array]
    residuals: Array

    def of(self, rows: Sequence[int]) -> Fit:
        """Return the fits of some targets."""
        return Fit({n: v[rows] for n, v in self.values.items()}, self.residuals[rows])

    def row(self, i: int) -> dict[str, float]:
        """Return the unknowns of one target."""
        return {name: float(v[i]) for name, v in self.values.items()}


def spread(y: Array) -> Array:
    """Return the standard deviation of rows of values under a standard normal input."""
    mean = (y * WEIGHTS).sum(axis=-1, keepdims=True)
    result: Array = np.sqrt(((y - mean) ** 2 * WEIGHTS).sum(axis=-1))
    return result


@np.errstate(all="ignore")  # what is not finite is no fit
def fit(
    curve: Curve,
    targets: Array,
    starts: dict[str, Array],
    free: Sequence[str],
    steps: int = 60,
) -> Fit:
    """Fit a curve to rows of values at `POINTS`, from one start for each row.

    Parameters
    ----------
    curve
        The curve f.
    targets
        The rows y.
    starts
        Values of the coefficients and of the parameters, by name, one for each row.
    free
        Those that are fitted; the others keep the values of the start.
    steps
        How many times to improve them.
    """
    scale = np.maximum(spread(targets), 1e-300)[:, None]
    root = np.sqrt(WEIGHTS + _TAILS / len(WEIGHTS)) / scale
    now = {n: np.array(v, np.float64) for n, v in starts.items()}
    cost = _squares(root * (_model(curve, now) - targets))
    damping, idle = np.full(len(targets), 1e-2), np.zeros(len(targets), int)
    for _ in range(steps if free else 0):
        patience = np.where(cost < _PROMISING, _MORE_PATIENCE, _PATIENCE)
        active = np.flatnonzero((cost > _NOTHING) & (idle < patience) & np.isfinite(cost))
        if not active.size:
            break
        here = {n: v[active] for n, v in now.items()}
        tried = _improved(curve, targets[active], root[active], here, [*free], damping[active])
        y = _inner(curve, tried)
        if A in free and D in free:  # of which the best follow from the others
            tried |= _linear(y, targets[active], root[active])
        error = root[active] * (tried[A][:, None] * y + tried[D][:, None] - targets[active])
        new_cost = _squares(error)
        better = new_cost < cost[active]
        idle[active] = np.where(new_cost < 0.8 * cost[active], 0, idle[active] + 1)
        damping[active] = np.clip(damping[active] * np.where(better, 0.1, 5), 1e-14, 1e8)
        for name in free:
            now[name][active[better]] = tried[name][better]
        cost[active[better]] = new_cost[better]
    return Fit(now, np.sqrt(cost))


def _improved(
    curve: Curve, targets: Array, root: Array, at: dict[str, Array], free: list[str], damping: Array
) -> dict[str, Array]:
    """Return the unknowns after one damped step."""
    y = _inner(curve, at)
    error = root * (at[A][:, None] * y + at[D][:, None] - targets)
    linear = A in free and D in free
    free = [n for n in free if not linear or n not in (A, D)]
    if not free:
        return dict(at)
    slopes = root[:, :, None] * _slopes(curve, at, y, free)
    slopes = np.where(np.isfinite(slopes), slopes, 0.0)
    if linear:  # what a and d can do is left to them: variable projection, as Kaufman did it
        constant = root / np.sqrt((root**2).sum(axis=1, keepdims=True))
        slopes = _without(_without(slopes, constant), _unit(_without(root * y, constant)))
    normal = np.einsum("knm,knl->kml", slopes, slopes)
    gradient = np.einsum("knm,kn->km", slopes, error)
    diagonal = np.einsum("kmm->km", normal)  # a view
    diagonal += damping[:, None] * (diagonal + 1e-9 * diagonal.max(axis=1, keepdims=True)) + 1e-300
    change = -np.linalg.solve(normal, gradient[..., None])[..., 0]
    return _moved(curve, at, free, change)


def _without(rows: Array, direction: Array) -> Array:
    """Return rows, or several columns of each, without their parts along unit vectors."""
    if rows.ndim == direction.ndim:
        return np.asarray(rows - (rows * direction).sum(axis=1, keepdims=True) * direction)
    parts = np.einsum("knm,kn->km", rows, direction)
    return np.asarray(rows - direction[:, :, None] * parts[:, None, :])


def _unit(rows: Array) -> Array:
    length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.asarray(rows / np.maximum(length, 1e-300))


def _linear(y: Array, targets: Array, root: Array) -> dict[str, Array]:
    """Return the factor and the shift with which rows of values fit best."""
    weights = root**2 / (root**2).sum(axis=1, keepdims=True)
    means = [(weights * v).sum(axis=1) for v in (y, targets)]
    centred = y - means[0][:, None]
    square = np.maximum((weights * centred**2).sum(axis=1), 1e-300)
    a = (weights * centred * (targets - means[1][:, None])).sum(axis=1) / square
    return {A: a, D: means[1] - a * means[0]}


def _squares(error: Array) -> Array:
    """Return sums of squares; infinite where a value is missing."""
    sums = np.einsum("kn,kn->k", error, error)
    return np.where(np.isfinite(sums), sums, np.inf)


def _model(curve: Curve, at: dict[str, Array]) -> Array:
    with np.errstate(all="ignore"):
        y: Array = at[A][:, None] * _inner(curve, at) + at[D][:, None]
    return y


def _inner(curve: Curve, at: dict[str, Array], shift: float = 0.0) -> Array:
    x = at[B][:, None] * POINTS + (at[C][:, None] + shift)
    return curve.values(x, {n: at[n][:, None] for n in curve.defaults})


def _slopes(curve: Curve, at: dict[str, Array], y: Array, free: Sequence[str]) -> Array:
    """Return the derivative of the model by each unknown, by differences."""
    with np.errstate(all="ignore"):
        a = at[A][:, None]
        by_c = a * (_inner(curve, at, _STEP) - y) / _STEP if {B, C} & {*free} else y
        known = {A: y, B: by_c * POINTS, C: by_c, D: np.ones_like(y)}

        def by(name: str) -> Array:
            if name in known:
                return known[name]
            step = _STEP * (1 + np.abs(at[name]))
            moved = _inner(curve, {**at, name: at[name] + step})
            result: Array = a * (moved - y) / step[:, None]
            return result

        return np.stack([by(name) for name in free], axis=-1)


def _moved(
    curve: Curve, at: dict[str, Array], free: Sequence[str], change: Array
) -> dict[str, Array]:
    """Return the unknowns after a step; what a parameter's constraint forbids is half as far."""
    moved = dict(at)
    for i, name in enumerate(free):
        new = at[name] + change[:, i]
        if name == B:
            new = np.clip(new, -_STEEPEST, _STEEPEST)
        elif name not in AFFINE:
            p = curve.act.by_name[name].number
            new = np.where(new <= p.low, (at[name] + p.low) / 2, new)
            new = np.where(new >= p.high, (at[name] + p.high) / 2, new)
        moved[name] = new
    return moved


def same_for_all(values: dict[str, float], count: int) -> dict[str, Array]:
    """Return the same start for each of so many targets."""
    return {n: np.full(count, v) for n, v in values.items()}


@np.errstate(all="ignore")
def best_starts(
    curve: Curve, parameters: dict[str, float], targets: Array
) -> tuple[dict[str, Array], Array]:
    """Return for each target the best coefficients of a coarse grid, and the residuals.

    For each `b` and `c` of the grid the best `a` and `d` follow from a correlation.
    """
    factors = np.concatenate([_FACTORS, -_FACTORS])
    b, c = (g.ravel() for g in np.meshgrid(factors, _SHIFTS, indexing="ij"))
    y = curve.values(b[:, None] * POINTS + c[:, None], parameters)
    kept = np.isfinite(y).all(axis=1) & (spread(np.where(np.isfinite(y), y, 0.0)) > 1e-12)
    if not kept.any():
        unchanged = same_for_all({**IDENTITY, **parameters}, len(targets))
        return unchanged, np.full(len(targets), np.inf)
    b, c, y = b[kept], c[kept], y[kept]
    covariance, mean_y, mean_t = _moments(y, targets)
    widths, target_widths = spread(y), np.maximum(spread(targets), 1e-300)
    correlation = covariance / (target_widths[:, None] * widths)
    # of equal ones the first: the plain curve, then shifts, then factors
    plain = -1e-9 * (np.abs(np.log(np.abs(b))) + np.abs(c) + (b < 0))
    best = np.argmax(np.abs(correlation) + plain, axis=1)
    rows = np.arange(len(targets))
    a = covariance[rows, best] / widths[best] ** 2
    start: dict[str, Array] = {A: a, B: b[best], C: c[best], D: mean_t - a * mean_y[best]}
    start |= same_for_all(parameters, len(targets))
    chosen = np.minimum(np.abs(correlation[rows, best]), 1.0)
    return start, np.sqrt(1 - chosen**2)


def _moments(y: Array, targets: Array) -> tuple[Array, Array, Array]:
    """Return the covariances of targets with rows of y, and the means of both."""
    mean_y, mean_t = y @ WEIGHTS, targets @ WEIGHTS
    covariance = (targets * WEIGHTS) @ y.T - np.outer(mean_t, mean_y)
    return covariance, mean_y, mean_t
