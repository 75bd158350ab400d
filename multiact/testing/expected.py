"""What an activation should give at the points of a check: from mpmath, or from NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import array_api_compat.numpy as xp
import numpy as np
from mpmath import mpf

from multiact.activation import Activation
from multiact.analysis import example
from multiact.analysis.breaks import declared_kinks
from multiact.derivatives import derivative
from multiact.testing.exact import Truth, truth
from multiact.testing.formats import Format, computed
from multiact.testing.points import finite_points

#: ULP over the condition number |x f'(x) / f(x)| that a value may be wrong by
CONDITIONED_GOAL = 2.0


class Finding(NamedTuple):
    """An error in units of the last place, where it is, and whether it is excused."""

    error: float
    at: float
    excused: bool = False


class Case:
    """Points, arguments and the truth for one activation in one format.

    Attributes
    ----------
    points, finite_points
        The inputs: all of them, and those the derivative is taken at.
    shape
        Of the values.
    finite
        Where the derivative must be finite.
    arguments
        Parameters and settings by name.
    kinks
        The declared ones, with the slopes chosen there.
    undefined
        A finite place where the formula itself has no value, None if there is none.
    """

    points: np.ndarray
    finite_points: np.ndarray
    finite: np.ndarray
    shape: tuple[int, ...]
    arguments: Mapping[str, Any]
    undefined: float | None = None
    kinks: Mapping[float, float]

    def __init__(self, act: Activation, form: Format) -> None:
        self.act, self.form, self.kinks = act, form, {}
        given = example.arguments(act)
        self.arguments = {name: computed(v, form) for name, v in given.items()}

    def specials(self, y: np.ndarray) -> Iterator[tuple[float, float]]:
        """Place and value of each wrong answer to NaN or an infinity."""
        return iter(())

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        """The error at every point."""
        raise NotImplementedError

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """The error of the derivative at every finite point."""
        raise NotImplementedError


def expected(act: Activation, form: Format) -> Case:
    """The case of an activation: exact where it has a graph, else as NumPy computes it."""
    return _Exact(act, form) if act.is_graph else _Reference(act, form)


class _Exact(Case):
    """Places are the rows of `data`: x, or both halves of a gate."""

    def __init__(self, act: Activation, form: Format) -> None:
        super().__init__(act, form)
        gated = act.kind == "gated"
        self.kinks = {float(k): float(v) for k, v in declared_kinks(act, self.arguments).items()}
        one = finite_points(self.kinks, form)
        self.data = np.asarray([one, one[7:] + one[:7]] if gated else [one]).T
        self.varied = act.data if gated else act.data[:1]
        self.truths = [self._truths(row) for row in self.data]
        nowhere = [row[0] for row, t in zip(self.data, self.truths, strict=True) if _nan(t[0])]
        self.undefined = float(nowhere[0]) if nowhere else None
        self.spread = [self._spread(order) for order in (0, 1)]
        extra = [[math.nan] * 2] if gated else [[math.nan], [math.inf], [-math.inf]]
        rows = np.concatenate([self.data, np.asarray(extra)])
        self.points, self.finite_points = (
            (rows, self.data) if gated else (rows[:, 0], self.data[:, 0])
        )
        self.shape = (len(rows), 1) if gated else (len(rows),)
        slopes = [float(t.slope) for row in self.truths for t in row]
        self.finite = np.abs(np.reshape(slopes, self.finite_points.shape)) < form.largest

    def _truths(self, row: np.ndarray) -> list[Truth]:
        place: dict[str, float] = {"noise": 0.5} if self.act.kind == "stochastic" else {}
        for p in self.act.parameters:
            value = self.arguments[p.name]
            if p.shaped is None:
                place[p.name] = float(value)
            else:
                place |= {f"{p.name}_{i}": float(v) for i, v in enumerate(value)}
        place |= dict(zip(self.varied, map(float, row), strict=True))
        graph = self.act.form(self.act.arguments((), self.arguments))
        return [truth(self.act, graph, place, name, self.form.computing) for name in self.varied]

    def _spread(self, order: int) -> np.ndarray:
        """The size of the terms that may cancel: |p df/dp| over all array parameters."""
        total = np.zeros(len(self.data))
        if any(p.shaped for p in self.act.parameters):
            for p in self.act.parameters:
                slope = derivative(self.act, wrt=(*["x"] * order, p.name))
                part = slope(self.data[:, 0], **self.arguments) * self.arguments[p.name]
                total += np.abs(part).reshape(len(total), -1).sum(axis=1)
            total += (
                abs(self.data[:, 0]) * [abs(float(t[0].slope)) for t in self.truths] * (1 - order)
            )
        return total

    def specials(self, y: np.ndarray) -> Iterator[tuple[float, float]]:
        extra = y.reshape(-1)[len(self.data) :]
        if not math.isnan(extra[0]):
            yield math.nan, float(extra[0])
        for at, got, limit in zip((1, -1), extra[1:], (self.act.limits or ())[::-1], strict=False):
            if limit is not None and got != limit:
                yield at * math.inf, float(got)

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        found = []
        for i, got in enumerate(map(float, y.reshape(-1)[: len(self.data)])):
            exact, x = self.truths[i][0].value, float(self.data[i, 0])
            if not any(self.form.rounded(k) == x != k for k in self.kinks):  # else both are right
                error = self.form.error(got, exact, _relative(self.spread[0][i], exact))
                found.append(Finding(error, x, self._excused(error, got, i)))
        return found

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        found = []
        for (i, j), got in np.ndenumerate(slope.reshape(self.data.shape)):
            exact, x = self.truths[i][j], float(self.data[i, j])
            declared = self._declared(x)
            if declared is not None:
                found.append(Finding(self.form.error(float(got), mpf(declared)), x))
            elif not exact.corner:  # at one that is not declared any finite slope is right
                spread = abs(x * exact.bend) + self.spread[1][i]
                error = self.form.error(float(got), exact.slope, _relative(spread, exact.slope))
                found.append(Finding(error, x, self._beside_kink(x, float(got))))
        return found

    def _declared(self, x: float) -> float | None:
        return next((s for k, s in self.kinks.items() if self.form.rounded(k) == x), None)

    def _beside_kink(self, x: float, got: float) -> bool:
        """Whether `x` is next to a kink, where rounding decides, and `got` the slope there."""
        beside = [k for k in self.kinks if x in self.form.neighbours(self.form.rounded(k))]
        return any(got == self.form.rounded(self.kinks[k]) for k in beside)

    def _excused(self, error: float, got: float, i: int) -> bool:
        """Whether an error above the goal is what any evaluation of the formula makes.

        It is if the function is ill-conditioned there (golu multiplies a rounding by
        exp(-x)), or if it has parameters, hence roots, and the error is 4 eps at most.
        """
        exact = self.truths[i][0]
        if not math.isfinite(got) or self.form.precision < 20:
            return False
        x = float(self.data[i, 0])
        condition = abs(x * exact.slope / exact.value) if exact.value else 0
        small = abs(mpf(got) - exact.value) <= 4 * self.form.eps * max(1, abs(exact.value))
        return bool(error <= CONDITIONED_GOAL * condition or (self.act.parameters and small))


class _Reference(Case):
    """Activations along an axis: NumPy's float64 values, slopes in a few directions."""

    def __init__(self, act: Activation, form: Format) -> None:
        super().__init__(act, form)
        shape = (2, 6, 6, 6)  # every axis as long as the example's sizes
        generator = np.random.default_rng(0)
        spread = generator.permutation(np.linspace(-4.0, 4.0, math.prod(shape)))
        self.points = self.finite_points = np.vectorize(form.rounded)(spread).reshape(shape)
        self.wanted = self._run(self.points)
        self.shape, self.finite = self.wanted.shape, np.ones(shape, bool)
        self.directions = generator.choice([-1.0, 1.0], (8, *shape))

    def _run(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.act(x, xp=xp, **self.arguments))

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        error = np.abs(y - self.wanted) / (self.form.eps * np.maximum(1.0, np.abs(self.wanted)))
        return [Finding(math.inf if math.isnan(e) else float(e), math.nan) for e in error.flat]

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """Directional derivatives of the sum, against differences of fourth order."""
        found = []
        noise = 1e-10 / self.form.eps  # of the differences themselves
        for direction in self.directions:
            got, size = float((slope * direction).sum()), float(np.abs(slope).sum())
            error = abs(got - self._along(direction)) / (self.form.eps * max(1.0, size))
            found.append(Finding(max(0.0, error - noise), math.nan))
        return found

    def _along(self, direction: np.ndarray, step: float = 1e-3) -> float:
        def total(t: float) -> float:
            return float(self._run(self.points + t * direction).sum())

        near, far = total(step) - total(-step), total(2 * step) - total(-2 * step)
        return (8 * near - far) / (12 * step)


def _nan(t: Truth) -> bool:
    return math.isnan(float(t.value))


def _relative(size: Any, whole: Any) -> Any:
    return size / abs(whole) if whole else 0
