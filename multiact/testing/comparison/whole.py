"""Comparison on seeded arrays: gates, and functions that mix the elements of an array."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from multiact.testing.comparison.framework import Call, Framework, guard
from multiact.testing.comparison.report import Difference, Figures
from multiact.testing.expected import Case
from multiact.testing.formats import FloatFormat
from multiact.testing.tolerance import Finding


class OtherOnArrays(Case):
    """The expected results from another callable for a seeded array, in the same dtype."""

    def __init__(self, framework: Framework, candidate: Any, fmt: FloatFormat) -> None:
        generator = np.random.default_rng(0)
        numbers = generator.permutation(np.linspace(-4.0, 4.0, 2 * 6**3))
        self.fmt, self.arguments = fmt, {}
        self.points = np.vectorize(fmt.rounded)(numbers).reshape(2, 6, 6, 6)
        self.finite_points = self.points
        x = framework.asarray(self.points, fmt.name)
        call = framework.bind(candidate, x)
        self.values = framework.to_numpy(call(x))
        self.shape, self.finite = self.values.shape, np.ones(self.points.shape, bool)
        self.weights = np.ones(self.shape)
        self._slope: Callable[[], np.ndarray | None] = lambda: weighted_gradient(
            framework, call, self
        )

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        """Return the errors in eps of max(1, |value|)."""
        return self._errors(y, self.values)

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """Return the errors of the gradient of the weighted sum, in the same unit."""
        expected = self._slope()
        return [] if expected is None else self._errors(slope, expected)

    def _errors(self, got: np.ndarray, expected: np.ndarray) -> list[Finding]:
        error = np.abs(got - expected) / (self.fmt.eps * np.maximum(1.0, np.abs(expected)))
        return [Finding(math.inf if math.isnan(e) else float(e), math.nan) for e in error.flat]


def compare(
    framework: Framework, call: Call, case: Case, tolerance: float
) -> tuple[Figures, list[Difference]]:
    """Compare a candidate with a case, on the arrays of the case."""
    dtype = case.fmt.name
    x = framework.asarray(case.points, dtype)
    y = guard(call)(x)
    n = case.points.size
    if (got := framework.dtype(y)) != dtype:
        return Figures(dtype, n), [_difference("dtype", dtype, f"a {dtype} array gives {got}")]
    numbers = framework.to_numpy(y)
    if numbers.shape != case.shape:
        text = f"an array of shape {case.points.shape} gives {numbers.shape}, not {case.shape}"
        return Figures(dtype, n), [_difference("shape", dtype, text)]
    values = case.value_errors(numbers)
    differences = [
        Difference("nan" if math.isnan(at) else "limit", dtype, f"f({at}) = {got}", at, got)
        for at, got in case.specials(numbers)
    ]
    differences += _judge("value", dtype, values, tolerance)
    if case.weights is not None:  # the gradient of a softmax's plain sum is zero
        weights = np.random.default_rng(1).uniform(0.5, 2.0, case.shape)
        case.weights = np.vectorize(case.fmt.rounded)(weights)
    slope = weighted_gradient(framework, call, case)
    slopes = [] if slope is None else case.slope_errors(slope)
    if slope is not None and not np.isfinite(slope)[case.finite].all():
        differences.append(
            _difference("gradient-finite", dtype, "the gradient has NaN or infinite elements")
        )
    else:
        differences += _judge("gradient", dtype, slopes, 2 * tolerance)
    return Figures(
        dtype, n, *_summary(values, tolerance), *_summary(slopes, 2 * tolerance)
    ), differences


def weighted_gradient(framework: Framework, call: Call, case: Case) -> np.ndarray | None:
    """Compute the gradient of the weighted sum of the values; None if that is not possible."""
    if framework.framework == "numpy":  # a NumPy function's own derivative is elementwise
        return None
    x = framework.asarray(case.finite_points, case.fmt.name)
    if case.weights is not None:
        weights = framework.asarray(case.weights, case.fmt.name)
        slope = guard(framework.slope)(lambda v: call(v) * weights, x)
    else:
        slope = guard(framework.slope)(call, x)
    return framework.to_numpy(slope)


def _difference(kind: str, dtype: str, text: str) -> Difference:
    return Difference(kind, dtype, text)


def _not_excused(errors: Sequence[Finding], goal: float) -> list[Finding]:
    return [f for f in errors if not (f.excused and f.error > goal)]


def _summary(errors: Sequence[Finding], goal: float) -> tuple[float | None, float | None]:
    finite = sorted(f.error for f in _not_excused(errors, goal) if f.error < math.inf)
    return (finite[-1], finite[math.ceil(0.999 * len(finite)) - 1]) if finite else (None, None)


def _judge(what: str, dtype: str, errors: Sequence[Finding], goal: float) -> list[Difference]:
    failing = [f for f in _not_excused(errors, goal) if f.error > goal]
    if not failing:
        return []
    worst = max(failing)
    place = "" if math.isnan(worst.at) else f" at {worst.at:.9g}"
    size = "NaN or infinite" if math.isinf(worst.error) else f"{worst.error:.3g} ULP off"
    text = f"{size}{place}, tolerance {goal:g}; so at {len(failing)} of {len(errors)} elements"
    kind = f"{what}-finite" if math.isinf(worst.error) else what
    return [Difference(kind, dtype, text, None if math.isnan(worst.at) else worst.at)]
