"""Activations against the truth, on every backend: one row per backend and dtype.

Activations with a graph are compared with `multiact.testing.exact`, the others with the
float64 values of NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from multiact.declare.activation import Activation
from multiact.testing.backend import Backend
from multiact.testing.expected import Case, expected
from multiact.testing.faults import described, place_of
from multiact.testing.formats import FORMATS, FloatFormat
from multiact.testing.tolerance import Finding

# Goals as agreed for the project (shared/NUMERICS.md), in units in the last place.
#: a value: 8 units, or half a unit where float32 is rounded once to 16 bits; a function
#: with parameters may have roots, there 4 eps of max(1, |f|) are enough
VALUE_GOAL = {"wide": 8.0, "narrow": 0.51}
#: a first derivative, divided by 1 + kappa with kappa = |x f'' / f'|
SLOPE_GOAL = {"wide": 16.0, "narrow": 0.51}


@dataclass(frozen=True)
class Row:
    """What was found for one activation on one backend in one dtype.

    Attributes
    ----------
    activation, backend, dtype
        What was looked at.
    value_error, slope_error
        The largest errors in units in the last place, the derivative's divided by
        1 + kappa; None where nothing was measured.
    worst
        Where the error that decides is largest.
    reason
        Why it failed, or "" if it did not.
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
        """Whether nothing was found wrong."""
        return not self.reason

    def as_dict(self) -> dict[str, Any]:
        """For JSON, which knows no infinity and no NaN: null."""
        fields = asdict(self) | {"verdict": "ok" if self.ok else "fail"}
        return {
            name: None if isinstance(v, float) and not math.isfinite(v) else v
            for name, v in fields.items()
        }


class _WrongError(Exception):
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
        Records, of the catalogue or a user's own.
    backends
        What `multiact.testing.backend.backends` gives.
    dtypes
        Names such as "float32"; a backend is asked only for those it computes in.

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
    """What the activation should give, or why that cannot be known."""
    try:
        return expected(act, fmt)
    except Exception as error:  # a formula may raise anything: that is the finding
        return f"formula: {described(error)} ({place_of(act, error)})"


class _Check:
    """One activation on one backend in one format."""

    def __init__(self, act: Activation, backend: Backend, fmt: FloatFormat, case: Case) -> None:
        self.act, self.backend, self.fmt, self.case = act, backend, fmt, case
        self.errors: dict[str, Finding] = {}

    def row(self) -> Row:
        """Run it; the first thing found wrong is the reason."""
        reason, at = "", None
        try:
            self.values()
            if self.act.is_graph or self.backend.framework != "numpy":
                self.slopes()  # NumPy has no differentiation but that of graphs
        except _WrongError as wrong:
            reason, at = str(wrong), wrong.at
        except Exception as error:  # a backend may raise anything: that is the finding
            reason = described(error)
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
        """Values, NaN and the limits included."""
        if self.case.impure:
            raise _WrongError("impure: called twice, the formula computes two different things")
        x = self.backend.asarray(self.case.points, self.fmt.name)
        y = self.numbers(self.backend.value(self.act, x, self.arguments()), "value")
        if y.shape != self.case.shape:
            raise _WrongError(f"shape: {y.shape} instead of {self.case.shape}")
        if self.case.undefined is not None:
            at = self.case.undefined
            raise _WrongError(f"undefined: the formula itself is NaN at x = {at:g}", at)
        for at, got in self.case.specials(y):
            if math.isnan(at):
                hint = "no comparison with NaN holds, so x must be in the last branch of xp.where"
                raise _WrongError(f"lost NaN: f(nan) = {got:g}; {hint}", at)
            declared = (self.act.limits or (None, None))[at > 0]
            hint = "; write the formula so that arithmetic finds it" if math.isnan(got) else ""
            raise _WrongError(f"limit: f({at:g}) = {got:g}, declared is {declared:g}{hint}", at)
        self.compare(self.case.value_errors(y), "value", VALUE_GOAL)

    def slopes(self) -> None:
        """The first derivative, by the framework's own differentiation."""
        x = self.backend.asarray(self.case.finite_points, self.fmt.name)
        given = self.backend.gradient(self.act, x, self.arguments(), ("x",))
        slope = self.numbers(given, "derivative")
        lost = ~np.isfinite(slope) & self.case.finite
        if lost.any():
            at, got = self.case.finite_points[lost][0], slope[lost][0]
            raise _WrongError(
                f"derivative: {'NaN' if math.isnan(got) else got} at x = {at:g}", float(at)
            )
        self.compare(self.case.slope_errors(slope), "derivative", SLOPE_GOAL)

    def arguments(self) -> dict[str, Any]:
        """The arguments, arrays as the backend's own."""
        return {
            n: self.backend.asarray(v, self.fmt.name) if isinstance(v, np.ndarray) else v
            for n, v in self.case.arguments.items()
        }

    def numbers(self, array: Any, what: str) -> np.ndarray:
        """The array as float64, once its dtype is right."""
        if self.backend.dtype(array) != self.fmt.name:
            got = self.backend.dtype(array)
            raise _WrongError(f"dtype: the {what} of a {self.fmt.name} array is {got}")
        return self.backend.to_numpy(array)

    def compare(self, found: list[Finding], what: str, goals: dict[str, float]) -> None:
        """Note the largest error; raise if it exceeds its goal."""
        # a layer multiplies matrices, which 16-bit hardware does in its own way
        rounded_once = self.fmt.precision < 20 and self.act.kind != "layer"
        goal = goals["narrow" if rounded_once else "wide"]
        worst = max((f for f in found if not (f.excused and f.error > goal)), default=None)
        if worst is None:
            return
        self.errors[what] = worst
        if worst.error > goal:
            far = math.isinf(worst.error)
            size = "infinite or NaN" if far else f"{worst.error:.3g} ULP off, goal {goal:g}"
            place = "" if math.isnan(worst.at) else f" at x = {worst.at:g}"
            if what == "derivative" and worst.at in self.case.kinks:
                place += f", where the declared slope is {self.case.kinks[worst.at]:g}"
            raise _WrongError(f"{what}: {size}{place}", worst.at)
