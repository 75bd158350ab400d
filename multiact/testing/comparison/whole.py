"""Comparison on seeded arrays: gates, and functions that mix the elements of an array."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from multiact.testing.comparison.framework import Call, Framework, guarded
from multiact.testing.comparison.report import Difference, Figures
from multiact.testing.expected import Case
from multiact.testing.formats import FloatFormat
from multiact.testing.tolerance import Finding


class OtherOnArrays(Case):
    """What another callable gives for a seeded array, in its own framework and dtype."""

    def __init__(self, framework: Framework, candidate: Any, fmt: FloatFormat) -> None:
        generator = np.random.default_rng(0)
        spread = generator.permutation(np.linspace(-4.0, 4.0, 2 * 6**3))
        self.fmt, self.arguments = fmt, {}
        self.points = np.vectorize(fmt.rounded)(spread).reshape(2, 6, 6, 6)
        self.finite_points = self.points
        x = framework.asarray(self.points, fmt.name)
        call = framework.bound(candidate, x)
        self.wanted = framework.to_numpy(call(x))
        self.shape, self.finite = self.wanted.shape, np.ones(self.points.shape, bool)
        self.weights = np.ones(self.shape)
        self._slope: Callable[[], np.ndarray | None] = lambda: weighted(framework, call, self)

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        """In eps of max(1, |value|)."""
        return self._errors(y, self.wanted)

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """The same of the gradient of the weighted sum."""
        wanted = self._slope()
        return [] if wanted is None else self._errors(slope, wanted)

    def _errors(self, got: np.ndarray, wanted: np.ndarray) -> list[Finding]:
        error = np.abs(got - wanted) / (self.fmt.eps * np.maximum(1.0, np.abs(wanted)))
        return [Finding(math.inf if math.isnan(e) else float(e), math.nan) for e in error.flat]


def compare(
    framework: Framework, call: Call, case: Case, tolerance: float
) -> tuple[Figures, list[Difference]]:
    """Figures and differences of a candidate on the arrays of a case."""
    dtype = case.fmt.name
    x = framework.asarray(case.points, dtype)
    y = guarded(call)(x)
    n = case.points.size
    if (got := framework.dtype(y)) != dtype:
        return Figures(dtype, n), [_found("dtype", dtype, f"a {dtype} array gives {got}")]
    numbers = framework.to_numpy(y)
    if numbers.shape != case.shape:
        text = f"an array of shape {case.points.shape} gives {numbers.shape}, not {case.shape}"
        return Figures(dtype, n), [_found("shape", dtype, text)]
    values = case.value_errors(numbers)
    found = [
        Difference("nan" if math.isnan(at) else "limit", dtype, f"f({at}) = {got}", at, got)
        for at, got in case.specials(numbers)
    ]
    found += _judged("value", dtype, values, tolerance)
    if case.weights is not None:  # the plain sum of a softmax has no gradient
        drawn = np.random.default_rng(1).uniform(0.5, 2.0, case.shape)
        case.weights = np.vectorize(case.fmt.rounded)(drawn)
    slope = weighted(framework, call, case)
    slopes = [] if slope is None else case.slope_errors(slope)
    if slope is not None and not np.isfinite(slope)[case.finite].all():
        found.append(_found("gradient-finite", dtype, "the gradient has NaN or infinite elements"))
    else:
        found += _judged("gradient", dtype, slopes, 2 * tolerance)
    return Figures(dtype, n, *_summary(values, tolerance), *_summary(slopes, 2 * tolerance)), found


def weighted(framework: Framework, call: Call, case: Case) -> np.ndarray | None:
    """The gradient of the weighted sum of the values; None where there is none."""
    if framework.framework == "numpy":  # a derivative of its own is one of single elements
        return None
    x = framework.asarray(case.finite_points, case.fmt.name)
    if case.weights is not None:
        weights = framework.asarray(case.weights, case.fmt.name)
        slope = guarded(framework.slope)(lambda v: call(v) * weights, x)
    else:
        slope = guarded(framework.slope)(call, x)
    return framework.to_numpy(slope)


def _found(kind: str, dtype: str, text: str) -> Difference:
    return Difference(kind, dtype, text)


def _counted(errors: Sequence[Finding], goal: float) -> list[Finding]:
    return [f for f in errors if not (f.excused and f.error > goal)]


def _summary(errors: Sequence[Finding], goal: float) -> tuple[float | None, float | None]:
    known = sorted(f.error for f in _counted(errors, goal) if f.error < math.inf)
    return (known[-1], known[math.ceil(0.999 * len(known)) - 1]) if known else (None, None)


def _judged(what: str, dtype: str, errors: Sequence[Finding], goal: float) -> list[Difference]:
    failing = [f for f in _counted(errors, goal) if f.error > goal]
    if not failing:
        return []
    worst = max(failing)
    place = "" if math.isnan(worst.at) else f" at {worst.at:.9g}"
    size = "NaN or infinite" if math.isinf(worst.error) else f"{worst.error:.3g} ULP off"
    text = f"{size}{place}, tolerance {goal:g}; so at {len(failing)} of {len(errors)} elements"
    kind = f"{what}-finite" if math.isinf(worst.error) else what
    return [Difference(kind, dtype, text, None if math.isnan(worst.at) else worst.at)]
