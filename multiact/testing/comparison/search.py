"""The search for differences: a fixed grid, hill climbing, and the simplest failing input."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from multiact.testing.comparison.probe import Probe, Sample
from multiact.testing.formats import FloatFormat
from multiact.testing.points import finite_points

_STARTS = 3  # starting points for values, and as many for gradients
_ROUNDS = 5
Measure = Callable[[Sample], float]


def grid(kinks: Iterable[float], fmt: FloatFormat, reach: float, count: int = 1000) -> list[float]:
    """Return about `count` numbers of the format within +-`reach`, the same in every run.

    Half of them lie on [-12, 12], and a quarter on either side covers all magnitudes.  Subnormal
    and the largest numbers, small integers, and the neighbourhoods of kinks are added.
    """
    top = min(reach, fmt.largest)
    numbers = [*np.linspace(-12, 12, count // 2) + 0.0071, *(n / 2 for n in range(-24, 25))]
    sizes = [*np.geomspace(max(fmt.tiny, 1e-12), min(top, 1e4), count // 8)]
    sizes += [*np.geomspace(fmt.tiny / 64, top / 2, count // 8), *_thresholds(fmt), top]
    numbers += [sign * size for size in sizes for sign in (1, -1)]
    for kink in kinks:
        centre = fmt.rounded(float(kink))
        numbers += [step(centre, sign * n, fmt) for n in (2, 5, 1000) for sign in (1, -1)]
    points = {fmt.rounded(float(x)) for x in numbers} | set(finite_points(kinks, fmt))
    return sorted(x for x in points if abs(x) <= top)


def _thresholds(fmt: FloatFormat) -> list[float]:
    """Return where exponentials overflow, underflow or saturate, and common thresholds."""
    log = math.log
    ends = [log(fmt.largest), -log(fmt.tiny), -log(fmt.eps), -log(fmt.eps) / 2, 20.0, 88.0]
    return [*ends, math.sqrt(fmt.largest), *(e * 1.01 for e in ends), *(e * 0.99 for e in ends)]


def step(x: float, n: int, fmt: FloatFormat) -> float:
    """Return the number about `n` ULP away; from 0, `n` times the smallest normal number."""
    unit = fmt.tiny if x == 0 else math.ldexp(fmt.eps / 2, math.frexp(x)[1])
    return fmt.rounded(x + n * unit)


def climb(probe: Probe, samples: Sequence[Sample]) -> list[Sample]:
    """Climb from the worst samples in steps of 1, 4, 16 ... ULP, as long as they get worse."""
    collected: list[Sample] = []
    for what in ("value", "slope"):
        for start in _worst(samples, what):
            best = start
            for _ in range(_ROUNDS):
                nearby = probe.samples(_surroundings(best.x, probe))
                collected += nearby
                better = max(nearby, key=lambda sample: sample.error(what))
                if better.error(what) <= best.error(what):
                    break
                best = better
    return collected


def _worst(samples: Sequence[Sample], what: str) -> list[Sample]:
    """Select the samples with the largest finite errors, no two of them close to each other."""
    chosen: list[Sample] = []
    for sample in sorted(samples, key=lambda sample: -sample.error(what)):
        if sample.error(what) <= 0 or len(chosen) == _STARTS:
            break
        near = (abs(sample.x - c.x) <= 0.05 * abs(c.x) for c in chosen)
        if math.isfinite(sample.error(what)) and not any(near):
            chosen.append(sample)
    return chosen


def _surroundings(x: float, probe: Probe) -> list[float]:
    fmt, top = probe.curve.tolerance.fmt, probe.curve.reach
    steps = [4**k for k in range(fmt.precision // 2)]
    points = {step(x, sign * n, fmt) for n in steps for sign in (1, -1)}
    return sorted(p for p in points if abs(p) <= top) or [x]


def simplest(probe: Probe, kind: str, failing: Sequence[Sample]) -> Sample:
    """Find the input with one kind of difference that is shortest to write and closest to 0.

    The failing inputs are tried as they are and rounded to one, two and three decimal digits,
    each in an array of its own, as the example will be run.
    """
    fmt = probe.curve.tolerance.fmt

    def length(x: float) -> tuple[int, float]:
        odd = 3 * (x != 0 and not 1e-4 <= abs(x) <= 1e4)
        return odd + len(format_input(x, fmt).removesuffix(".0").lstrip("-")), abs(x)

    shortest = sorted(failing, key=lambda sample: length(sample.x))[:200]
    candidates = {fmt.rounded(float(f"{sample.x:.{n}g}")) for sample in shortest for n in (1, 2, 3)}
    candidates |= {sample.x for sample in shortest[:50]}
    for x in sorted((x for x in candidates if abs(x) <= probe.curve.reach), key=length)[:60]:
        (sample,) = probe.samples([x])
        if kind in sample.kinds:
            return sample
    return shortest[0]


def format_input(x: float, fmt: FloatFormat) -> str:
    """Format a number with the fewest digits that identify it."""
    texts = (repr(float(f"{x:.{digits}g}")) for digits in range(1, 18))
    return next((t for t in texts if fmt.rounded(float(t)) == x), repr(x))


def format_result(result: float, fmt: FloatFormat) -> str:
    """Format a result with as many digits as the format distinguishes."""
    return f"{result:.{9 if fmt.precision <= 24 else 17}g}"
