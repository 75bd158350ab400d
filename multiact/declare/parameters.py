"""Parameters of activations: their annotations, and the checks of their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real as RealNumber
from typing import Annotated, Any, Literal, Protocol, TypeVar, get_args

import numpy as np

from multiact._arrays import check_real
from multiact._suggest import abbreviated, nearest
from multiact.calculus.graph import Number
from multiact.declare.settings import NAME, NAMES, Option, option

T = TypeVar("T")


@dataclass(frozen=True)
class Constraint:
    """A condition on a number, its wording in error messages, and the bounds it implies."""

    text: str
    holds: Callable[[float], bool]
    low: float = -math.inf
    high: float = math.inf


class Draw(Protocol):
    """Random numbers from a framework's own generator, for initializers."""

    def uniform(self, shape: tuple[int, ...]) -> Any:
        """Draw uniformly from [0, 1)."""

    def normal(self, shape: tuple[int, ...]) -> Any:
        """Draw from the standard normal distribution."""


Initializer = Callable[[tuple[int, ...], Draw, Any], Any]  # shape, draw, xp -> values


@dataclass(frozen=True, eq=False)
class Shaped:
    """The shape of an array parameter: the names of its sizes, and its initializers by name."""

    sizes: tuple[str, ...]
    initializers: dict[str, Initializer]


_LEARNED, _RUNNING = object(), object()

Learnable = Annotated[T, _LEARNED]  #: trained by modules unless `learnable=` says otherwise
Running = Annotated[T, _RUNNING]  #: an array of statistics, which modules update in training
Real = Annotated[Any, Constraint("a finite number", math.isfinite)]
Positive = Annotated[Any, Constraint("greater than 0", lambda v: 0 < v < math.inf, low=0.0)]
NonNegative = Annotated[Any, Constraint("0 or greater", lambda v: 0 <= v < math.inf, low=0.0)]
Negative = Annotated[Any, Constraint("less than 0", lambda v: -math.inf < v < 0, high=0.0)]
NonZero = Annotated[Any, Constraint("finite and not 0", lambda v: math.isfinite(v) and v != 0)]
Count = Annotated[
    int, Constraint("a whole number of 1 or more", lambda v: isinstance(v, int) and v >= 1)
]
INTEGER = Constraint("a whole number", lambda v: isinstance(v, int))
Axis = Annotated[int, INTEGER]
Gate = Literal["first", "second"]  #: which half of a gate's input is the gate
Name = Annotated[str, NAME]  #: the name of another activation
Names = Annotated[tuple[str, ...], NAMES]  #: names of other activations


@dataclass(frozen=True)
class Parameter:
    """One parameter of an activation, as its formula's signature declares it."""

    name: str
    default: Any
    constraint: Constraint | None = field(default=None, repr=False)
    shaped: Shaped | None = field(default=None, repr=False)
    learnable: bool = False  # trained by default
    optional: bool = field(default=False, repr=False)  # may be None
    option: Option | None = field(default=None, repr=False)  # what it may be, if not a number
    running: bool = False  # a statistic that modules update in training

    @classmethod
    def declared(cls, name: str, annotation: Any, default: Any) -> Parameter:
        """Create a parameter from an annotation such as `Learnable[Positive]`."""
        args = get_args(annotation)
        if type(None) in args:  # Axis | None
            return replace(cls.declared(name, args[0], default), optional=True)
        markers = args[1:]
        return cls(
            name,
            default,
            next((m for m in markers if isinstance(m, Constraint)), None),
            next((m for m in markers if isinstance(m, Shaped)), None),
            any(m is _LEARNED for m in markers),
            option=option(name, annotation),
            running=any(m is _RUNNING for m in markers),
        )

    def accept(self, value: Any, function: str, *, per_channel: bool = False) -> Any:
        """Check and normalise a value that was passed to a function or module.

        Numbers of any type become Python numbers, lists become tuples.  Of arrays only the dtype
        is checked, since looking at their elements would break tracing.  Only modules, which know
        their channels, take lists with another axis: one array `per_channel`.
        """
        if isinstance(value, np.generic):
            value = value.item()
        if value is None and (self.optional or self.default is None):
            return None
        if self.option is not None:
            return self.option.accept(value, self.name, function)
        if hasattr(value, "shape") or hasattr(value, "__array_namespace__"):  # the latter: a symbol
            check_real(value, self.name, function)
            return value
        if self.shaped is not None:
            return _check_numbers(value, self.name, function, len(self.shaped.sizes), per_channel)
        return self._number(value, function)

    @property
    def number(self) -> Number:
        """The name of its symbol, if it is a number, with what is known of its values."""
        c = self.constraint
        low, high = (c.low, c.high) if c else (-math.inf, math.inf)
        usual = self.default if isinstance(self.default, (int, float)) else 1.0
        return Number(self.name, low, high, usual)

    def length(self, value: Any, function: str) -> int | None:
        """The number of its elements in an accepted value; None if it is a number."""
        if self.shaped is None:
            return None
        shape = getattr(value, "shape", None)
        if shape is None:
            return len(value)
        if not shape:
            raise ValueError(
                f"{function}: {self.name} must be an array of coefficients, got one number"
            )
        return int(shape[0])

    def _number(self, value: Any, function: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, RealNumber)):
            raise TypeError(f"{function}: {self.name} must be a number, got {abbreviated(value)}")
        number = value if isinstance(value, (int, float)) else float(value)
        for constraint in (_REPRESENTABLE, self.constraint):
            if constraint is not None and not constraint.holds(number):
                raise ValueError(
                    f"{function}: {self.name} must be {constraint.text}, got {abbreviated(value)}"
                )
        return number


def _is_representable(value: float) -> bool:
    try:
        float(value)
    except OverflowError:  # an integer beyond the largest float
        return False
    return True


_REPRESENTABLE = Constraint("a number that a float can hold", _is_representable)


def _check_numbers(value: Any, name: str, function: str, axes: int, more: bool) -> Any:
    shape = _shape(value) if isinstance(value, (list, tuple)) else None
    if shape is None or len(shape) < axes or (len(shape) > axes and not more) or 0 in shape:
        lists = "a list of its coefficients" if axes == 1 else f"lists in lists, {axes} deep"
        raise TypeError(f"{function}: {name} must be an array or {lists}, got {abbreviated(value)}")
    return _freeze(value)


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists of numbers and arrays; None if they have none."""
    if isinstance(value, (list, tuple)):
        shapes = {_shape(v) for v in value}
        shape = shapes.pop() if len(shapes) == 1 else None
        return None if shape is None else (len(value), *shape)
    number = isinstance(value, (int, float, RealNumber)) and not isinstance(value, bool)
    array = hasattr(value, "shape") or hasattr(value, "__array_namespace__")  # the latter: a symbol
    return () if number or array else None


def _freeze(value: Any) -> Any:
    """Convert lists to tuples, which can be compared and hashed."""
    return tuple(map(_freeze, value)) if isinstance(value, (list, tuple)) else value


def unknown(function: str, name: str, known: Sequence[str]) -> TypeError:
    """Return the error for a parameter that does not exist, with the nearest name that does."""
    return TypeError(f"{function} has no parameter {name!r}; {nearest(name, known)}")
