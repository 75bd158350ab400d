"""Parameters of activations: what an annotation says, and the check of a given value."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real as RealNumber
from typing import Annotated, Any, Protocol, TypeVar, get_args

import numpy as np

from multiact._suggest import nearest

T = TypeVar("T")


@dataclass(frozen=True)
class Constraint:
    """A condition on a number, and how an error names it."""

    text: str
    holds: Callable[[float], bool]


class Draw(Protocol):
    """Random numbers from a framework's own generator, for random starting values."""

    def uniform(self, shape: tuple[int, ...]) -> Any:
        """Uniform on [0, 1)."""

    def normal(self, shape: tuple[int, ...]) -> Any:
        """Standard normal."""


Initializer = Callable[[tuple[int, ...], Draw, Any], Any]  # shape, draw, xp -> values


@dataclass(frozen=True, eq=False)
class Shaped:
    """A parameter that is an array: the names of its sizes, its initializers by name."""

    sizes: tuple[str, ...]
    initializers: dict[str, Initializer]


_LEARNED = object()

Learnable = Annotated[T, _LEARNED]  #: trained by modules unless `learnable=` says otherwise
Real = Annotated[Any, Constraint("a finite number", math.isfinite)]
Positive = Annotated[Any, Constraint("greater than 0", lambda v: 0 < v < math.inf)]
NonNegative = Annotated[Any, Constraint("0 or greater", lambda v: 0 <= v < math.inf)]
Negative = Annotated[Any, Constraint("less than 0", lambda v: -math.inf < v < 0)]
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
        """Read the markers of an annotation such as `Learnable[Positive]`."""
        choices = get_args(annotation)
        if type(None) in choices:  # Axis | None
            return replace(cls.declared(name, choices[0], default), optional=True)
        markers = choices[1:]
        return cls(
            name,
            default,
            next((m for m in markers if isinstance(m, Constraint)), None),
            next((m for m in markers if isinstance(m, Shaped)), None),
            any(m is _LEARNED for m in markers),
        )

    def accept(self, value: Any, function: str) -> Any:
        """A value as functions and modules take it; one of the wrong kind is refused.

        Numbers of any type become Python's, lists of names tuples.  Arrays are taken as they
        are: looking into them would break tracing.
        """
        if isinstance(value, np.generic):
            value = value.item()
        if value is None and (self.optional or self.default is None):
            return None
        if hasattr(value, "shape") or hasattr(value, "__array_namespace__"):  # or a symbol
            return value
        if self.shaped is not None:
            return _list_of_numbers(value, self.name, function)
        if isinstance(self.default, tuple):
            return _list_of_names(value, self.name, function)
        return self._number(value, function)

    def _number(self, value: Any, function: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, RealNumber)):
            raise TypeError(f"{function}: {self.name} must be a number, got {_shown(value)}")
        number = value if isinstance(value, (int, float)) else float(value)
        for constraint in (_REPRESENTABLE, self.constraint):
            if constraint is not None and not constraint.holds(number):
                raise ValueError(
                    f"{function}: {self.name} must be {constraint.text}, got {_shown(value)}"
                )
        return number


def _representable(value: float) -> bool:
    try:
        float(value)
    except OverflowError:  # a whole number beyond the largest float
        return False
    return True


_REPRESENTABLE = Constraint("a number that a float can hold", _representable)


def _list_of_numbers(value: Any, name: str, function: str) -> Any:
    numbers = isinstance(value, (list, tuple)) and value
    if not numbers or any(isinstance(v, (str, bytes, dict, type(None))) for v in value):
        raise TypeError(
            f"{function}: {name} must be an array or a list of its coefficients, "
            f"got {_shown(value)}"
        )
    return _frozen(value)


def _frozen(value: Any) -> Any:
    """Lists as tuples, which can be compared and hashed."""
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


def _list_of_names(value: Any, name: str, function: str) -> tuple[str, ...]:
    words = isinstance(value, (list, tuple)) and value
    if not words or not all(isinstance(v, str) for v in value):
        raise TypeError(
            f"{function}: {name} must be a list of names of activations, got {_shown(value)}"
        )
    return tuple(value)


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 1e300 else "a huge integer"
    return text if len(text) <= 80 else f"{text[:77]}..."


def unknown(function: str, name: str, known: Sequence[str]) -> TypeError:
    """The error for a parameter that does not exist, naming the nearest that does."""
    return TypeError(f"{function} has no parameter {name!r}; {nearest(name, known)}")
