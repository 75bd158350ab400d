"""Comparison of elementwise functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from multiact.testing.comparison.probe import Probe, Sample
from multiact.testing.comparison.report import KINDS, Difference, Figures
from multiact.testing.comparison.search import climb, format_input, format_result, grid, simplest


def compare(probe: Probe) -> tuple[Figures, list[Difference]]:
    """Compare a candidate with its reference in one dtype."""
    curve, fmt = probe.curve, probe.curve.tolerance.fmt
    fixed = probe.samples([*grid(curve.tolerance.kinks, fmt, curve.reach), -0.0])
    samples = [*fixed, *climb(probe, fixed)]
    differences = [_difference(probe, kind, samples, fixed) for kind in _kinds(samples)]
    return _figures(probe, fixed, samples), [*differences, *_specials(probe)]


def _kinds(samples: Sequence[Sample]) -> list[str]:
    seen = {kind for sample in samples for kind in sample.kinds}
    return [kind for kind in KINDS if kind in seen]


def _figures(probe: Probe, fixed: Sequence[Sample], samples: Sequence[Sample]) -> Figures:
    value, slope = ([sample.error(what) for sample in samples] for what in ("value", "slope"))
    finite = [sample for sample in samples if sample.finite] or samples
    worst = max(finite, key=lambda sample: max(sample.error("value"), sample.error("slope") / 2))
    return Figures(
        probe.dtype,
        len(samples),
        _max_finite(value),
        _percentile([sample.error("value") for sample in fixed]),
        _max_finite(slope),
        _percentile([sample.error("slope") for sample in fixed]),
        worst.x,
    )


def _max_finite(errors: Sequence[float]) -> float | None:
    return max((e for e in errors if 0 <= e < math.inf), default=None)


def _percentile(errors: Sequence[float]) -> float | None:
    finite = sorted(e for e in errors if 0 <= e < math.inf)
    return finite[math.ceil(0.999 * len(finite)) - 1] if finite else None


def _difference(
    probe: Probe, kind: str, samples: Sequence[Sample], fixed: Sequence[Sample]
) -> Difference:
    failing = [sample for sample in samples if kind in sample.kinds]
    what = "slope" if kind in ("gradient", "gradient-finite", "kink") else "value"
    worst = max(failing, key=lambda sample: sample.error(what))
    sample = simplest(probe, kind, failing)
    got, truth = _pair(sample, what, probe)
    fmt = probe.curve.tolerance.fmt
    name = "f'" if what == "slope" else "f"
    text = f"{name}({format_input(sample.x, fmt)}) = {format_result(got, fmt)}"
    text += f", the truth is {format_result(truth, fmt)}"
    if math.isfinite(worst.error(what)) and kind != "kink":
        goal = probe.tolerance * (2 if what == "slope" else 1)
        size = f"{worst.error(what):.3g} ULP off at {format_input(worst.x, fmt)}"
        text += f"; {size}, tolerance {goal:g}"
    return Difference(kind, probe.dtype, text + _extent(kind, fixed), sample.x, got, truth)


def _extent(kind: str, fixed: Sequence[Sample]) -> str:
    points = [sample.x for sample in fixed if kind in sample.kinds]
    if len(points) < 2:
        return ""
    span = f"from {min(points):.6g} to {max(points):.6g}"
    return f"; so at {len(points)} of {len(fixed)} fixed points, {span}"


def _pair(sample: Sample, what: str, probe: Probe) -> tuple[float, float]:
    if what == "value":
        return sample.value, float(sample.truth.value)
    declared = probe.curve.tolerance.declared(sample.x)
    got = math.nan if sample.slope is None else sample.slope
    return got, float(sample.truth.slope) if declared is None else declared


def _specials(probe: Probe) -> Iterator[Difference]:
    """Compare the results at NaN and the infinities."""
    for x in (math.nan, -math.inf, math.inf):
        expected = probe.curve.special(x)
        (got,) = probe.values([x])
        if expected is None or _same(got, expected, probe):
            continue
        kind = "nan" if math.isnan(x) else "limit"
        fmt = probe.curve.tolerance.fmt
        text = f"f({x}) = {format_result(got, fmt)}, the truth is {format_result(expected, fmt)}"
        yield Difference(kind, probe.dtype, text, x, got, expected)


def _same(got: float, expected: float, probe: Probe) -> bool:
    if math.isnan(expected):
        return math.isnan(got)
    return probe.curve.tolerance.fmt.error(got, expected) <= probe.tolerance
