"""Fixed points: where an activation returns its input."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from multiact.analysis.breakpoints import located

Function = Callable[[np.ndarray], np.ndarray]

_NOISE = 1e-13  # what rounding makes of f(x) - x = 0, beside 1 + |x|
_NEAR = 1e-3  # the distance from which a neighbour has to come closer
_FAR = np.asarray([1e2, 1e4, 1e6])
_SAMPLES = 65  # of a piece
_ROUNDING = 1e-15  # of x, in f(x) = x
_RUN = 100  # points of the grid, at most, where the gap is 0 but for rounding: else it fades away
_JUMP = 1e-9  # beside 1 + |x|: more is no crossing
_CLEAR = 1e-11  # how far from 0 the gap is two points of the grid beside a touch, at least
_SMALL = 1e-2  # how far it is from 0 at the point next to a touch, at most


@dataclass(frozen=True)
class FixedPoint:
    """Where f(x) = x.

    Attributes
    ----------
    low, high
        The ends of an interval of fixed points, infinite where it does not end; equal for one
        point.
    slope
        The slope there.
    attracting
        Whether applying the function again and again leads there, from either side.
    """

    low: float
    high: float
    slope: float
    attracting: bool


def find_fixed_points(
    f: Function, slope: Function, breakpoints: Sequence[float], grid: np.ndarray
) -> tuple[FixedPoint, ...]:
    """Find the fixed points on a grid: intervals, points where f crosses x, and where it touches.

    An interval ends in breakpoints; a function that only approaches its input has none, even
    where rounding makes the two equal.
    """

    def gap(x: np.ndarray) -> np.ndarray:
        result: np.ndarray = f(x) - x
        return result

    y = gap(grid)
    intervals = [*_extended(vanishing(gap, breakpoints, grid, _ROUNDING), f, grid)]
    points = [*_crossings(gap, grid, y)]
    points += [x for x in _touches(gap, grid, y) if all(abs(x - p) > _NEAR for p in points)]
    points = [
        x for x in points if not any(low - _NEAR <= x <= high + _NEAR for low, high in intervals)
    ]
    slopes = slope(np.asarray(points)).tolist() if points else []
    found = [FixedPoint(*ends, 1.0, _attracts(f, *ends)) for ends in intervals]
    found += [FixedPoint(x, x, s, _attracts(f, x, x)) for x, s in zip(points, slopes, strict=True)]
    return tuple(sorted(found, key=lambda p: p.low))


def vanishing(
    f: Function, breakpoints: Iterable[float], grid: np.ndarray, rounding: float = 0.0
) -> list[tuple[float, float]]:
    """Return the intervals, between breakpoints or the ends of the grid, where a function is 0."""
    ends = float(grid[0]), float(grid[-1])
    edges = [ends[0], *(x for x in breakpoints if ends[0] < x < ends[1]), ends[1]]
    x = np.linspace(edges[:-1], edges[1:], _SAMPLES + 2)[1:-1]
    y = f(x.reshape(-1)).reshape(x.shape)
    zero = (np.abs(y) <= rounding * np.abs(x)).all(axis=0)
    found: list[tuple[float, float]] = []
    for low, high in zip(np.asarray(edges[:-1])[zero], np.asarray(edges[1:])[zero], strict=True):
        joined = found and found[-1][1] == low
        found.append((found.pop()[0] if joined else float(low), float(high)))
    return found


def _extended(
    intervals: Iterable[tuple[float, float]], f: Function, grid: np.ndarray
) -> Iterator[tuple[float, float]]:
    """Let intervals that reach an end of the grid go on to infinity, if they do."""
    for low, high in intervals:
        left, right = (bool(np.isclose(f(s * _FAR), s * _FAR, rtol=1e-12).all()) for s in (-1, 1))
        yield (
            -math.inf if low == grid[0] and left else low,
            math.inf if high == grid[-1] and right else high,
        )


def _crossings(gap: Function, grid: np.ndarray, y: np.ndarray) -> Iterator[float]:
    """Yield where the gap is negative on one side and positive on the other, without a jump."""
    sign = np.where(np.abs(y) <= _NOISE * (1 + np.abs(grid)), 0, np.sign(y))
    known = np.flatnonzero(np.abs(sign) == 1)
    left, right = known[:-1], known[1:]
    change = (sign[left] != sign[right]) & (right - left < _RUN)
    left, right = left[change], right[change]
    yield from grid[(left + right)[right - left > 1] // 2].tolist()
    direct = right - left == 1
    roots = located(lambda x: gap(x) > 0, grid[left[direct]], grid[right[direct]])
    roots = roots[np.abs(gap(roots)) <= _JUMP * (1 + np.abs(roots))] if roots.size else roots
    yield from (round(x, 12) + 0.0 for x in roots.tolist())


def _touches(gap: Function, grid: np.ndarray, y: np.ndarray) -> Iterator[float]:
    """Yield the points where the gap comes down to 0 and goes back."""
    size = np.abs(y)
    inside = np.arange(2, len(grid) - 2)
    lowest = (size[inside] <= size[inside - 1]) & (size[inside] <= size[inside + 1])
    clear = np.minimum(size[inside - 2], size[inside + 2]) > _CLEAR
    near = size[inside] < _SMALL
    step = float(grid[1] - grid[0])
    for centre in grid[inside[lowest & clear & near]].tolist():
        x, width = centre, step
        for _ in range(5):
            places = np.linspace(x - width, x + width, 201)
            x = float(places[np.argmin(np.abs(gap(places)))])
            width /= 50
        if np.abs(gap(np.asarray([x])))[0] <= _NOISE * (1 + abs(x)):
            yield round(x, 6) + 0.0  # a touch is no sharper than the root of rounding


def _attracts(f: Function, low: float, high: float) -> bool:
    """Whether neighbours on both sides come closer: a slope of 1 does not tell."""
    beside = np.asarray([low - _NEAR, high + _NEAR])
    beside = beside[np.isfinite(beside)]
    if not beside.size:
        return False
    y = f(beside)
    distance = np.abs(y - np.clip(y, low, high))
    return bool((distance < _NEAR * (1 - 1e-9)).all())
