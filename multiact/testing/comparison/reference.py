"""The reference of a cross-check: an activation, an mpmath formula, or another callable."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp, mpf

from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.testing.comparison.framework import Framework, guard
from multiact.testing.comparison.references import Curve, Formula, Other, Registered
from multiact.testing.comparison.whole import OtherOnArrays
from multiact.testing.expected import Case, expected
from multiact.testing.formats import FloatFormat

#: the input for functions of whole arrays: its text in a program, and the array itself
SEEDED_TEXT = "numpy.random.default_rng(0).permutation(numpy.linspace(-4, 4, 432))"
SEEDED = np.random.default_rng(0).permutation(np.linspace(-4, 4, 432)).reshape(2, 6, 6, 6)


@dataclass(frozen=True)
class Reference:
    """The reference: `curve` for functions of one number, `case` for functions of arrays.

    Both take the framework of the reference, which only another implementation needs: `target`.
    """

    name: str
    example: np.ndarray  # an input on which candidates can be tried
    curve: Callable[[FloatFormat, Framework], Curve] | None = None
    case: Callable[[FloatFormat, Framework], Case] | None = None
    activation: Activation | None = None
    target: Any = None


def reference(target: Any, parameters: Mapping[str, Any], name: str | None = None) -> Reference:
    """Resolve the reference that `crosscheck` was given.

    Raises
    ------
    LookupError
        If it is a name, but not of an activation.
    TypeError
        If it is none of the three, or does not take these parameters.
    """
    if isinstance(target, (str, Mapping, Activation)):
        return _activation(get(target), dict(parameters))
    name = name or import_path(target)
    target = build(target, parameters, "reference")
    if _is_formula(target):
        return Reference(name, SEEDED.ravel(), lambda fmt, _: Formula(target, fmt))
    return Reference(
        name,
        SEEDED,
        lambda fmt, framework: Other(framework, target, fmt),
        lambda fmt, framework: OtherOnArrays(framework, target, fmt),
        target=target,
    )


def _activation(act: Activation, parameters: dict[str, Any]) -> Reference:
    name = repr(act.with_defaults(**parameters))[len("<activation ") : -1].removesuffix("()")
    if act.kind == "elementwise":
        act.bind((), parameters)  # raises an error that names a wrong parameter
        return Reference(
            name,
            SEEDED.ravel(),
            lambda fmt, _: Registered(act, parameters, fmt),
            activation=act,
        )
    record = act.with_defaults(**parameters)
    example = SEEDED.reshape(-1, 2) if act.is_graph else SEEDED
    return Reference(name, example, case=lambda fmt, _: expected(record, fmt), activation=act)


def _is_formula(function: Any) -> bool:
    try:
        with mp.workdps(30):
            return isinstance(function(mpf(0.5)), (mpf, int, float))
    except KeyboardInterrupt:
        raise
    except BaseException:  # any callable may raise anything for an mpf
        return False


def import_path(candidate: Any) -> str:
    """Return `MODULE:NAME` if a candidate can be imported, otherwise only its name."""
    name = getattr(candidate, "__qualname__", None) or getattr(candidate, "__name__", None)
    module = getattr(candidate, "__module__", None)
    if not isinstance(name, str):
        return type(candidate).__name__
    importable = isinstance(module, str) and module != "__main__" and name.isidentifier()
    return f"{module}:{name}" if importable else name


def is_elementwise(framework: Framework, candidate: Any) -> bool:
    """Whether a callable is elementwise, so that the order of the elements does not matter."""
    x = framework.asarray(SEEDED, "float32")
    call = guard(framework.bind(candidate, x))
    y = framework.to_numpy(call(x))
    if y.shape != SEEDED.shape:
        return False
    reversed_x = framework.asarray(SEEDED.ravel()[::-1].copy(), "float32")
    flat, y = framework.to_numpy(call(reversed_x))[::-1], y.ravel()
    return flat.shape == y.shape and bool(np.all(abs(flat - y) <= 1e-5 * np.maximum(1, abs(y))))


def build(target: Any, arguments: Mapping[str, Any], what: str) -> Any:
    """Instantiate a class with the arguments, or bind a function to them."""
    if isinstance(target, type):
        try:
            return target(**arguments)
        except TypeError as error:
            raise TypeError(f"cannot build the {what} {target.__name__}: {error}") from error
    if not callable(target) and not isinstance(target, tuple):
        raise TypeError(f"the {what} must be callable, got {type(target).__name__}")
    if not arguments:
        return target
    if isinstance(target, tuple):
        raise TypeError(
            f"arguments belong to a class or a function, not to (module, variables); got "
            f"{', '.join(arguments)}: build the module with them"
        )
    return functools.partial(target, **arguments)
