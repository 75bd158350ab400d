"""The program that shows a difference: candidate, reference and truth at one input."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from multiact.activation import Activation
from multiact.testing.comparison.framework import Framework
from multiact.testing.comparison.report import Difference
from multiact.testing.comparison.search import shown
from multiact.testing.formats import FORMATS

_GRADIENTS = ("gradient", "gradient-finite", "kink")


def program(
    framework: Framework,
    candidate: str,
    difference: Difference,
    activation: Activation | None,
    parameters: Mapping[str, Any],
) -> str:
    """Runnable lines; results stand beside them as comments.

    Parameters
    ----------
    framework
        That of the candidate.
    candidate
        Lines that define `candidate`.
    difference
        What is shown; one without an input gives no program.
    activation, parameters
        The registered activation that is the reference, if it is one.
    """
    if difference.x is None or not difference.dtype or difference.candidate is None:
        return ""
    return "\n".join(_lines(framework, candidate, difference, activation, parameters))


def _lines(
    framework: Framework,
    candidate: str,
    difference: Difference,
    activation: Activation | None,
    parameters: Mapping[str, Any],
) -> Iterator[str]:
    form, x = FORMATS[difference.dtype], difference.x or 0.0
    number = shown(x, form) if math.isfinite(x) else f'float("{x}")'
    gradient = difference.kind in _GRADIENTS
    *setup, call = framework.lines(difference.dtype, f"[{number}]", gradient)
    yield from candidate.splitlines()
    yield from setup
    yield f"print({call})  # {_text(difference.candidate)}; the truth is {_text(difference.truth)}"
    if activation is not None:
        given = "".join(f", {n}={v!r}" for n, v in parameters.items())
        key = activation.key
        function = f'multiact.derivative("{key}")' if gradient else f"multiact.{key}"
        yield "import multiact, numpy"
        yield f"print({function}(numpy.asarray([{number}], dtype={_wide(form.name)!r}){given}))"


def _wide(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype  # NumPy has no bfloat16


def _text(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.9g}"


def definition(candidate: Any, place: str, arguments: Mapping[str, Any]) -> str:
    """Lines that define `candidate`, from `MODULE:ATTRIBUTE` or `FILE.py:ATTRIBUTE`."""
    module, _, name = place.rpartition(":")
    if not module:
        return f"candidate = ...  # {place}"
    if module.endswith(".py"):
        lines = ["import runpy", f"candidate = runpy.run_path({module!r})[{name!r}]"]
    else:
        lines = [f"from {module} import {name} as candidate"]
    given = ", ".join(f"{n}={v!r}" for n, v in arguments.items())
    if isinstance(candidate, type):
        lines.append(f"candidate = candidate({given})")
    elif given:
        lines += ["import functools", f"candidate = functools.partial(candidate, {given})"]
    return "\n".join(lines)


def place_of(candidate: Any) -> str:
    """Where a candidate can be imported from, as `MODULE:NAME`; else only its name."""
    name = getattr(candidate, "__qualname__", None) or getattr(candidate, "__name__", None)
    module = getattr(candidate, "__module__", None)
    if not isinstance(name, str):
        return type(candidate).__name__
    importable = isinstance(module, str) and module != "__main__" and name.isidentifier()
    return f"{module}:{name}" if importable else name
