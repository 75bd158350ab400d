"""Comparison of elementwise functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from multiact.testing.comparison.framework import WrongResult
from multiact.testing.comparison.probe import Probe, Sample
from multiact.testing.comparison.report import KINDS, Difference, Errors, Figures
from multiact.testing.comparison.search import climb, format_input, format_result, grid, simplest
from multiact.testing.comparison.verdict import CORE, WEAKNESSES, Judge

_SLOPES = ("gradient", "gradient-finite", "kink")


def compare(probe: Probe, judge: Judge) -> tuple[Figures, list[Difference]]:
    """Compare a candidate with its reference in one dtype."""
    curve, fmt = probe.curve, probe.curve.tolerance.fmt
    fixed = probe.samples([*grid(curve.tolerance.kinks, fmt, curve.reach), -0.0])
    _check_known(fixed)
    samples = [*fixed, *climb(probe, fixed)]
    differences = [_difference(probe, judge, k, samples, fixed) for k in _kinds(samples)]
    differences += _specials(probe)
    if probe.wrong_dtype:
        differences.append(Difference("dtype", probe.dtype, probe.wrong_dtype, weakness="dtype"))
    return _figures(probe, fixed, samples), differences


def _check_known(samples: Sequence[Sample]) -> None:
    """Raise an error if the reference has numbers at so few inputs that nothing is compared."""
    numbers = [s for s in samples if s.truth.value is not None and not _is_nan(s.truth.value)]
    if 2 * len(numbers) < sum(abs(s.x) <= 1 for s in samples):
        what = f"is a number at {len(numbers)} of {len(samples)} inputs alone"
        raise WrongResult("error", f"the reference {what}, so there is nothing to compare with")


def _is_nan(value: object) -> bool:
    return math.isnan(float(value))  # type: ignore[arg-type]


def _kinds(samples: Sequence[Sample]) -> list[str]:
    seen = {kind for sample in samples for kind in sample.kinds}
    return [kind for kind in KINDS if kind in seen]


def _figures(probe: Probe, fixed: Sequence[Sample], samples: Sequence[Sample]) -> Figures:
    finite = [sample for sample in samples if sample.finite] or samples
    worst = max(finite, key=lambda sample: max(sample.error("value"), sample.error("slope") / 2))
    values, gradients = (_errors(what, fixed, samples) for what in ("value", "slope"))
    return Figures(probe.dtype, len(samples), values, gradients, worst.x)


def _errors(what: str, fixed: Sequence[Sample], samples: Sequence[Sample]) -> Errors | None:
    rows = [
        (s.x, s.absolute(what) if abs(s.x) <= CORE else 0.0, s.relative(what), s.error(what))
        for s in samples
        if 0 <= s.error(what) < math.inf
    ]
    quantile = sorted(e for e in (s.error(what) for s in fixed) if 0 <= e < math.inf)
    return Errors.of(rows, quantile[math.ceil(0.999 * len(quantile)) - 1] if quantile else 0.0)


def _difference(
    probe: Probe, judge: Judge, kind: str, samples: Sequence[Sample], fixed: Sequence[Sample]
) -> Difference:
    failing = [sample for sample in samples if kind in sample.kinds]
    what = "slope" if kind in _SLOPES else "value"
    worst = max(failing, key=lambda sample: sample.error(what))
    sample = simplest(probe, kind, failing)
    got, truth = _pair(sample, what, probe)
    fmt = probe.curve.tolerance.fmt
    name = "f'" if what == "slope" else "f"
    text = f"{name}({format_input(sample.x, fmt)}) = {format_result(got, fmt)}"
    text += f", the truth is {format_result(truth, fmt)}"
    if math.isfinite(worst.error(what)) and kind != "kink":
        goal = probe.goal.text(2 if what == "slope" else 1)
        size = f"{worst.error(what):.3g} ULP off at {format_input(worst.x, fmt)}"
        text += f"; {size}, {goal}"
    weakness = WEAKNESSES.get(kind) or judge.weakness(what, failing, samples, probe)
    text += _extent(kind, fixed)
    return Difference(kind, probe.dtype, text, sample.x, got, truth, weakness)


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
        yield Difference(kind, probe.dtype, text, x, got, expected, WEAKNESSES[kind])


def _same(got: float, expected: float, probe: Probe) -> bool:
    if math.isnan(expected):
        return math.isnan(got)
    return not probe.goal.missed(probe.curve.tolerance.fmt.error(got, expected), got, expected)
