"""Where to look: fixed numbers first, then uphill from the worst, then the simplest failure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from multiact.testing.comparison.probe import Look, Probe
from multiact.testing.formats import FloatFormat
from multiact.testing.points import finite_points

_STARTS = 3  # climbs for values, and as many for gradients
_ROUNDS = 5
Measure = Callable[[Look], float]


def grid(kinks: Iterable[float], fmt: FloatFormat, reach: float, count: int = 1000) -> list[float]:
    """About `count` numbers of the format within +-`reach`, the same in every run.

    Half of them lie on [-12, 12], a quarter is spread over all magnitudes on either side;
    then subnormal and the largest numbers, small whole ones, and the neighbourhood of kinks.
    """
    top = min(reach, fmt.largest)
    wanted = [*np.linspace(-12, 12, count // 2) + 0.0071, *(n / 2 for n in range(-24, 25))]
    sizes = [*np.geomspace(max(fmt.tiny, 1e-12), min(top, 1e4), count // 8)]
    sizes += [*np.geomspace(fmt.tiny / 64, top / 2, count // 8), *_thresholds(fmt), top]
    wanted += [sign * size for size in sizes for sign in (1, -1)]
    for kink in kinks:
        centre = fmt.rounded(float(kink))
        wanted += [step(centre, sign * n, fmt) for n in (2, 5, 1000) for sign in (1, -1)]
    points = {fmt.rounded(float(x)) for x in wanted} | set(finite_points(kinks, fmt))
    return sorted(x for x in points if abs(x) <= top)


def _thresholds(fmt: FloatFormat) -> list[float]:
    """Where exp and its kin overflow, underflow or saturate, and common thresholds of code."""
    log = math.log
    ends = [log(fmt.largest), -log(fmt.tiny), -log(fmt.eps), -log(fmt.eps) / 2, 20.0, 88.0]
    return [*ends, math.sqrt(fmt.largest), *(e * 1.01 for e in ends), *(e * 0.99 for e in ends)]


def step(x: float, n: int, fmt: FloatFormat) -> float:
    """The number about `n` places further on; from 0, `n` of the smallest normal number."""
    unit = fmt.tiny if x == 0 else math.ldexp(fmt.eps / 2, math.frexp(x)[1])
    return fmt.rounded(x + n * unit)


def climb(probe: Probe, looks: Sequence[Look]) -> list[Look]:
    """Look around the worst, in steps of 1, 4, 16 ... places, as long as it gets worse."""
    seen: list[Look] = []
    for what in ("value", "slope"):
        for start in _worst(looks, what):
            best = start
            for _ in range(_ROUNDS):
                around = probe.looks(_around(best.x, probe))
                seen += around
                better = max(around, key=lambda look: look.pressure(what))
                if better.pressure(what) <= best.pressure(what):
                    break
                best = better
    return seen


def _worst(looks: Sequence[Look], what: str) -> list[Look]:
    """The largest finite errors, no two of them close to each other."""
    chosen: list[Look] = []
    for look in sorted(looks, key=lambda look: -look.pressure(what)):
        if look.pressure(what) <= 0 or len(chosen) == _STARTS:
            break
        near = (abs(look.x - c.x) <= 0.05 * abs(c.x) for c in chosen)
        if math.isfinite(look.pressure(what)) and not any(near):
            chosen.append(look)
    return chosen


def _around(x: float, probe: Probe) -> list[float]:
    fmt, top = probe.curve.tolerance.fmt, probe.curve.reach
    steps = [4**k for k in range(fmt.precision // 2)]
    places = {step(x, sign * n, fmt) for n in steps for sign in (1, -1)}
    return sorted(p for p in places if abs(p) <= top) or [x]


def simplest(probe: Probe, kind: str, failing: Sequence[Look]) -> Look:
    """Of one kind of difference, the input that is shortest to write and closest to 0.

    Tried are the failing inputs, in one, two and three decimal digits; each alone, as the
    example will be run.
    """
    fmt = probe.curve.tolerance.fmt

    def length(x: float) -> tuple[int, float]:
        odd = 3 * (x != 0 and not 1e-4 <= abs(x) <= 1e4)
        return odd + len(shown(x, fmt).removesuffix(".0").lstrip("-")), abs(x)

    shortest = sorted(failing, key=lambda look: length(look.x))[:200]
    tried = {fmt.rounded(float(f"{look.x:.{n}g}")) for look in shortest for n in (1, 2, 3)}
    tried |= {look.x for look in shortest[:50]}
    for x in sorted((x for x in tried if abs(x) <= probe.curve.reach), key=length)[:60]:
        (look,) = probe.looks([x])
        if kind in look.kinds:
            return look
    return shortest[0]


def shown(x: float, fmt: FloatFormat) -> str:
    """The shortest text that is this number of the format."""
    texts = (repr(float(f"{x:.{digits}g}")) for digits in range(1, 18))
    return next((t for t in texts if fmt.rounded(float(t)) == x), repr(x))


def text(result: float, fmt: FloatFormat) -> str:
    """A result with the digits that the format can tell apart."""
    return f"{result:.{9 if fmt.precision <= 24 else 17}g}"
