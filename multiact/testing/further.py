"""Further checks: slopes by parameters, second derivatives, and weighted sums of whole arrays.

They look for rules that are wrong, not for the last digit: half of the digits must be right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from statistics import NormalDist
from typing import Any, Protocol

import array_api_compat.numpy as np_xp
import numpy as np
from mpmath import mp

from multiact.analysis import defaults
from multiact.declare.activation import Activation
from multiact.testing.backend import Backend
from multiact.testing.exact import DIGITS, Truth, around, evaluate, truth
from multiact.testing.formats import FORMATS, FloatFormat
from multiact.testing.tolerance import Tolerance

ROUGH = 2.0**10  # accepted errors in eps of max(1, |truth|)
_NEAR = 10.0  # the largest |x| at which second derivatives are compared
_BESIDE = 16.0  # eps: how far from a place its sides are looked at
_DRAWS = 4096  # of noise
_BIAS = 0.05  # how far evaluation may be from the mean of so many draws, beside max(1, |mean|)
#: places on the way to infinity, where waves have no pattern
_FAR = [math.pi**k for k in (11, 12, 14, 17, 21, 23, 26, 30)]


class Wrong(Exception):  # noqa: N818  a result of a check, not a failure of ours
    """A result that is wrong, in one line, and where."""

    def __init__(self, reason: str, at: float | None = None) -> None:
        super().__init__(reason)
        self.at = at


class Places(Protocol):
    """What the checks need of an exact case."""

    act: Activation
    fmt: FloatFormat
    arguments: Mapping[str, Any]
    tolerance: Tolerance
    data: np.ndarray
    finite_points: np.ndarray
    varied: tuple[str, ...]
    truths: list[list[Truth]]

    def place(self, row: np.ndarray) -> dict[str, float]:
        """Return the values of all symbols at one row of the data."""


class Derivatives:
    """The truth of an elementwise or gated activation, by its parameters and of second order."""

    def __init__(self, case: Places) -> None:
        self._case = case
        self._graph = case.act.specialization(case.act.bind((), case.arguments))

    def by_parameter(self, name: str) -> list[Truth]:
        """Return the truth by a parameter at every point."""
        case, bits = self._case, self._case.fmt.computing
        if not case.arguments[name]:  # at 0, `truth` takes steps that are too small for 0 / 0
            return [self._along(case.place(row), (name,)) for row in case.data]
        return [truth(case.act, self._graph, case.place(row), name, bits) for row in case.data]

    @cached_property
    def scalars(self) -> dict[str, list[Truth]]:
        """The truth by every scalar parameter."""
        names = [p.name for p in self._case.act.parameters if p.shaped is None]
        return {name: self.by_parameter(name) for name in names}

    @cached_property
    def curvatures(self) -> list[Truth]:
        """The truth along x, or along both halves of a gate at once."""
        case = self._case
        if len(case.varied) == 1:
            return [row[0] for row in case.truths]
        return [self._along(case.place(row), case.varied) for row in case.data]

    def _along(self, place: Mapping[str, float], names: Sequence[str]) -> Truth:
        """Return the truth along some variables, which grow at the same rate."""
        e = self._case.act.expression(self._graph, raw=True)
        values = {name: mp.mpf(v) for name, v in place.items()}

        def at(t: Any) -> Any:
            return evaluate(e, {**values, **{n: values[n] + t - 1 for n in names}}, values)

        return around(at, 1.0, self._case.fmt.computing)

    def limit(self, sign: int) -> float | None:
        """Return what the formula tends to at an infinity; None if that cannot be told."""
        case = self._case
        e = case.act.expression(self._graph, raw=True)
        place = {n: mp.mpf(v) for n, v in case.place(case.data[0]).items()}
        with mp.workdps(DIGITS[64]):
            far = [float(evaluate(e, {**place, "x": mp.mpf(sign * x)})) for x in _FAR]
        if any(map(math.isnan, far)) or len({math.copysign(1, v) for v in far if v}) > 1:
            return None
        sizes = [abs(v) for v in far]
        if all(b > a or math.isinf(a) for a, b in pairwise(sizes)) and sizes[-1] > 1e3 * sizes[0]:
            return math.copysign(math.inf, far[-1])
        settled = max(far[-4:]) - min(far[-4:]) <= 1e-6 * (1e-3 + sizes[-1])
        return far[-1] if settled else None

    def beside(self, row: np.ndarray) -> list[float]:
        """Return the second derivatives on both sides of a row of the data, where it may jump."""
        case, graph = self._case, self._graph
        sides = []
        for sign in (-1, 1):
            distance = _BESIDE * case.fmt.eps * np.maximum(1, np.abs(row))
            place = case.place(row + sign * distance)
            if len(case.varied) == 1:
                near = truth(case.act, graph, place, case.varied[0], case.fmt.computing)
            else:
                near = self._along(place, case.varied)
            sides.append(float(near.second))
        return sorted(sides)


def untrained(act: Activation) -> list[str]:
    """Return the scalar parameters whose slopes are 0 everywhere, at the defaults.

    Parameters
    ----------
    act
        An activation; without a graph, or with a formula that fails, there are none.
    """
    from multiact.testing.expected import Exact

    try:
        slopes = Exact(act, FORMATS["float32"]).derivatives.scalars if act.is_graph else {}
    except Exception:  # the check of the formula says so
        return []
    return [name for name, found in slopes.items() if not any(t.slope for t in found)]


def evaluation_bias(act: Activation) -> tuple[float, float, float] | None:
    """Where evaluation is farthest from the mean over the noise, what it gives there, and the mean.

    Parameters
    ----------
    act
        An activation.

    Returns
    -------
    tuple of float or None
        None if evaluation is close to the mean for every input that was tried, or has noise, or
        the formula is none of single elements.
    """
    if not act.noise or act.always_noisy or act.kind != "elementwise":
        return None
    x = np.linspace(-3.0, 3.0, 25)[:, None]
    arguments = defaults.arguments(act)
    with np.errstate(all="ignore"):
        settled = act(x, **arguments)[:, 0]
        mean = act(x + np.zeros(_DRAWS), **arguments, **_drawn(act, len(x))).mean(axis=1)
        distance = np.abs(settled - mean) / np.maximum(1.0, np.abs(mean))
    worst = int(np.argmax(np.nan_to_num(distance)))
    if not distance[worst] > _BIAS:
        return None
    return float(x[worst, 0]), float(settled[worst]), float(mean[worst])


def _drawn(act: Activation, rows: int) -> dict[str, np.ndarray]:
    """Evenly spread noise, the same for every row; several noises are paired at random."""
    even = (np.arange(_DRAWS) + 0.5) / _DRAWS
    values = {"uniform": even, "normal": np.vectorize(NormalDist().inv_cdf)(even)}
    draw = np.random.default_rng(0)
    return {
        name: np.tile(draw.permutation(values[kind]), (rows, 1)) for name, kind in act.noise.items()
    }


def check_parameters(backend: Backend, case: Places, derivatives: Derivatives) -> None:
    """Compare the slopes by every scalar parameter, point by point."""
    x, case_x = backend.asarray(case.finite_points, case.fmt.name), case.data[:, 0]
    shape = (len(case.data), 1) if len(case.varied) > 1 else (len(case.data),)
    for name, exact in derivatives.scalars.items():
        values = np.full(shape, case.arguments[name])
        given = {n: v for n, v in case.arguments.items() if n != name}
        given = {n: _converted(backend, v, case.fmt) for n, v in given.items()}
        given[name] = backend.asarray(values, case.fmt.name)
        slope = backend.to_numpy(backend.gradient(case.act, x, given, (name,))).ravel()
        for at, got, t in zip(case_x, slope, exact, strict=True):
            if not t.corner:
                scale = abs(float(case.arguments[name] * t.second))
                _compare(f"derivative by {name}", float(at), float(got), t.slope, case.fmt, scale)


def check_curvature(backend: Backend, case: Places, derivatives: Derivatives) -> None:
    """Compare the second derivatives, near 0 and away from kinks."""
    x = backend.asarray(case.finite_points, case.fmt.name)
    given = {n: _converted(backend, v, case.fmt) for n, v in case.arguments.items()}
    second = backend.to_numpy(backend.gradient(case.act, x, given, ("x", "x")))
    totals = second.reshape(len(case.data), -1).sum(axis=1)
    for row, got, t in zip(case.data, totals, derivatives.curvatures, strict=True):
        if max(abs(row)) > _NEAR or t.corner or case.tolerance.beside(float(row[0])):
            continue
        exact = t.second
        if not row.all() or not _is_close(got, exact, case.fmt):  # at 0 the steps are too small
            low, high = derivatives.beside(row)
            exact = min(max(float(got), low), high)  # any choice is right where it jumps
            exact = low if math.isnan(got) else exact
        _compare("second derivative", float(row[0]), float(got), exact, case.fmt)


def _compare(
    what: str, at: float, got: float, exact: Any, fmt: FloatFormat, scale: float = 0.0
) -> None:
    right = float(exact)
    if math.isnan(right) or abs(right) >= fmt.largest:
        return
    bound = ROUGH * fmt.eps * max(1.0, abs(right), scale if math.isfinite(scale) else 0.0)
    if not abs(got - right) <= bound:
        raise Wrong(f"{what}: {got:.6g} at x = {at:g}, the truth is {right:.6g}", at)


def _is_close(got: float, exact: Any, fmt: FloatFormat) -> bool:
    if abs(exact) >= fmt.largest:  # which is not compared
        return True
    return abs(got - float(exact)) <= ROUGH * fmt.eps * max(1.0, abs(float(exact)))


def _converted(backend: Backend, value: Any, fmt: FloatFormat) -> Any:
    return backend.asarray(value, fmt.name) if isinstance(value, np.ndarray) else value


class Weighted:
    """Sums of the values of a function of whole arrays, with weights inside and outside.

    The plain sum of a softmax is 1, whose derivatives say nothing.
    """

    def __init__(self, act: Activation, points: np.ndarray, arguments: Mapping[str, Any]) -> None:
        self.act, self.points, self.arguments = act, points, arguments
        generator = np.random.default_rng(2)
        self._inside = generator.choice([-1.0, 1.0], points.shape) * generator.uniform(0.5, 1.5)
        self._outside = generator.uniform(0.5, 2.0, self._run(points).shape)

    def check(self, backend: Backend, fmt: FloatFormat) -> None:
        """Compare first and second derivatives along the inner weights."""
        given = {n: _converted(backend, v, fmt) for n, v in self.arguments.items()}
        x = backend.asarray(self.points, fmt.name)
        for wrt, what, exact in zip(
            (("x",), ("x", "x")), ("derivative", "second derivative"), self.truth, strict=True
        ):
            if exact is None:  # a corner
                return
            got = backend.to_numpy(backend.gradient(self.record, x, given, wrt))
            size = float(np.abs(got).sum())
            if not abs(got.sum() - exact) <= ROUGH * fmt.eps * max(1.0, size):
                reason = f"{what} of a weighted sum: {got.sum():.6g}, the truth is {exact:.6g}"
                raise Wrong(f"{reason}{self._ties()}")

    @cached_property
    def record(self) -> Activation:
        """The record of the function with its weights."""
        original, inside, outside = self.act.function, self._inside, self._outside

        def weighted(x: Any, *parameters: Any, xp: Any, **settings: Any) -> Any:
            options = {"dtype": x.dtype}
            y = original(x * xp.asarray(inside, **options), *parameters, xp=xp, **settings)
            return y * xp.asarray(outside, **options)

        return replace(self.act, function=weighted, origin=None)

    @cached_property
    def truth(self) -> tuple[float | None, float | None]:
        """The derivatives along ones, as differences; None at a corner."""
        h = 2e-3
        near, far = ([self._total(s * t) for s in (1, -1)] for t in (h, 2 * h))
        centre = self._total(0.0)
        first = (8 * (near[0] - near[1]) - (far[0] - far[1])) / (12 * h)
        second = (16 * sum(near) - sum(far) - 30 * centre) / (12 * h * h)
        small = [self._total(s * h / 16) for s in (1, -1)]
        bend = (sum(small) - 2 * centre) / (h / 16) ** 2
        if not abs(bend - second) <= 1e-2 * (1 + abs(second)):  # it grows where there is a corner
            return None, None
        return first, second

    def _total(self, t: float) -> float:
        return float((self._run(self._inside * (self.points + t)) * self._outside).sum())

    def _run(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.act(x, xp=np_xp, **self.arguments))

    def _ties(self) -> str:
        tied = len(np.unique(self.points)) < self.points.size / 2
        return ", where elements are equal" if tied else ""


def weighted_sums(
    act: Activation, points: np.ndarray, arguments: Mapping[str, Any]
) -> Iterator[Weighted]:
    """Yield the sums at different and at equal elements."""
    yield Weighted(act, points, arguments)
    yield Weighted(act, np.round(points / 4), arguments)
    yield Weighted(act, np.zeros_like(points), arguments)
