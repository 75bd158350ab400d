"""Comparison on seeded arrays: gates, and functions that mix the elements of an array."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from multiact.testing.comparison.framework import Call, Framework, WrongResult, guard
from multiact.testing.comparison.goal import TOLERANCE, Goal
from multiact.testing.comparison.report import Difference, Errors, Figures
from multiact.testing.comparison.verdict import ROUNDING, WEAKNESSES, WIDE, Widened, limit
from multiact.testing.expected import Case
from multiact.testing.formats import FORMATS, FloatFormat
from multiact.testing.tolerance import Finding

CaseOf = Callable[[FloatFormat], Case]


class OtherOnArrays(Case):
    """The expected results from another callable for a seeded array, in the same dtype."""

    def __init__(self, framework: Framework, candidate: Any, fmt: FloatFormat) -> None:
        generator = np.random.default_rng(0)
        numbers = generator.permutation(np.linspace(-4.0, 4.0, 2 * 6**3))
        self.fmt, self.arguments = fmt, {}
        self.points = np.vectorize(fmt.rounded)(numbers).reshape(2, 6, 6, 6)
        self.finite_points = self.points
        x = framework.asarray(self.points, fmt.name)
        call = guard(framework.bind, "the reference: ")(candidate, x)
        self.values = framework.to_numpy(guard(call, "the reference: ")(x))
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
        self.exact_slopes = self._slope()
        return [] if self.exact_slopes is None else self._errors(slope, self.exact_slopes)

    def _errors(self, got: np.ndarray, expected: np.ndarray) -> list[Finding]:
        with np.errstate(invalid="ignore"):
            error = np.abs(got - expected) / (self.fmt.eps * np.maximum(1.0, np.abs(expected)))
        error[(got == expected) | (np.isnan(got) & np.isnan(expected))] = 0
        return [Finding(math.inf if math.isnan(e) else float(e), math.nan) for e in error.flat]


def compare(
    framework: Framework, call: Call, case: Case, goal: Goal, judge: Judge
) -> tuple[Figures, list[Difference]]:
    """Compare a candidate with a case, on the arrays of the case."""
    dtype = case.fmt.name
    y = guard(call)(framework.asarray(case.points, dtype))
    n = case.points.size
    numbers = guard(framework.to_numpy)(y)
    differences = []
    if (got := framework.dtype(y)) != dtype:
        text = f"a {dtype} array gives {got}"
        differences.append(Difference("dtype", dtype, text, weakness="dtype"))
    if numbers.shape != case.shape:
        text = f"an array of shape {case.points.shape} gives {numbers.shape}, not {case.shape}"
        return Figures(dtype, n), [*differences, Difference("shape", dtype, text)]
    differences += [
        Difference(kind, dtype, f"f({at}) = {got}", at, got, weakness=WEAKNESSES[kind])
        for at, got in case.specials(numbers)
        for kind in ["nan" if math.isnan(at) else "limit"]
    ]
    values = Measured("value", case.value_errors(numbers), numbers, case.values)
    slope = _slopes(framework, call, case)
    slopes = Measured("gradient", [], np.zeros(0), None)
    if slope is not None:
        slopes = Measured("gradient", case.slope_errors(slope), slope, case.exact_slopes)
    differences += _judge(values, case.fmt, goal, judge)
    if slope is not None and not np.isfinite(slope)[case.finite].all():
        text = "the gradient has NaN or infinite elements"
        weakness = judge.weakness(slopes, case.fmt)
        differences.append(Difference("gradient-finite", dtype, text, weakness=weakness))
    else:
        differences += _judge(slopes, case.fmt, goal, judge)
    off, slopes_off = (m.errors(goal, case.fmt) for m in (values, slopes))
    return Figures(dtype, n, off, slopes_off), differences


def _slopes(framework: Framework, call: Call, case: Case) -> np.ndarray | None:
    if case.weights is not None:  # the gradient of a softmax's plain sum is zero
        weights = np.random.default_rng(1).uniform(0.5, 2.0, case.shape)
        case.weights = np.vectorize(case.fmt.rounded)(weights)
    return weighted_gradient(framework, call, case)


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


@dataclass(frozen=True)
class Measured:
    """Values or gradients with their errors, and the truth where it is known by element."""

    what: str
    findings: Sequence[Finding]
    got: np.ndarray
    exact: np.ndarray | None

    @property
    def factor(self) -> int:
        """What the goal is multiplied by."""
        return 1 if self.what == "value" else 2

    def missing(self, goal: Goal, fmt: FloatFormat) -> list[Finding]:
        """Return the errors beyond the goal."""
        found = self.found(goal)
        if goal.ulp is not None:
            return [f for f in found if f.error > self.factor * goal.ulp]
        # the unit is eps of the truth, or of 1 if that is larger
        return [f for f in found if f.error * fmt.eps > goal.atol + goal.rtol]

    def found(self, goal: Goal) -> list[Finding]:
        """Return all errors but those excused beyond the goal."""
        most = self.factor * (TOLERANCE if goal.ulp is None else goal.ulp)
        return [f for f in self.findings if not (f.excused and f.error > most)]

    def errors(self, goal: Goal, fmt: FloatFormat) -> Errors | None:
        """Summarise the errors."""
        found = [f for f in self.found(goal) if f.error < math.inf]
        if not found:
            return None
        ulps = sorted(f.error for f in found)
        rows = [(f.at, -1.0, -1.0, f.error) for f in found]
        off = self._off(fmt, max(ulps))
        rows += [(math.nan, a, r, -1.0) for a, r in zip(*off, strict=True)]
        return Errors.of(rows, ulps[math.ceil(0.999 * len(ulps)) - 1])

    def _off(self, fmt: FloatFormat, ulps: float) -> tuple[np.ndarray, np.ndarray]:
        """Return absolute and relative errors; in directions both are those of the sum."""
        if self.exact is None:
            return np.asarray([ulps * fmt.eps]), np.asarray([ulps * fmt.eps])
        got, exact = self.got.ravel()[: self.exact.size], self.exact.ravel()
        with np.errstate(all="ignore"):
            off = np.where(got == exact, 0, np.abs(got - exact))
            relative = np.where(np.abs(exact) < fmt.floor, 0, off / np.abs(exact))
        return np.where(np.isfinite(off), off, 0), np.where(np.isfinite(relative), relative, 0)

    def deviation(self, fmt: FloatFormat, rows: np.ndarray) -> float:
        """Return the largest error relative to 1, the inputs and the truth."""
        if self.exact is None:
            return max((f.error for f in self.findings), default=0.0) * fmt.eps
        got, exact = self.got.ravel()[: self.exact.size], self.exact.ravel()
        known = np.isfinite(exact) & (np.abs(exact) < fmt.largest)
        size = np.abs(rows).reshape(len(rows), -1).max(axis=1)
        size = np.repeat(size, max(1, exact.size // len(rows)))[: exact.size]
        scale = np.maximum(np.maximum(1, size), np.abs(exact))
        off = np.abs(got - exact)[known] / scale[known]
        return math.inf if np.isnan(off).any() else float(off.max(initial=0))


class Judge:
    """Tells for one pair whether differences are weaknesses; runs it in float64 when needed."""

    def __init__(
        self, framework: Framework, call: Callable[[str], Call], case: CaseOf, widened: Widened
    ) -> None:
        self._framework, self._call, self._case = framework, call, case
        self._widened = widened

    @cached_property
    def wide(self) -> dict[str, float]:
        """The deviations in float64; none where the candidate does not run in it."""
        framework = self._framework
        with self._widened():
            try:
                case = self._case(FORMATS[WIDE])
                y = framework.to_numpy(
                    guard(self._call(WIDE))(framework.asarray(case.points, WIDE))
                )
                slope = _slopes(framework, self._call(WIDE), case)
            except WrongResult:
                return {}
        if y.shape != case.shape:
            return {}
        rows = case.finite_points
        found = [Measured("value", case.value_errors(y), y, case.values)]
        if slope is not None:
            found.append(Measured("gradient", case.slope_errors(slope), slope, case.exact_slopes))
        return {m.what: m.deviation(case.fmt, rows) for m in found}

    def weakness(self, measured: Measured, fmt: FloatFormat) -> str:
        """Return what is weak, "tail" or "dtype"; "" if the function is another one."""
        if self.wide.get(measured.what, 0.0) > limit(FORMATS[WIDE]):
            return ""
        deviation = measured.deviation(fmt, self._case(fmt).finite_points)
        if math.isfinite(deviation) and deviation > limit(fmt, agrees=bool(self.wide)):
            return ""
        if math.isinf(deviation) and not self.wide:
            return ""
        return "tail" if deviation <= ROUNDING * fmt.eps else "dtype"


def _judge(measured: Measured, fmt: FloatFormat, goal: Goal, judge: Judge) -> list[Difference]:
    failing = measured.missing(goal, fmt)
    if not failing:
        return []
    worst = max(failing)
    place = "" if math.isnan(worst.at) else f" at {worst.at:.9g}"
    size = "NaN or infinite" if math.isinf(worst.error) else f"{worst.error:.3g} ULP off"
    number = f"so at {len(failing)} of {len(measured.findings)} elements"
    text = f"{size}{place}, {goal.text(measured.factor)}; {number}"
    kind = f"{measured.what}-finite" if math.isinf(worst.error) else measured.what
    at = None if math.isnan(worst.at) else worst.at
    return [Difference(kind, fmt.name, text, at, weakness=judge.weakness(measured, fmt))]
