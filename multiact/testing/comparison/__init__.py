"""Cross-checks: do two implementations of an activation agree, and if not, where?"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from multiact._words import nearest
from multiact.testing.comparison import elementwise, whole
from multiact.testing.comparison.example import definition, place_of, program
from multiact.testing.comparison.framework import Framework, load, recognise
from multiact.testing.comparison.habits import habits
from multiact.testing.comparison.probe import Probe, WrongResult
from multiact.testing.comparison.reference import Reference, is_elementwise, reference
from multiact.testing.comparison.report import KINDS, Difference, Figures, Report
from multiact.testing.formats import FORMATS

__all__ = ["KINDS", "Difference", "Figures", "Report", "crosscheck"]

TOLERANCE = 8.0  # as the goals of `multiact check`


def crosscheck(
    candidate: Any,
    reference: Any,
    *,
    parameters: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
    dtypes: Iterable[str] | None = None,
    tolerance: float = TOLERANCE,
    allow: Collection[str] = (),
    framework: str | None = None,
    name: str | None = None,
) -> Report:
    """Compare an implementation of an activation with another, and find where they differ.

    Values and gradients are compared at about a thousand fixed numbers and along climbs from
    the worst of them; functions of whole arrays (softmax, gates) on seeded arrays.

    Parameters
    ----------
    candidate
        A function or module of PyTorch, JAX, Flax (nnx; linen bound, or with its variables in
        a tuple) or NumPy, or a class, which is built first.
    reference
        A registered activation, by name or record: then the truth is its formula in mpmath;
        or a function of mpmath numbers; or another implementation in the same framework.
    parameters
        Of the registered activation, by name.
    arguments
        Of the candidate: its class is built with them, a function is called with them.
    dtypes
        Such as ("float32", "float64"); by default float32, or that of a module's own numbers.
    tolerance
        In units in the last place, of values; gradients, whose error is divided by
        1 + |x f'' / f'|, are allowed twice as much.
    allow
        Kinds of differences (`KINDS`) that are reported but accepted, such as ("limit",).
    framework
        "numpy", "torch", "jax" or "flax", where it cannot be told from the candidate.
    name
        How the report calls the candidate; as "MODULE:ATTRIBUTE" its example can be run.

    Returns
    -------
    Report
        `report.ok`, and `str(report)` to read.

    Raises
    ------
    LookupError
        If there is no activation, framework, dtype or kind of this name.
    TypeError
        If the candidate cannot be run, or the reference is none.
    ValueError
        If the tolerance is no positive number.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.testing import crosscheck
    >>> report = crosscheck(np.tanh, "tanh")
    >>> report.ok
    True
    >>> print(crosscheck(lambda x: np.maximum(x, 0), "relu6"))  # doctest: +ELLIPSIS
    <lambda> (numpy) against relu6(): they DIFFER
    ...
      value, float32: f(7.0) = 7, the truth is 6; ...
    """
    _check(tolerance, allow)
    believed = _reference(reference, parameters or {})
    place = name or place_of(candidate)
    lines = definition(candidate, place, arguments or {})
    made = _made(candidate, arguments or {})
    runs_in = load(framework) if framework else recognise(made, believed.example)
    figures, differences = [], []
    for dtype in _dtypes(dtypes, runs_in, made):
        one, found = _in_dtype(runs_in, made, believed, dtype, tolerance)
        figures.append(one)
        differences += found
    order = list(KINDS)
    differences.sort(key=lambda d: order.index(d.kind))
    counted = [d for d in differences if d.kind not in allow]
    shown = next(
        (p for d in counted if (p := _program(runs_in, lines, d, believed, parameters))), ""
    )
    accepted = tuple(d for d in differences if d.kind in allow)
    label = (place, believed.name, runs_in.framework, tolerance)
    return Report(*label, tuple(figures), tuple(counted), accepted, shown)


_reference = reference


def _program(
    framework: Framework,
    lines: str,
    difference: Difference,
    believed: Reference,
    parameters: Mapping[str, Any] | None,
) -> str:
    return program(framework, lines, difference, believed.activation, parameters or {})


def _check(tolerance: float, allow: Collection[str]) -> None:
    if isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)) or not tolerance > 0:
        raise ValueError(f"tolerance must be a number of ULP greater than 0, got {tolerance!r}")
    for kind in [allow] if isinstance(allow, str) else allow:
        if isinstance(allow, str) or kind not in KINDS:
            raise LookupError(
                f"allow: no kind of difference {kind!r}; {nearest(kind, list(KINDS))}"
            )


def _made(candidate: Any, arguments: Mapping[str, Any]) -> Any:
    if isinstance(candidate, type):
        try:
            return candidate(**arguments)
        except TypeError as error:
            raise TypeError(f"cannot build {candidate.__name__}: {error}") from error
    if not callable(candidate) and not isinstance(candidate, tuple):
        raise TypeError(f"the candidate must be callable, got {type(candidate).__name__}")
    if not arguments:
        return candidate
    if isinstance(candidate, tuple):
        raise TypeError("arguments belong to a class or a function, not to (module, variables)")
    return functools.partial(candidate, **arguments)


def _dtypes(wanted: Iterable[str] | None, framework: Framework, candidate: Any) -> list[str]:
    if wanted is None:
        return [framework.own_dtype(candidate) or "float32"]
    chosen = [wanted] if isinstance(wanted, str) else list(wanted)
    for dtype in chosen:
        if dtype not in FORMATS:
            raise LookupError(f"no dtype {dtype!r}; {nearest(dtype, list(FORMATS))}")
        if dtype not in framework.dtypes:
            raise LookupError(
                f"{framework.framework} does not compute in {dtype} here, "
                f"only in {', '.join(framework.dtypes)}"
            )
    return chosen


def _in_dtype(
    framework: Framework, candidate: Any, believed: Reference, dtype: str, tolerance: float
) -> tuple[Figures, list[Difference]]:
    form = FORMATS[dtype]
    try:
        call = framework.bound(candidate, framework.asarray(believed.example, dtype))
        if believed.case and not (believed.curve and is_elementwise(framework, candidate)):
            case = believed.case(form, framework)
            figures, found = whole.compare(framework, call, case, tolerance)
        else:
            assert believed.curve is not None
            probe = Probe(framework, call, believed.curve(form, framework), tolerance)
            figures, found = elementwise.compare(probe)
        found += habits(framework, candidate, call, believed.example, dtype)
    except WrongResult as wrong:
        return Figures(dtype, 0), [Difference(wrong.kind, dtype, str(wrong))]
    except Exception as error:  # anybody's code may raise anything: that is the finding
        text = f"{type(error).__name__}: {(str(error) or 'no message').splitlines()[0]}"
        return Figures(dtype, 0), [Difference("error", dtype, text)]
    return figures, found
