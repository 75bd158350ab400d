"""Cross-checks: do two implementations of an activation agree, and if not, where?"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from multiact._suggest import nearest
from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.report import KINDS, Difference, Figures, Report
from multiact.testing.comparison.reproduction import definition, place_of, program

__all__ = ["KINDS", "Difference", "Figures", "Report", "crosscheck"]

TOLERANCE = 8.0  # as the goals of `multiact check`
FAR = 1e4


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
        Of the reference, by name.
    arguments
        Of the candidate.  A class is built with its arguments, a function is called with them.
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
    <lambda> (numpy) against relu6: they DIFFER
    ...
      value, float32: f(7.0) = 7, the truth is 6; ...
    ...
    """
    _check(tolerance, allow)
    pair = Pair.of(
        candidate, reference, parameters=parameters, arguments=arguments, framework=framework
    )
    place = name or place_of(candidate)
    results = [pair.compared(dtype, tolerance) for dtype in pair.dtypes(dtypes)]
    found = sorted((d for _, differences in results for d in differences), key=_gravity)
    counted = tuple(d for d in found if d.kind not in allow)
    lines = definition(candidate, place, arguments or {})
    programs = (program(pair, lines, d, parameters or {}) for d in counted)
    return Report(
        place,
        pair.reference.name,
        pair.framework.framework,
        tolerance,
        tuple(figures for figures, _ in results),
        counted,
        tuple(d for d in found if d.kind in allow),
        next(filter(None, programs), ""),
    )


def _gravity(difference: Difference) -> tuple[bool, int]:
    """What nobody computes with (the overflow of an intermediate at 1e38) comes last."""
    far = difference.x is not None and FAR < abs(difference.x) < math.inf
    return far, list(KINDS).index(difference.kind)


def _check(tolerance: float, allow: Collection[str]) -> None:
    if not tolerance > 0:
        raise ValueError(f"tolerance must be a number of ULP greater than 0, got {tolerance!r}")
    if isinstance(allow, str):
        raise TypeError(f"allow must be a sequence of kinds, such as ({allow!r},), got a string")
    for kind in allow:
        if kind not in KINDS:
            raise LookupError(f"no kind of difference {kind!r}; {nearest(kind, list(KINDS))}")
