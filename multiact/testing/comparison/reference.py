"""What a candidate is compared with: an activation, an mpmath formula, or another callable."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp, mpf

from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.testing.comparison.framework import Framework, guarded
from multiact.testing.comparison.references import Curve, Formula, Other, Registered
from multiact.testing.comparison.whole import OtherOnArrays
from multiact.testing.expected import Case, expected
from multiact.testing.formats import FloatFormat

#: an array to try whole-array functions on, as it stands in a program and itself
SEEDED_TEXT = "numpy.random.default_rng(0).permutation(numpy.linspace(-4, 4, 432))"
SEEDED = np.random.default_rng(0).permutation(np.linspace(-4, 4, 432)).reshape(2, 6, 6, 6)


@dataclass(frozen=True)
class Reference:
    """What is believed: `curve` for functions of one number, `case` for those of arrays."""

    name: str
    example: np.ndarray  # an input that candidates can be tried on
    curve: Callable[[FloatFormat, Framework], Curve] | None = None
    case: Callable[[FloatFormat, Framework], Case] | None = None
    activation: Activation | None = None


def reference(given: Any, parameters: Mapping[str, Any]) -> Reference:
    """Find out what a reference is.

    Raises
    ------
    LookupError
        If it is a name that no activation has.
    TypeError
        If it is none of the three, or takes no such parameters.
    """
    if isinstance(given, (str, Mapping, Activation)):
        return _activation(get(given), dict(parameters))
    name = _name(given)
    given = built(given, parameters, "reference")
    if _is_formula(given):
        return Reference(name, SEEDED.ravel(), lambda fmt, _: Formula(given, fmt))
    return Reference(
        name,
        SEEDED,
        lambda fmt, framework: Other(framework, given, fmt),
        lambda fmt, framework: OtherOnArrays(framework, given, fmt),
    )


def _activation(act: Activation, parameters: dict[str, Any]) -> Reference:
    name = repr(act.with_defaults(**parameters))[len("<activation ") : -1].removesuffix("()")
    if act.kind in ("elementwise", "stochastic"):
        act.bind((), parameters)  # an error here names the parameter
        return Reference(
            name,
            SEEDED.ravel(),
            lambda fmt, _: Registered(act, parameters, fmt),
            activation=act,
        )
    record = act.with_defaults(**parameters)
    example = SEEDED.reshape(-1, 2) if act.is_graph else SEEDED
    return Reference(name, example, case=lambda fmt, _: expected(record, fmt), activation=act)


def _is_formula(given: Any) -> bool:
    try:
        with mp.workdps(30):
            return isinstance(given(mpf(0.5)), (mpf, int, float))
    except Exception:  # anybody's code may raise anything at an mpf
        return False


def _name(given: Any) -> str:
    return str(getattr(given, "__qualname__", None) or type(given).__name__)


def is_elementwise(framework: Framework, candidate: Any) -> bool:
    """Whether a callable treats each element alone: the order of the elements does not matter."""
    x = framework.asarray(SEEDED, "float32")
    call = guarded(framework.bound(candidate, x))
    y = framework.to_numpy(call(x))
    if y.shape != SEEDED.shape:
        return False
    turned = framework.asarray(SEEDED.ravel()[::-1].copy(), "float32")
    flat, y = framework.to_numpy(call(turned))[::-1], y.ravel()
    return flat.shape == y.shape and bool(np.all(abs(flat - y) <= 1e-5 * np.maximum(1, abs(y))))


def built(given: Any, arguments: Mapping[str, Any], what: str) -> Any:
    """A class with its arguments built, a function with its arguments bound."""
    if isinstance(given, type):
        try:
            return given(**arguments)
        except TypeError as error:
            raise TypeError(f"cannot build the {what} {given.__name__}: {error}") from error
    if not callable(given) and not isinstance(given, tuple):
        raise TypeError(f"the {what} must be callable, got {type(given).__name__}")
    if not arguments:
        return given
    if isinstance(given, tuple):
        raise TypeError(
            f"arguments belong to a class or a function, not to (module, variables); got "
            f"{', '.join(arguments)}: build the module with them"
        )
    return functools.partial(given, **arguments)
