"""The reasons of a verdict, in one line each, and what else a candidate is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from multiact.testing.comparison.identify import identify
from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.probe import Sample
from multiact.testing.comparison.report import Difference, Errors, Figures
from multiact.testing.comparison.verdict import WIDE, deviation, limit
from multiact.testing.formats import FORMATS

_NEAR = 1e-2
_NOT_COMPARED = {"error", "shape", "repeat"}


def explain(
    pair: Pair, figures: Sequence[Figures], differences: Sequence[Difference]
) -> tuple[str, str]:
    """Return which registered activations a candidate is instead, and why it differs.

    Parameters
    ----------
    pair
        The candidate and its reference.
    figures
        The errors by dtype.
    differences
        All differences that were found.
    """
    strange = [d for d in differences if d.verdict == "different"]
    if not strange:
        return "", "; ".join(_weaknesses(figures, differences))
    if _NOT_COMPARED & {d.kind for d in strange}:
        return "", ""
    gradient = not any(d.kind.startswith("value") for d in strange)
    remains = _remains(pair, "slope" if gradient else "value")
    wide = pair.judge.wide if pair.elementwise else pair.array_judge.wide
    found = [] if gradient else identify(pair, WIDE if wide and remains else strange[0].dtype)
    return " or ".join(found[:3]), "; ".join(_reasons(strange[0], gradient, remains, found))


def _remains(pair: Pair, what: str) -> Sample | float | None:
    """Return what shows that it differs in float64, too: an input, or a size."""
    bound = limit(FORMATS[WIDE])
    if not pair.elementwise:
        size = pair.array_judge.wide.get("value" if what == "value" else "gradient", 0.0)
        return size if size > bound else None
    known = [s for s in pair.judge.wide if deviation(s, what) < math.inf]
    worst = max(known, key=lambda sample: deviation(sample, what), default=None)
    return worst if worst is not None and deviation(worst, what) > bound else None


def _reasons(
    first: Difference, gradient: bool, remains: Sample | float | None, others: Sequence[str]
) -> Iterator[str]:
    what, name = ("slope", "gradients") if gradient else ("value", "values")
    close = False
    if isinstance(remains, Sample):
        close = deviation(remains, what) < _NEAR
        size = f"{remains.absolute(what):.2g} apart at x = {remains.x:.4g}"
        yield f"in {WIDE} the {name} are still {size}, so this is no rounding"
    elif remains is not None:
        close = remains < _NEAR
        yield f"in {WIDE} the {name} are still {remains:.2g} apart, so this is no rounding"
    elif "-finite" in first.kind:
        yield f"the {name} are NaN or infinite where those of the reference are finite"
    else:
        yield f"in {first.dtype} the {name} are further apart than rounding explains"
    if close and not others:
        yield "look for a constant, a threshold or an approximation that differs"
    if gradient:
        yield "the values agree"
    elif not others:
        yield "no registered activation is this function"


def _weaknesses(figures: Sequence[Figures], differences: Sequence[Difference]) -> Iterator[str]:
    for f in figures:
        here = [d for d in differences if d.dtype == f.dtype]
        for name, errors in (("value", f.values), ("gradient", f.gradients)):
            weak = {d.weakness for d in here if d.kind == name}
            if errors and "dtype" in weak:
                yield f"{f.dtype}: {name}s are {_imprecise(f.dtype, errors)}"
            elif errors and weak:
                yield f"{f.dtype}: {name}s are {_tail(errors)}"
    if any("-finite" in d.kind for d in differences):
        yield "NaN or infinity where the truth is finite, see below"
    if any(d.kind == "kink" for d in differences):
        yield "at a kink another slope is chosen"


def _imprecise(dtype: str, errors: Errors) -> str:
    if dtype == WIDE:
        return f"off by up to {errors.absolute:.1g}: an approximation, or constants in float32"
    return f"off by up to {errors.absolute:.1g}, but right in {WIDE}: digits are lost on the way"


def _tail(errors: Errors) -> str:
    lost = "no digit is right" if errors.relative > 0.3 else f"{errors.relative:.1g} of it is lost"
    small = f"off by at most {errors.absolute:.1g}, as rounding is"
    return f"{small}, but where the function vanishes, {lost}"
