"""The program that shows a difference: candidate, reference and truth at one input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.reference import SEEDED_TEXT
from multiact.testing.comparison.report import Difference
from multiact.testing.comparison.search import shown, text
from multiact.testing.formats import FORMATS

_GRADIENTS = ("gradient", "gradient-finite", "kink")


def program(pair: Pair, candidate: str, difference: Difference, given: Mapping[str, Any]) -> str:
    """Runnable lines; results stand beside them as comments.

    Parameters
    ----------
    pair
        What is compared.
    candidate
        Lines that define `candidate`.
    difference
        What is shown; one of behaviour gives no program.
    given
        Parameters of the reference.
    """
    if not difference.dtype or difference.kind in ("input", "repeat", "error", "move"):
        return ""
    x, gradient = _input(pair, difference), difference.kind in _GRADIENTS
    lines = pair.framework.lines(difference.dtype, x, gradient)
    needed = ["import numpy"] if "numpy." in x else []
    shows = ""
    if difference.candidate is not None:
        fmt, truth = FORMATS[difference.dtype], difference.truth
        known = "unknown" if truth is None else text(truth, fmt)
        shows = f"  # {text(difference.candidate, fmt)}; the truth is {known}"
    reference = _reference(pair, difference.dtype, x, gradient, given)
    return "\n".join([candidate, *needed, *lines[:-1], f"print({lines[-1]}){shows}", *reference])


def _input(pair: Pair, difference: Difference) -> str:
    """The input as it stands in a program."""
    x = math.nan if difference.x is None else difference.x
    fmt = FORMATS[difference.dtype]
    if pair.elementwise:
        return f"[{shown(x, fmt)}]" if math.isfinite(x) else f'[float("{x}")]'
    example = pair.reference.example
    if example.ndim > 2:
        return f"{SEEDED_TEXT}.reshape{example.shape}"
    assert pair.reference.case is not None
    rows = pair.reference.case(fmt, pair.framework).finite_points  # pairs of a gate's halves
    texts = [[shown(float(v), fmt) for v in row] for row in rows if x in row] or [["1.0", "1.0"]]
    return f"[{', '.join(f'[{a}, {b}]' for a, b in texts)}]"


def _reference(
    pair: Pair, dtype: str, x: str, gradient: bool, given: Mapping[str, Any]
) -> list[str]:
    act = pair.reference.activation
    if act is None or (gradient and not pair.elementwise):
        return []
    function = f'multiact.derivative("{act.key}")' if gradient else f"multiact.{act.key}"
    rest = "".join(f", {name}={value!r}" for name, value in given.items())
    array = f"numpy.asarray({x}, dtype={_wide(dtype)!r})"
    return ["import multiact, numpy", f"print({function}({array}{rest}))"]


def _wide(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype  # NumPy has no bfloat16


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
