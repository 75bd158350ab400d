"""The expected results of an activation at the points of a check, from mpmath or NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import array_api_compat.numpy as xp
import numpy as np

from multiact.analysis import defaults
from multiact.declare.activation import Activation
from multiact.declare.formula import trace
from multiact.derivatives import derivative
from multiact.testing.exact import Truth, truth
from multiact.testing.formats import FloatFormat, round_argument
from multiact.testing.further import Derivatives
from multiact.testing.points import finite_points
from multiact.testing.tolerance import Finding, Tolerance

#: how far a formula may still be from its limit, far out
_SETTLED = 1e-5


class Case:
    """Points, arguments and the truth for one activation in one format.

    Attributes
    ----------
    points, finite_points
        All inputs, and the inputs at which the derivative is checked.
    shape
        Shape of the values.
    finite
        Where the derivative must be finite.
    arguments
        Parameters and settings by name.
    kinks
        The declared kinks, with the slopes chosen there.
    impure
        Whether the formula computes something different each time it is called.
    undefined
        A finite point where the formula itself has no value; None if there is none.
    weights
        Weights of the sum of values that is differentiated; ones unless they are set.
    values, exact_slopes
        The truth at the finite points, in float64; None for slopes known in directions only.
    """

    points: np.ndarray
    finite_points: np.ndarray
    finite: np.ndarray
    shape: tuple[int, ...]
    arguments: Mapping[str, Any]
    impure: bool = False
    undefined: float | None = None
    kinks: Mapping[float, float]
    weights: np.ndarray | None = None
    values: np.ndarray
    exact_slopes: np.ndarray | None = None

    def __init__(self, act: Activation, fmt: FloatFormat) -> None:
        self.act, self.fmt, self.kinks = act, fmt, {}
        arguments = defaults.arguments(act)
        arguments |= {"gate": "second"} if act.kind == "gated" else {}  # as the points are laid
        self.arguments = {name: round_argument(v, fmt) for name, v in arguments.items()}

    def specials(self, y: np.ndarray) -> Iterator[tuple[float, float]]:
        """Yield input and value for each wrong result at NaN or an infinity."""
        return iter(())

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        """Return the error of the value at every point."""
        raise NotImplementedError

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """Return the error of the derivative at every finite point."""
        raise NotImplementedError


def expected(act: Activation, fmt: FloatFormat) -> Case:
    """Return the case of an activation: exact if it has a graph, otherwise as NumPy computes it."""
    return Exact(act, fmt) if act.is_graph else _Reference(act, fmt)


class Exact(Case):
    """Expected results from mpmath; the rows of `data` are x, or both halves of a gate."""

    def __init__(self, act: Activation, fmt: FloatFormat) -> None:
        super().__init__(act, fmt)
        gated = len(act.data) > 1
        self.limits: dict[int, float | None] = {}
        graph = act.specialization(act.bind((), self.arguments))
        self.impure = trace(act.declared, graph) is not act.expression(graph, raw=True)
        self.kinks = kinks = act.kink_slopes(self.arguments)
        self.tolerance = Tolerance(fmt, kinks, bool(act.parameters))
        x = finite_points(kinks, fmt)
        self.data = np.asarray([x, x[7:] + x[:7]] if gated else [x]).T
        self.varied = act.data if gated else act.data[:1]
        self.truths = [self._truths(row) for row in self.data]
        undefined = [row[0] for row, t in zip(self.data, self.truths, strict=True) if _is_nan(t[0])]
        self.undefined = float(undefined[0]) if undefined else None
        slopes = [float(t[0].slope) for t in self.truths]
        self.magnitudes = term_magnitudes(act, self.arguments, self.data[:, 0], slopes)
        extra = [[math.nan] * 2] if gated else [[math.nan], [math.inf], [-math.inf]]
        rows = np.concatenate([self.data, np.asarray(extra)])
        self.points, self.finite_points = (
            (rows, self.data) if gated else (rows[:, 0], self.data[:, 0])
        )
        self.shape = (len(rows), 1) if gated else (len(rows),)
        all_slopes = [float(t.slope) for row in self.truths for t in row]
        self.values = np.asarray([float(t[0].value) for t in self.truths])
        self.exact_slopes = np.reshape(all_slopes, self.finite_points.shape)
        self.finite = np.abs(self.exact_slopes) < fmt.largest

    @cached_property
    def derivatives(self) -> Derivatives:
        """The truth by parameters and of second order."""
        return Derivatives(self)

    def place(self, row: np.ndarray) -> dict[str, float]:
        """Return the values of all symbols at one row of the data."""
        place: dict[str, float] = {}
        for p in self.act.parameters:
            value = self.arguments[p.name]
            if p.shaped is None:
                place[p.name] = float(value)
            else:
                place |= {f"{p.name}_{i}": float(v) for i, v in enumerate(value)}
        return place | dict(zip(self.varied, map(float, row), strict=True))

    def _truths(self, row: np.ndarray) -> list[Truth]:
        place = self.place(row)
        graph = self.act.specialization(self.act.bind((), self.arguments))
        return [truth(self.act, graph, place, name, self.fmt.computing) for name in self.varied]

    def specials(self, y: np.ndarray) -> Iterator[tuple[float, float]]:
        """Yield input and value for each wrong result at NaN or an infinity."""
        extra = y.reshape(-1)[len(self.data) :]
        if not math.isnan(extra[0]):
            yield math.nan, float(extra[0])
        for at, got in zip((1, -1), extra[1:], strict=False):
            limit = self.act.limits_at(self.arguments)[at > 0]
            if not (self.is_declared(float(got), limit) and self._tends_to(float(got), at)):
                yield at * math.inf, float(got)

    def is_declared(self, got: float, limit: float | None) -> bool:
        """Whether it is a declared limit, which as a function of parameters is rounded."""
        return limit in (None, got) or abs(got - limit) <= 4 * self.fmt.eps * abs(limit) < math.inf

    def _tends_to(self, got: float, sign: int) -> bool:
        limit = self.limits.setdefault(sign, self.derivatives.limit(sign))
        if limit is None or got == limit:
            return True
        near = max(_SETTLED, 4 * self.fmt.eps) * (1 + abs(limit))
        return math.isfinite(limit) and abs(got - limit) <= near

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        """Return the error of the value at every point."""
        got = y.reshape(-1)[: len(self.data)]
        rows = zip(self.data[:, 0], got, self.truths, self.magnitudes[0], strict=True)
        findings = [self.tolerance.value(float(x), float(v), t[0], s) for x, v, t, s in rows]
        return [f for f in findings if f]

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """Return the error of the derivative at every finite point."""
        findings = []
        for (i, j), got in np.ndenumerate(slope.reshape(self.data.shape)):
            x, exact = float(self.data[i, j]), self.truths[i][j]
            findings.append(self.tolerance.slope(x, float(got), exact, self.magnitudes[1][i]))
        return [f for f in findings if f]


def term_magnitudes(
    act: Activation, arguments: Mapping[str, Any], x: np.ndarray, slopes: Sequence[float]
) -> list[np.ndarray]:
    """Estimate the magnitude of the terms that may cancel, in the value and in the slope.

    For an activation with array parameters it is the sum of |p df/dp| over all parameters (for
    the value also of |x f'|); for all others it is 0.
    """
    result = []
    for order in (0, 1):
        total = np.zeros(len(x))
        if any(p.shaped for p in act.parameters):
            for p in act.parameters:
                partial = derivative(act, wrt=(*["x"] * order, p.name))(x, **arguments)
                total += np.abs(partial * arguments[p.name]).reshape(len(x), -1).sum(axis=1)
            total += abs(x) * np.abs(slopes) * (1 - order)
        result.append(total)
    return result


class _Reference(Case):
    """Expected results from NumPy's float64 values; slopes in a few directions."""

    def __init__(self, act: Activation, fmt: FloatFormat) -> None:
        super().__init__(act, fmt)
        shape = (2, 6, 6, 6)  # every axis is as long as the default sizes
        generator = np.random.default_rng(0)
        numbers = generator.permutation(np.linspace(-4.0, 4.0, math.prod(shape)))
        self.points = self.finite_points = np.vectorize(fmt.rounded)(numbers).reshape(shape)
        self.values = self._run(self.points)
        self.impure = not np.array_equal(self._run(self.points), self.values, equal_nan=True)
        self.shape, self.finite = self.values.shape, np.ones(shape, bool)
        self.weights = np.ones(self.shape)
        self.directions = generator.choice([-1.0, 1.0], (8, *shape))

    def _run(self, x: np.ndarray) -> np.ndarray:
        own = x.copy()
        y = np.asarray(self.act(own, xp=xp, **self.arguments))
        if not np.array_equal(own, x, equal_nan=True):
            raise TypeError("the formula writes to its input")
        return y

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        error = np.abs(y - self.values) / (self.fmt.eps * np.maximum(1.0, np.abs(self.values)))
        return [Finding(math.inf if math.isnan(e) else float(e), math.nan) for e in error.flat]

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """Compare directional derivatives of the weighted sum with fourth-order differences."""
        findings = []
        noise = 1e-10 / self.fmt.eps  # the error of the differences themselves
        for direction in self.directions:
            got, size = float((slope * direction).sum()), float(np.abs(slope).sum())
            error = abs(got - self._difference(direction)) / (self.fmt.eps * max(1.0, size))
            findings.append(Finding(max(0.0, error - noise), math.nan))
        return findings

    def _difference(self, direction: np.ndarray, step: float = 1e-3) -> float:
        def total(t: float) -> float:
            return float((self._run(self.points + t * direction) * self.weights).sum())

        near, far = total(step) - total(-step), total(2 * step) - total(-2 * step)
        return (8 * near - far) / (12 * step)


def _is_nan(t: Truth) -> bool:
    return math.isnan(float(t.value))
