"""Programs that reproduce a difference: candidate, reference and truth at one input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.reference import SEEDED_TEXT
from multiact.testing.comparison.report import Difference
from multiact.testing.comparison.search import format_input, format_result
from multiact.testing.formats import FORMATS

_GRADIENTS = ("gradient", "gradient-finite", "kink")


def program(
    pair: Pair, candidate: str, difference: Difference, parameters: Mapping[str, Any]
) -> str:
    """Write a program that can be run, with its results as comments.

    Parameters
    ----------
    pair
        The candidate and its reference.
    candidate
        Lines that define `candidate`.
    difference
        The difference to reproduce; for a difference in behaviour there is no program.
    parameters
        Parameters of the reference.
    """
    if not difference.dtype or difference.kind in ("input", "repeat", "error", "move"):
        return ""
    x, gradient = _input(pair, difference), difference.kind in _GRADIENTS
    lines = pair.framework.lines(difference.dtype, x, gradient)
    imports = ["import numpy"] if "numpy." in x else []
    comment = ""
    if difference.candidate is not None:
        fmt, truth = FORMATS[difference.dtype], difference.truth
        truth_text = "unknown" if truth is None else format_result(truth, fmt)
        comment = f"  # {format_result(difference.candidate, fmt)}; the truth is {truth_text}"
    reference = _reference(pair, difference.dtype, x, gradient, parameters)
    return "\n".join([candidate, *imports, *lines[:-1], f"print({lines[-1]}){comment}", *reference])


def _input(pair: Pair, difference: Difference) -> str:
    """Write the input as an expression."""
    x = math.nan if difference.x is None else difference.x
    fmt = FORMATS[difference.dtype]
    if pair.elementwise:
        return f"[{format_input(x, fmt)}]" if math.isfinite(x) else f'[float("{x}")]'
    example = pair.reference.example
    if example.ndim > 2:
        return f"{SEEDED_TEXT}.reshape{example.shape}"
    assert pair.reference.case is not None
    rows = pair.reference.case(fmt, pair.framework).finite_points  # pairs of a gate's halves
    texts = [[format_input(float(v), fmt) for v in row] for row in rows if x in row]
    texts = texts or [["1.0", "1.0"]]
    return f"[{', '.join(f'[{a}, {b}]' for a, b in texts)}]"


def _reference(
    pair: Pair, dtype: str, x: str, gradient: bool, parameters: Mapping[str, Any]
) -> list[str]:
    act = pair.reference.activation
    if pair.reference.target is not None:
        lines = pair.other.lines(dtype, x, gradient)
        named = definition(pair.reference.target, pair.reference.name, {}, "reference")
        shown = lines[-1].replace("candidate", "reference")
        return [named, *lines[:-1], f"print({shown})"]
    if act is None or (gradient and not pair.elementwise):
        return []
    function = f'multiact.derivative("{act.key}")' if gradient else f"multiact.{act.key}"
    keywords = "".join(f", {name}={value!r}" for name, value in parameters.items())
    array = f"numpy.asarray({x}, dtype={_wide(dtype)!r})"
    return ["import multiact, numpy", f"print({function}({array}{keywords}))"]


def _wide(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype  # NumPy has no bfloat16


def definition(
    candidate: Any, place: str, arguments: Mapping[str, Any], variable: str = "candidate"
) -> str:
    """Write the lines that define a variable, from `MODULE:ATTRIBUTE` or `FILE.py:ATTRIBUTE`."""
    module, _, name = place.rpartition(":")
    if not module:
        return f"{variable} = ...  # {place}"
    if module.endswith(".py"):
        lines = ["import runpy", f"{variable} = runpy.run_path({module!r})[{name!r}]"]
    else:
        lines = [f"from {module} import {name} as {variable}"]
    keywords = ", ".join(f"{n}={v!r}" for n, v in arguments.items())
    if isinstance(candidate, type):
        lines.append(f"{variable} = {variable}({keywords})")
    elif keywords:
        lines += ["import functools", f"{variable} = functools.partial({variable}, {keywords})"]
    return "\n".join(lines)
