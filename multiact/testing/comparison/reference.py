"""What a candidate is compared with: an activation, an mpmath formula, or another callable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp, mpf

from multiact.activation import Activation
from multiact.registry import get
from multiact.testing.comparison.curves import Curve, Formula, Other, Registered
from multiact.testing.comparison.framework import Framework
from multiact.testing.comparison.whole import Twin
from multiact.testing.expected import Case, expected
from multiact.testing.formats import Format

_SEEDED = np.random.default_rng(0).permutation(np.linspace(-4, 4, 432)).reshape(2, 6, 6, 6)


@dataclass(frozen=True)
class Reference:
    """What is believed: `curve` for functions of one number, `case` for those of arrays."""

    name: str
    example: np.ndarray  # an input that candidates can be tried on
    curve: Callable[[Format, Framework], Curve] | None = None
    case: Callable[[Format, Framework], Case] | None = None
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
    if not callable(given):
        raise TypeError(
            "the reference must be the name or record of an activation, a callable of mpmath "
            f"numbers or another implementation, got {type(given).__name__}"
        )
    if parameters:
        raise TypeError("parameters belong to a registered activation; bind those of a callable")
    name = _name(given)
    if _is_formula(given):
        return Reference(name, _SEEDED.ravel(), lambda form, _: Formula(given, form))
    return Reference(
        name,
        _SEEDED,
        lambda form, framework: Other(framework, given, form),
        lambda form, framework: Twin(framework, given, form),
    )


def _activation(act: Activation, parameters: dict[str, Any]) -> Reference:
    name = repr(act.with_defaults(**parameters))[len("<activation ") : -1]
    if act.kind in ("elementwise", "stochastic"):
        act.arguments((), parameters)  # an error here names the parameter
        return Reference(
            name,
            _SEEDED.ravel(),
            lambda form, _: Registered(act, parameters, form),
            activation=act,
        )
    record = act.with_defaults(**parameters)
    example = _SEEDED.reshape(-1, 2) if act.is_graph else _SEEDED
    return Reference(name, example, case=lambda form, _: expected(record, form), activation=act)


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
    x = framework.asarray(_SEEDED, "float32")
    call = framework.bound(candidate, x)
    y = framework.to_numpy(call(x))
    if y.shape != _SEEDED.shape:
        return False
    flat = framework.to_numpy(call(framework.asarray(_SEEDED.ravel()[::-1], "float32")))
    error = np.abs(flat[::-1] - y.ravel())
    return flat.shape == (y.size,) and bool(
        np.all(error <= 1e-5 * np.maximum(1, np.abs(y.ravel())))
    )
