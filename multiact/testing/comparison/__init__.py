"""Cross-checks: whether two implementations of an activation agree, and where they differ."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from multiact._suggest import nearest
from multiact.testing.comparison.explanation import explain
from multiact.testing.comparison.goal import Goal
from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.reference import import_path
from multiact.testing.comparison.report import (
    KINDS,
    VERDICTS,
    Difference,
    Errors,
    Figures,
    Report,
)
from multiact.testing.comparison.reproduction import definition, program

__all__ = ["KINDS", "VERDICTS", "Difference", "Errors", "Figures", "Goal", "Report", "crosscheck"]

FAR = 1e4


def crosscheck(
    candidate: Any,
    reference: Any,
    *,
    parameters: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
    dtypes: Iterable[str] | None = None,
    tolerance: float | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    allow: Collection[str] = (),
    framework: str | None = None,
    name: str | None = None,
    reference_name: str | None = None,
) -> Report:
    """Compare an implementation of an activation with another, and find where they differ.

    Values and gradients are compared at about a thousand fixed numbers, and by hill climbing
    from the worst of them; functions of whole arrays (softmax, gates) on seeded arrays.

    Parameters
    ----------
    candidate
        A function or module of PyTorch, JAX, Flax (nnx; linen bound, or in a tuple with its
        variables) or NumPy, or a class, which is instantiated first.
    reference
        A registered activation, by name or record, whose formula in mpmath is then the truth;
        or a function of mpmath numbers; or another implementation, in any framework.
    parameters
        Parameters of the reference, by name.
    arguments
        Arguments of the candidate: a class is instantiated with them, a function is called
        with them.
    dtypes
        Dtypes such as ("float32", "float64"); by default float32, or the dtype of a module's
        parameters.
    tolerance
        Tolerance of values in units in the last place, by default 8; for gradients, whose error
        is divided by 1 + |x f'' / f'|, it is doubled.
    rtol, atol
        Instead of a tolerance in ULP: errors up to atol + rtol * |truth| are accepted, of values
        and gradients alike.
    allow
        Kinds of differences (`KINDS`) that are reported but accepted, such as ("limit",).
    framework
        "numpy", "torch", "jax" or "flax", if it cannot be inferred from the candidate.
    name
        The candidate's name in the report; if it is "MODULE:ATTRIBUTE", the example can be run.
    reference_name
        The reference's name in the report, if it is another implementation.

    Returns
    -------
    Report
        The result: `report.ok`, `report.verdict` ("same", "weak" or "different"), and
        `str(report)` to read.

    Raises
    ------
    LookupError
        If there is no activation, framework, dtype or kind with this name.
    TypeError
        If the candidate cannot be run, or the reference is not one of the three.
    ValueError
        If the tolerance is not a positive number, or given together with rtol or atol.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.testing import crosscheck
    >>> report = crosscheck(np.tanh, "tanh")
    >>> report.ok
    True
    >>> print(crosscheck(lambda x: np.maximum(x, 0), "relu6"))  # doctest: +ELLIPSIS
    <lambda> (numpy) against relu6: ANOTHER FUNCTION: it is relu or ab_relu or helu
    ...
      value, float32: f(7.0) = 7, the truth is 6; ...
    ...
    """
    goal = Goal.of(tolerance, rtol, atol)
    _check(allow)
    pair = Pair.of(
        candidate,
        reference,
        parameters=parameters,
        arguments=arguments,
        framework=framework,
        name=reference_name,
    )
    label = name or import_path(candidate)
    results = [pair.compare(dtype, goal) for dtype in pair.dtypes(dtypes)]
    figures = tuple(found for found, _ in results)
    differences = sorted((d for _, listed in results for d in listed), key=_severity)
    failing = tuple(d for d in differences if d.kind not in allow)
    lines = definition(candidate, label, arguments or {})
    programs = (program(pair, lines, d, parameters or {}) for d in failing)
    return Report(
        label,
        reference_label(pair),
        pair.framework.framework,
        goal.text(),
        figures,
        failing,
        tuple(d for d in differences if d.kind in allow),
        *explain(pair, figures, differences),
        next(filter(None, programs), ""),
    )


def reference_label(pair: Pair) -> str:
    """Return the name of the reference, with its framework if it is another implementation."""
    other = f" ({pair.other.framework})" if pair.reference.target is not None else ""
    return f"{pair.reference.name}{other}"


def _severity(difference: Difference) -> tuple[bool, bool, int]:
    """Sort by verdict and kind; inputs of no practical use (overflow at 1e38) come last."""
    far = difference.x is not None and FAR < abs(difference.x) < math.inf
    return difference.verdict == "weak", far, list(KINDS).index(difference.kind)


def _check(allow: Collection[str]) -> None:
    if isinstance(allow, str):
        raise TypeError(f"allow must be a sequence of kinds, such as ({allow!r},), got a string")
    for kind in allow:
        if kind not in KINDS:
            raise LookupError(f"no kind of difference {kind!r}; {nearest(kind, list(KINDS))}")
