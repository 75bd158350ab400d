"""Comparison on seeded arrays: gates, and functions that mix the elements of an array."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from multiact.testing.comparison.framework import Call, Framework
from multiact.testing.comparison.report import Difference, Figures
from multiact.testing.expected import Case
from multiact.testing.formats import Format
from multiact.testing.judge import Finding


class Twin(Case):
    """What another callable gives for a seeded array, in its own framework and dtype."""

    def __init__(self, framework: Framework, candidate: Any, form: Format) -> None:
        generator = np.random.default_rng(0)
        spread = generator.permutation(np.linspace(-4.0, 4.0, 2 * 6**3))
        self.form, self.arguments = form, {}
        self.points = np.vectorize(form.rounded)(spread).reshape(2, 6, 6, 6)
        self.finite_points = self.points
        x = framework.asarray(self.points, form.name)
        call = framework.bound(candidate, x)
        self.wanted = framework.to_numpy(call(x))
        slope = framework.slope(call, x)
        self._slope = None if slope is None else framework.to_numpy(slope)
        self.shape, self.finite = self.wanted.shape, np.ones(self.points.shape, bool)

    def value_errors(self, y: np.ndarray) -> list[Finding]:
        """In eps of max(1, |value|)."""
        return self._errors(y, self.wanted)

    def slope_errors(self, slope: np.ndarray) -> list[Finding]:
        """The same of the gradient of the sum."""
        return [] if self._slope is None else self._errors(slope, self._slope)

    def _errors(self, got: np.ndarray, wanted: np.ndarray) -> list[Finding]:
        error = np.abs(got - wanted) / (self.form.eps * np.maximum(1.0, np.abs(wanted)))
        return [Finding(math.inf if math.isnan(e) else float(e), math.nan) for e in error.flat]


def compare(
    framework: Framework, call: Call, case: Case, tolerance: float
) -> tuple[Figures, list[Difference]]:
    """Figures and differences of a candidate on the arrays of a case."""
    dtype = case.form.name
    x = framework.asarray(case.points, dtype)
    y = call(x)
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
    slope = None
    if framework.framework != "numpy":  # a derivative of its own is one of single elements
        slope = framework.slope(call, framework.asarray(case.finite_points, dtype))
    slopes = [] if slope is None else case.slope_errors(framework.to_numpy(slope))
    if slope is not None and not np.isfinite(framework.to_numpy(slope))[case.finite].all():
        found.append(_found("gradient-finite", dtype, "the gradient has NaN or infinite elements"))
    else:
        found += _judged("gradient", dtype, slopes, 2 * tolerance)
    return Figures(dtype, n, *_summary(values, tolerance), *_summary(slopes, 2 * tolerance)), found


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
