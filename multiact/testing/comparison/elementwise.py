"""Comparison of functions that act on each element alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from multiact.testing.comparison.probe import Look, Probe
from multiact.testing.comparison.report import KINDS, Difference, Figures
from multiact.testing.comparison.search import climb, grid, shown, simplest, text


def compare(probe: Probe) -> tuple[Figures, list[Difference]]:
    """Figures and differences of a candidate in one dtype."""
    curve, fmt = probe.curve, probe.curve.tolerance.fmt
    fixed = probe.looks([*grid(curve.tolerance.kinks, fmt, curve.reach), -0.0])
    found = [*fixed, *climb(probe, fixed)]
    differences = [_difference(probe, kind, found, fixed) for kind in _kinds(found)]
    return _figures(probe, fixed, found), [*differences, *_specials(probe)]


def _kinds(looks: Sequence[Look]) -> list[str]:
    seen = {kind for look in looks for kind in look.kinds}
    return [kind for kind in KINDS if kind in seen]


def _figures(probe: Probe, fixed: Sequence[Look], found: Sequence[Look]) -> Figures:
    value, slope = ([look.pressure(what) for look in found] for what in ("value", "slope"))
    finite = [look for look in found if look.finite] or found
    top = max(finite, key=lambda look: max(look.pressure("value"), look.pressure("slope") / 2))
    return Figures(
        probe.dtype,
        len(found),
        _largest(value),
        _most([look.pressure("value") for look in fixed]),
        _largest(slope),
        _most([look.pressure("slope") for look in fixed]),
        top.x,
    )


def _largest(errors: Sequence[float]) -> float | None:
    return max((e for e in errors if 0 <= e < math.inf), default=None)


def _most(errors: Sequence[float]) -> float | None:
    known = sorted(e for e in errors if 0 <= e < math.inf)
    return known[math.ceil(0.999 * len(known)) - 1] if known else None


def _difference(
    probe: Probe, kind: str, looks: Sequence[Look], fixed: Sequence[Look]
) -> Difference:
    failing = [look for look in looks if kind in look.kinds]
    what = "slope" if kind in ("gradient", "gradient-finite", "kink") else "value"
    worst = max(failing, key=lambda look: look.pressure(what))
    look = simplest(probe, kind, failing)
    got, truth = _pair(look, what, probe)
    fmt = probe.curve.tolerance.fmt
    name = "f'" if what == "slope" else "f"
    says = f"{name}({shown(look.x, fmt)}) = {text(got, fmt)}, the truth is {text(truth, fmt)}"
    if math.isfinite(worst.pressure(what)) and kind != "kink":
        goal = probe.tolerance * (2 if what == "slope" else 1)
        size = f"{worst.pressure(what):.3g} ULP off at {shown(worst.x, fmt)}"
        says += f"; {size}, tolerance {goal:g}"
    return Difference(kind, probe.dtype, says + _extent(kind, fixed), look.x, got, truth)


def _extent(kind: str, fixed: Sequence[Look]) -> str:
    places = [look.x for look in fixed if kind in look.kinds]
    if len(places) < 2:
        return ""
    span = f"from {min(places):.6g} to {max(places):.6g}"
    return f"; so at {len(places)} of {len(fixed)} fixed points, {span}"


def _pair(look: Look, what: str, probe: Probe) -> tuple[float, float]:
    if what == "value":
        return look.value, float(look.truth.value)
    declared = probe.curve.tolerance.declared(look.x)
    got = math.nan if look.slope is None else look.slope
    return got, float(look.truth.slope) if declared is None else declared


def _specials(probe: Probe) -> Iterator[Difference]:
    """NaN and the infinities."""
    for x in (math.nan, -math.inf, math.inf):
        wanted = probe.curve.special(x)
        (got,) = probe.values([x])
        if wanted is None or _same(got, wanted, probe):
            continue
        kind = "nan" if math.isnan(x) else "limit"
        fmt = probe.curve.tolerance.fmt
        says = f"f({x}) = {text(got, fmt)}, the truth is {text(wanted, fmt)}"
        yield Difference(kind, probe.dtype, says, x, got, wanted)


def _same(got: float, wanted: float, probe: Probe) -> bool:
    if math.isnan(wanted):
        return math.isnan(got)
    return probe.curve.tolerance.fmt.error(got, wanted) <= probe.tolerance
