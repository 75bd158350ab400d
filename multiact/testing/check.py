"""Checks of activations against the truth on every backend: one row per backend and dtype.

The truth is `multiact.testing.exact` for activations with a graph, and NumPy's float64 values
for all others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from multiact.declare.activation import Activation
from multiact.testing.backend import Backend
from multiact.testing.expected import Case, Exact, expected
from multiact.testing.faults import describe, locate
from multiact.testing.formats import FORMATS, FloatFormat
from multiact.testing.further import Wrong, check_curvature, check_parameters, weighted_sums
from multiact.testing.tolerance import Finding

# The project's accuracy goals, in units in the last place (ULP).
#: for values: 8 ULP, or half an ULP where float32 is rounded once to 16 bits; near the roots
#: that a function with parameters may have, 4 eps of max(1, |f|) are enough
VALUE_GOAL = {"wide": 8.0, "narrow": 0.51}
#: for first derivatives, whose error is divided by 1 + kappa with kappa = |x f'' / f'|
SLOPE_GOAL = {"wide": 16.0, "narrow": 0.51}


@dataclass(frozen=True)
class Row:
    """The result for one activation on one backend in one dtype.

    Attributes
    ----------
    activation, backend, dtype
        What was checked.
    value_error, slope_error
        The largest errors in ULP, that of the derivative divided by 1 + kappa; None where
        nothing was measured.
    worst
        The input at which the decisive error is largest.
    reason
        Why the check failed, or "" if it passed.
    """

    activation: str
    backend: str
    dtype: str
    value_error: float | None = None
    slope_error: float | None = None
    worst: float | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the check passed."""
        return not self.reason

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; infinities and NaN become null."""
        fields = asdict(self) | {"verdict": "ok" if self.ok else "fail"}
        return {
            name: None if isinstance(v, float) and not math.isfinite(v) else v
            for name, v in fields.items()
        }


class _CheckError(Exception):
    def __init__(self, reason: str, at: float | None = None) -> None:
        super().__init__(reason)
        self.at = at


def check(
    activations: Iterable[Activation],
    backends: Sequence[Backend],
    dtypes: Sequence[str] = ("float32",),
) -> Iterator[Row]:
    """Compare values and first derivatives with the truth.

    Parameters
    ----------
    activations
        Records, from the catalogue or a user's own.
    backends
        Backends such as those of `multiact.testing.backend.backends`.
    dtypes
        Names such as "float32"; each backend is checked only in the dtypes it supports.

    Yields
    ------
    Row
        One per activation, backend and dtype.
    """
    for act in activations:
        for dtype in dtypes:
            case: Case | str = ""
            for backend in backends:
                if dtype not in backend.dtypes:
                    continue
                case = case or _case(act, FORMATS[dtype])
                if isinstance(case, str):
                    yield Row(act.key, backend.name, dtype, reason=case)
                else:
                    yield _Check(act, backend, FORMATS[dtype], case).row()


def _case(act: Activation, fmt: FloatFormat) -> Case | str:
    """Compute the expected results, or explain why that is not possible."""
    try:
        return expected(act, fmt)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a formula may raise anything; report it
        return f"formula: {describe(error)} ({locate(act, error)})"


class _Check:
    """One activation on one backend in one format."""

    def __init__(self, act: Activation, backend: Backend, fmt: FloatFormat, case: Case) -> None:
        self.act, self.backend, self.fmt, self.case = act, backend, fmt, case
        self.errors: dict[str, Finding] = {}

    def row(self) -> Row:
        """Run the check; the first failure is the reason."""
        reason, at = "", None
        try:
            self.values()
            if self.act.is_graph or self.backend.framework != "numpy":
                self.slopes()  # NumPy itself cannot differentiate
                self.further()
        except _CheckError as failure:
            reason, at = str(failure), failure.at
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a backend may raise anything; report it
            reason = describe(error)
        value, slope = self.errors.get("value"), self.errors.get("derivative")
        worst = max((f for f in (value, slope) if f), default=None)
        return Row(
            self.act.key,
            self.backend.name,
            self.fmt.name,
            value and value.error,
            slope and slope.error,
            at if reason else worst and worst.at,
            reason,
        )

    def values(self) -> None:
        """Check the values, including NaN and the limits."""
        if self.case.impure:
            raise _CheckError("impure: called twice, the formula computes two different things")
        x = self.backend.asarray(self.case.points, self.fmt.name)
        y = self.numbers(self.backend.value(self.act, x, self.arguments()), "value")
        if y.shape != self.case.shape:
            raise _CheckError(f"shape: {y.shape} instead of {self.case.shape}")
        if self.case.undefined is not None:
            at = self.case.undefined
            raise _CheckError(f"undefined: the formula itself is NaN at x = {at:g}", at)
        for at, got in self.case.specials(y):
            if math.isnan(at):
                hint = "no comparison with NaN holds, so x must be in the last branch of xp.where"
                raise _CheckError(f"lost NaN: f(nan) = {got:g}; {hint}", at)
            declared = self.act.limits_at(self.case.arguments)[at > 0]
            if isinstance(self.case, Exact) and self.case.is_declared(got, declared):
                limit = self.case.limits[1 if at > 0 else -1]
                hint = f"declare limits=({f'None, {limit:g}' if at > 0 else f'{limit:g}, None'})"
                text = f"limit: f({at:g}) = {got:g}, but the formula tends to {limit:g}; {hint}"
                raise _CheckError(text, at)
            hint = "; write the formula so that arithmetic finds it" if math.isnan(got) else ""
            raise _CheckError(f"limit: f({at:g}) = {got:g}, declared is {declared:g}{hint}", at)
        self.compare(self.case.value_errors(y), "value", VALUE_GOAL)

    def slopes(self) -> None:
        """Check the first derivative, from the framework's own differentiation."""
        x = self.backend.asarray(self.case.finite_points, self.fmt.name)
        gradient = self.backend.gradient(self.act, x, self.arguments(), ("x",))
        slope = self.numbers(gradient, "derivative")
        lost = ~np.isfinite(slope) & self.case.finite
        if lost.any():
            at, got = self.case.finite_points[lost][0], slope[lost][0]
            raise _CheckError(
                f"derivative: {'NaN' if math.isnan(got) else got} at x = {at:g}", float(at)
            )
        self.compare(self.case.slope_errors(slope), "derivative", SLOPE_GOAL)

    def further(self) -> None:
        """Check slopes by parameters and second derivatives, in the wide formats."""
        if self.fmt.precision < 20 or self.backend.name.endswith((".compile", ".jit")):
            return
        case = self.case
        try:
            if isinstance(case, Exact):
                check_parameters(self.backend, case, case.derivatives)
                check_curvature(self.backend, case, case.derivatives)
            elif self.act.kind != "layer":
                for weighted in weighted_sums(self.act, case.points, case.arguments):
                    weighted.check(self.backend, self.fmt)
        except Wrong as wrong:
            raise _CheckError(str(wrong), wrong.at) from wrong

    def arguments(self) -> dict[str, Any]:
        """Return the arguments, with arrays converted to the backend's own."""
        return {
            n: self.backend.asarray(v, self.fmt.name) if isinstance(v, np.ndarray) else v
            for n, v in self.case.arguments.items()
        }

    def numbers(self, array: Any, what: str) -> np.ndarray:
        """Check the dtype of an array, and convert it to float64."""
        if self.backend.dtype(array) != self.fmt.name:
            got = self.backend.dtype(array)
            raise _CheckError(f"dtype: the {what} of a {self.fmt.name} array is {got}")
        return self.backend.to_numpy(array)

    def compare(self, findings: list[Finding], what: str, goals: dict[str, float]) -> None:
        """Record the largest error, and raise an error if it exceeds the goal."""
        # matrix products of layers are rounded differently by 16-bit hardware
        rounded_once = self.fmt.precision < 20 and self.act.kind != "layer"
        goal = goals["narrow" if rounded_once else "wide"]
        worst = max((f for f in findings if not (f.excused and f.error > goal)), default=None)
        if worst is None:
            return
        self.errors[what] = worst
        if worst.error > goal:
            infinite = math.isinf(worst.error)
            size = "infinite or NaN" if infinite else f"{worst.error:.3g} ULP off, goal {goal:g}"
            place = "" if math.isnan(worst.at) else f" at x = {worst.at:g}"
            if what == "derivative" and worst.at in self.case.kinks:
                place += f", where the declared slope is {self.case.kinks[worst.at]:g}"
            raise _CheckError(f"{what}: {size}{place}", worst.at)
