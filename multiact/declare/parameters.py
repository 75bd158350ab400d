"""Parameters of activations: their annotations, and the checks of their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Integral
from numbers import Real as RealNumber
from typing import Annotated, Any, Protocol, TypeVar, get_args

import numpy as np

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


_LEARNED, _MASK = object(), object()

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
AXES = Constraint("a whole number or several", lambda v: isinstance(v, int))
Axes = Annotated[int | tuple[int, ...], AXES]  #: one axis or several
Names = Annotated[tuple[str, ...], None]  #: names of other activations
Mask = Annotated[Any, _MASK]  #: an array of booleans, given when a module is called


@dataclass(frozen=True)
class Parameter:
    """One parameter of an activation, as its formula's signature declares it."""

    name: str
    default: Any
    constraint: Constraint | None = field(default=None, repr=False)
    shaped: Shaped | None = field(default=None, repr=False)
    learnable: bool = False  # trained by default
    optional: bool = field(default=False, repr=False)  # may be None
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
            mask=any(m is _MASK for m in markers),
        )

    def accept(self, value: Any, function: str) -> Any:
        """Check and normalise a value that was passed to a function or module.

        Numbers of any type become Python numbers, lists of names become tuples.  Arrays are
        accepted unseen, since looking at their elements would break tracing.
        """
        value = plain(value)
        if value is None and (self.optional or self.default is None):
            return None
        if hasattr(value, "shape") or hasattr(value, "__array_namespace__"):  # the latter: a symbol
            return value
        if self.shaped is not None:
            return _check_numbers(value, self.name, function)
        if isinstance(self.default, tuple):
            return _check_names(value, self.name, function)
        if self.constraint is AXES and isinstance(value, (list, tuple)):
            return tuple(self._number(plain(v), function) for v in value)
        return self._number(value, function)

    def _number(self, value: Any, function: str) -> float:
        if self.mask:
            raise TypeError(
                f"{function}: {self.name} must be an array of booleans, got {_abbreviate(value)}"
            )
        if isinstance(value, bool) or not isinstance(value, (int, float, RealNumber)):
            raise TypeError(f"{function}: {self.name} must be a number, got {_abbreviate(value)}")
        number: Any = value
        for constraint in (_REPRESENTABLE, self.constraint):
            if constraint is not None and not constraint.holds(number):
                raise ValueError(
                    f"{function}: {self.name} must be {constraint.text}, got {_abbreviate(value)}"
                )
        return number  # type: ignore[no-any-return]


def plain(value: Any) -> Any:
    """Return a number of any type as one of Python's, and anything else unchanged."""
    if type(value) in (float, int, bool):
        return value
    if isinstance(value, (np.generic, np.ndarray)) and not value.ndim:
        value = value.item()
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


def _check_numbers(value: Any, name: str, function: str) -> Any:
    numbers = isinstance(value, (list, tuple)) and value
    if not numbers or any(isinstance(v, (str, bytes, dict, type(None))) for v in value):
        raise TypeError(
            f"{function}: {name} must be an array or a list of its coefficients, "
            f"got {_abbreviate(value)}"
        )
    return _freeze(value)


def _freeze(value: Any) -> Any:
    """Convert lists to tuples, which can be compared and hashed."""
    return tuple(map(_freeze, value)) if isinstance(value, (list, tuple)) else plain(value)


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
