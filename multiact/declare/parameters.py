"""Parameters of activations: their annotations, and the checks of their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real as RealNumber
from typing import Annotated, Any, Protocol, TypeVar, get_args

import numpy as np

from multiact._arrays import check_real
from multiact._suggest import nearest

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


_LEARNED = object()

Learnable = Annotated[T, _LEARNED]  #: trained by modules unless `learnable=` says otherwise
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
Names = Annotated[tuple[str, ...], None]  #: names of other activations


@dataclass(frozen=True)
class Parameter:
    """One parameter of an activation, as its formula's signature declares it."""

    name: str
    default: Any
    constraint: Constraint | None = field(default=None, repr=False)
    shaped: Shaped | None = field(default=None, repr=False)
    learnable: bool = False  # trained by default
    optional: bool = field(default=False, repr=False)  # may be None

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
        )

    def accept(self, value: Any, function: str) -> Any:
        """Check and normalise a value that was passed to a function or module.

        Numbers of any type become Python numbers, lists of names become tuples.  Of arrays only
        the dtype is checked, since looking at their elements would break tracing.
        """
        if isinstance(value, np.generic):
            value = value.item()
        if value is None and (self.optional or self.default is None):
            return None
        if hasattr(value, "shape") or hasattr(value, "__array_namespace__"):  # the latter: a symbol
            check_real(value, self.name, function)
            return value
        if self.shaped is not None:
            return _check_numbers(value, self.name, function, len(self.shaped.sizes))
        if isinstance(self.default, tuple):
            return _check_names(value, self.name, function)
        return self._number(value, function)

    def _number(self, value: Any, function: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, RealNumber)):
            raise TypeError(f"{function}: {self.name} must be a number, got {_abbreviate(value)}")
        number = value if isinstance(value, (int, float)) else float(value)
        for constraint in (_REPRESENTABLE, self.constraint):
            if constraint is not None and not constraint.holds(number):
                raise ValueError(
                    f"{function}: {self.name} must be {constraint.text}, got {_abbreviate(value)}"
                )
        return number


def _is_representable(value: float) -> bool:
    try:
        float(value)
    except OverflowError:  # an integer beyond the largest float
        return False
    return True


_REPRESENTABLE = Constraint("a number that a float can hold", _is_representable)


def _check_numbers(value: Any, name: str, function: str, axes: int) -> Any:
    if not _is_nested(value, axes):
        lists = "a list of its coefficients" if axes == 1 else f"lists in lists, {axes} deep"
        raise TypeError(f"{function}: {name} must be an array or {lists}, got {_abbreviate(value)}")
    return _freeze(value)


def _is_nested(value: Any, axes: int) -> bool:
    """Whether a value has lists of equal lengths around numbers, as many as there are axes."""
    if not axes:
        return not isinstance(value, (list, tuple, str, bytes, dict, type(None)))
    if not isinstance(value, (list, tuple)) or not value:
        return False
    lengths = {len(v) if isinstance(v, (list, tuple)) else 0 for v in value}
    return len(lengths) == 1 and all(_is_nested(v, axes - 1) for v in value)


def _freeze(value: Any) -> Any:
    """Convert lists to tuples, which can be compared and hashed."""
    return tuple(map(_freeze, value)) if isinstance(value, (list, tuple)) else value


def _check_names(value: Any, name: str, function: str) -> tuple[str, ...]:
    words = isinstance(value, (list, tuple)) and value
    if not words or not all(isinstance(v, str) for v in value):
        raise TypeError(
            f"{function}: {name} must be a list of names of activations, got {_abbreviate(value)}"
        )
    return tuple(value)


def _abbreviate(value: Any) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 1e300 else "a huge integer"
    return text if len(text) <= 80 else f"{text[:77]}..."


def unknown(function: str, name: str, known: Sequence[str]) -> TypeError:
    """Return the error for a parameter that does not exist, with the nearest name that does."""
    return TypeError(f"{function} has no parameter {name!r}; {nearest(name, known)}")
