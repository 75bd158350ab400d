"""All that is asked of a backend about one activation: calls, and what each must give.

Several rows may look at one call, and a backend may make all calls in one program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from multiact.testing.backend import Backend
from tests.battery import checks
from tests.battery.subject import Subject, scalars
from tests.helpers.points import rounded

Check = Callable[[Backend, Any], None]


@dataclass(frozen=True, eq=False)
class Call:
    """An activation of an array, or a derivative of that.

    Attributes
    ----------
    subject
        The activation and its arguments.
    x
        The array, as float64 numbers of the subject's dtype.
    wrt
        What is differentiated by, one variable after the other.
    changed
        Parameters that are given as arrays.
    part
        What is cut out of the array, which leaves strides.
    """

    subject: Subject
    x: np.ndarray
    wrt: tuple[str, ...] = ()
    changed: dict[str, np.ndarray] = field(default_factory=dict)
    part: tuple[slice, ...] | None = None

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arguments that are arrays."""
        held = {n: v for n, v in self.subject.numbers.items() if isinstance(v, np.ndarray)}
        return held | self.changed

    def apply(self, backend: Backend, x: Any, arrays: dict[str, Any]) -> Any:
        """Make the call with arrays of the backend."""
        numbers = {n: v for n, v in self.subject.numbers.items() if n not in arrays}
        given = {**numbers, **self.subject.example.settings, **arrays}
        x = x if self.part is None else x[self.part]
        if self.wrt:
            return backend.gradient(self.subject.act, x, given, self.wrt)
        return backend.value(self.subject.act, x, given)


@dataclass(frozen=True)
class Row:
    """One thing that must hold of the result of a call."""

    name: str
    call: Call
    check: Check

    def __str__(self) -> str:
        return f"{self.name}, {self.call.subject}"


def all_rows(subject: Subject, *, strided: bool = True) -> Iterator[Row]:
    """Everything: values, three derivatives, slopes by parameters, corners of all kinds."""
    yield from modules_rows(subject)
    if subject.act.is_graph:
        for order in (2, 3):
            yield _derivative(subject, ("x",) * order)
        yield from _slopes(subject)
        yield from _shapes(subject, strided)
        yield from _channels(subject)


def modules_rows(subject: Subject) -> Iterator[Row]:
    """What goes through a module: values, slopes, special numbers, gradients of parameters."""
    yield from some_rows(subject)
    if subject.act.is_graph:
        for p in subject.act.parameters:
            yield _derivative(subject, (p.name,))


def some_rows(subject: Subject) -> Iterator[Row]:
    """Values and first derivatives, with kinks, NaN, infinities and zeros."""
    yield Row("value", Call(subject, subject.x), partial(checks.check_value, subject, subject.x))
    yield from _special(subject)
    if subject.act.is_graph:
        slope = _derivative(subject, ("x",))
        yield slope
        if subject.act.kinks is not None and len(subject.act.data) == 1:
            check = partial(checks.check_kinks, subject, subject.x)
            yield Row("kinks", slope.call, check)


def _derivative(subject: Subject, wrt: tuple[str, ...]) -> Row:
    check = partial(checks.check_gradient, subject, subject.x, wrt)
    return Row(f"derivative by {', '.join(wrt)}", Call(subject, subject.x, wrt), check)


def _special(subject: Subject) -> Iterator[Row]:
    act = subject.act
    if not act.is_graph:
        x = subject.x.copy()
        x[(0,) * x.ndim] = np.nan
        yield Row("NaN", Call(subject, x), partial(checks.check_nan, subject, x))
        return
    x = checks.tiny_points(subject)
    far = np.asarray([np.nan, -np.inf, np.inf])
    if len(act.data) == 2:
        x = np.stack([np.ones(4), x], axis=-1)
        far = np.asarray([[1.0, np.nan], [np.nan, 1.0], [1.0, 2.0]])
    call = Call(subject, np.concatenate([x, far]))
    yield Row("zeros", call, lambda b, y: checks.check_small(subject, x, b, y[:4]))
    yield Row("NaN", call, partial(checks.check_nan, subject, call.x))
    if len(act.data) == 1:
        yield Row("limits", call, partial(checks.check_infinities, subject, call.x))


def _slopes(subject: Subject) -> Iterator[Row]:
    """Slopes by parameters that have a number for each element."""
    shape = subject.x.shape if len(subject.act.data) == 1 else (*subject.x.shape[:-1], 1)
    for name in scalars(subject.act):
        full = np.full(shape, float(subject.numbers[name]))
        call = Call(subject, subject.x, (name,), {name: full})
        check = partial(checks.check_each_slope, subject, subject.x, name)
        yield Row(f"derivative by {name} at each point", call, check)


def _shapes(subject: Subject, strided: bool) -> Iterator[Row]:
    """An array of no axes, an empty one, some with strides."""
    x = subject.x
    if subject.act.kind == "elementwise":
        for name, part in (("no axes", np.asarray(x[3])), ("empty", x[:0].reshape(0, 3))):
            call = Call(subject, part)
            yield Row(name, call, partial(checks.check_part, subject, part))
    if len(subject.act.data) == 2 or not strided:
        return
    grid = x[: len(x) // 6 * 6].reshape(-1, 6)
    for part in ((slice(None), slice(None, None, 2)), (slice(1, None, 3), slice(2, None))):
        call = Call(subject, grid, part=part)
        yield Row(f"strides {part}", call, partial(checks.check_part, subject, grid[part]))


def _channels(subject: Subject) -> Iterator[Row]:
    """A parameter per channel."""
    x = rounded(np.linspace(-3.3, 3.1, 24).reshape(2, 3, 4), subject.dtype)
    for name in scalars(subject.act):
        value = float(subject.numbers[name])
        values = rounded(np.asarray([value, value * 1.25, value * 1.5]), subject.dtype)
        values = values.reshape(3, 1)
        check = partial(checks.check_channels, subject, x, name, values)
        yield Row(f"{name} per channel", Call(subject, x, (), {name: values}), check)
