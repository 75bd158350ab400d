"""Parameters of activations: their annotations, and the checks of their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Integral
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

    def length(self, known: Mapping[str, int]) -> int:
        """Return the length of the first axis: a size by its name, or a number."""
        first = self.sizes[0]
        return int(first) if first.isdigit() else known[first]


_LEARNED, _RUNNING, _MASK = object(), object(), object()

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
AXES = Constraint("a whole number or several", lambda v: isinstance(v, int))
Axes = Annotated[int | tuple[int, ...], AXES]  #: one axis or several
Mask = Annotated[Any, _MASK]  #: an array of booleans, given when a module is called
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
    mask: bool = field(default=False, repr=False)  # given in the call, not at construction

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
            mask=any(m is _MASK for m in markers),
        )

    def accept(self, value: Any, function: str, *, per_channel: bool = False) -> Any:
        """Check and normalise a value that was passed to a function or module.

        Numbers of any type become Python numbers, lists become tuples.  Of arrays only the dtype
        is checked, since looking at their elements would break tracing.  Only modules, which know
        their channels, take lists with another axis: one array `per_channel`.
        """
        if self.shaped is None or isinstance(value, np.generic):
            value = python_number(value)
        if value is None and (self.optional or self.default is None):
            return None
        if self.option is not None:
            return self.option.accept(value, self.name, function)
        if hasattr(value, "shape") or hasattr(value, "__array_namespace__"):  # the latter: a symbol
            check_real(value, self.name, function)
            return value
        if self.shaped is not None:
            return _check_numbers(value, self.name, function, len(self.shaped.sizes), per_channel)
        if self.constraint is AXES and isinstance(value, (list, tuple)):
            return tuple(self._number(python_number(v), function) for v in value)
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
        if self.mask:
            raise TypeError(
                f"{function}: {self.name} must be an array of booleans, got {abbreviated(value)}"
            )
        if isinstance(value, bool) or not isinstance(value, (int, float, RealNumber)):
            raise TypeError(f"{function}: {self.name} must be a number, got {abbreviated(value)}")
        number: Any = value
        for constraint in (_REPRESENTABLE, self.constraint):
            if constraint is not None and not constraint.holds(number):
                raise ValueError(
                    f"{function}: {self.name} must be {constraint.text}, got {abbreviated(value)}"
                )
        return number  # type: ignore[no-any-return]


def python_number(value: Any) -> Any:
    """Return a number of any type as one of Python's, and anything else unchanged."""
    if type(value) in (float, int, bool):
        return value
    if isinstance(value, (np.generic, np.ndarray)) and not value.ndim:
        value = value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, (RealNumber, Decimal, np.longdouble)) and _is_representable(value):
        return int(value) if isinstance(value, Integral) else float(value)
    return value


def _is_representable(value: Any) -> bool:
    try:
        float(value)
    except OverflowError:  # an integer beyond the largest float
        return False
    return True


_REPRESENTABLE = Constraint("a number that a float can hold", _is_representable)


def _check_numbers(value: Any, name: str, function: str, axes: int, more: bool) -> Any:
    frozen = _freeze(value)
    shape = _shape(frozen) if isinstance(value, (list, tuple)) else None
    if shape is None or len(shape) < axes or (len(shape) > axes and not more) or 0 in shape:
        lists = "a list of its coefficients" if axes == 1 else f"lists in lists, {axes} deep"
        raise TypeError(f"{function}: {name} must be an array or {lists}, got {abbreviated(value)}")
    return frozen


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
    return tuple(map(_freeze, value)) if isinstance(value, (list, tuple)) else python_number(value)


#: other libraries' names of what all activations have, and ours
_ELSEWHERE = {"dim": "axis", "num_parameters": "channels"}


def unknown(function: str, name: str, known: Sequence[str]) -> TypeError:
    """Return the error for a parameter that does not exist, with the nearest name that does."""
    if name == "approximate":
        other = "GELUTanh" if function[0].isupper() else "gelu_tanh"
        return TypeError(f"{function} has no parameter {name!r}; {other} is GELU with tanh")
    ours = _ELSEWHERE.get(name)
    close = f"did you mean {ours!r}?" if ours in known else nearest(name, known)
    return TypeError(f"{function} has no parameter {name!r}; {close}")


def comparable(value: Any) -> Any:
    """Return a default in a form that can be compared and hashed: arrays by their content."""
    if isinstance(value, (list, tuple)):
        return tuple(map(comparable, value))
    if hasattr(value, "__hash__") and value.__hash__ is not None and not hasattr(value, "shape"):
        return value
    tobytes = getattr(value, "tobytes", None)
    return (str(value.dtype), tuple(value.shape), tobytes()) if tobytes else id(value)
