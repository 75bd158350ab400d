"""The verdict on a difference: a weakness of the same function, or another function.

Rounding errors shrink with the dtype, a wrong constant or branch does not.  So a candidate that
misses its goal is run in float64 as well, where its errors are compared with the scale of the
computation, 1 or |x| or |f(x)|, rather than with a result that may be vanishing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

from multiact.testing.comparison.framework import WrongResult
from multiact.testing.comparison.probe import Probe, Sample
from multiact.testing.comparison.references import Curve
from multiact.testing.comparison.search import grid
from multiact.testing.formats import FORMATS, FloatFormat

WIDE = "float64"
#: what is weak, for kinds that do not need a judge
WEAKNESSES = {"nan": "NaN", "limit": "limit", "kink": "kink", "dtype": "dtype", "move": "dtype"}
WEAKNESSES |= {"input": "input"}
#: errors that constants rounded to float32 explain, and what composed operations round to
CONSTANTS, ROUNDING = 8 * FORMATS["float32"].eps, 32
#: beyond these, a difference is one of a tail: of finite values, and of NaN or infinity
CORE, FINITE_CORE = 30.0, 5.0
_FEW = 40
Widened = Callable[[], AbstractContextManager[Any]]


def limit(fmt: FloatFormat, agrees: bool = False) -> float:
    """Return the deviation that rounding in a format explains, or constants in float32.

    Where float64 agrees, a narrower format may lose ten bits; more is no rounding.
    """
    lost = min(2.0**10 * fmt.eps, 0.25) if agrees else ROUNDING * fmt.eps
    return max(CONSTANTS, lost)


def deviation(sample: Sample, what: str) -> float:
    """Return an error relative to the scale of the computation; 0 where nothing is known."""
    error, x, truth = sample.error(what), sample.x, sample.truth
    if error <= 0 or math.isinf(error):
        return max(error, 0.0)
    got, exact = (sample.value, truth.value) if what == "value" else (sample.slope, truth.slope)
    steeper = truth.slope if what == "value" else truth.second
    slope = 0.0 if steeper is None or math.isnan(float(steeper)) else abs(x * float(steeper))
    scale = max(1.0, abs(x), abs(float(exact)), slope)
    return abs(float(got - exact)) / scale


class Judge:
    """Tells for one pair whether differences are weaknesses; runs it in float64 when needed."""

    def __init__(self, probe: Callable[[str], Probe], widened: Widened) -> None:
        self._probe, self._widened = probe, widened

    @cached_property
    def _wide_probe(self) -> Probe | None:
        try:
            return self._probe(WIDE)
        except WrongResult:
            return None

    @cached_property
    def wide(self) -> list[Sample]:
        """The results in float64, near 0; none where the candidate does not run in it."""
        with self._widened():
            if self._wide_probe is None:
                return []
            curve = self._wide_probe.curve
            points = grid(curve.tolerance.kinks, FORMATS[WIDE], core(curve), count=120)
            return self._samples(points)

    def _samples(self, points: Sequence[float]) -> list[Sample]:
        assert self._wide_probe is not None
        try:
            return self._wide_probe.samples(points)
        except WrongResult:
            return []

    def weakness(
        self, what: str, failing: Sequence[Sample], samples: Sequence[Sample], probe: Probe
    ) -> str:
        """Return what is weak, "tail", "dtype" or "points"; "" if the function is another one.

        Parameters
        ----------
        what
            "value" or "slope".
        failing
            The results that miss the goal.
        samples
            All results in the dtype of the probe.
        probe
            The probe that made them.
        """
        fmt, reach = probe.curve.tolerance.fmt, core(probe.curve)
        if self.wide and _differs(what, self.wide, limit(FORMATS[WIDE]), reach):
            return ""
        if _largest(_deviations(what, samples, reach)) > limit(fmt, agrees=bool(self.wide)):
            return ""
        if not self.wide and _is_broken(what, samples):
            return ""
        if self.wide and self._remains(what, failing, reach):
            return ""
        return _place(what, samples, fmt, reach)

    def _remains(self, what: str, failing: Sequence[Sample], reach: float) -> bool:
        """Whether an error at a few of the failing inputs is there in float64, too."""
        points = sorted(sample.x for sample in failing if abs(sample.x) <= reach)
        few = points[:: len(points) // _FEW + 1]
        with self._widened():
            found = self._samples(few) if few else []
        return _largest(_deviations(what, found, reach)) > limit(FORMATS[WIDE])


def core(curve: Curve) -> float:
    """Return the largest |x| at which finite errors are not those of a tail."""
    return max([CORE, *(2 * abs(k) for k in curve.tolerance.kinks)])


def _place(what: str, samples: Sequence[Sample], fmt: FloatFormat, reach: float) -> str:
    """Return where the same function is weak."""
    if _largest(_deviations(what, samples, reach)) > ROUNDING * fmt.eps:
        return "dtype"
    near = _deviations(what, samples, FINITE_CORE)
    if any(map(math.isinf, near)):
        return "points" if len(near) > 50 * sum(map(math.isinf, near)) else "dtype"
    return "tail"


def _differs(what: str, samples: Sequence[Sample], bound: float, reach: float) -> bool:
    return _largest(_deviations(what, samples, reach)) > bound or _is_broken(what, samples)


def _is_broken(what: str, samples: Sequence[Sample]) -> bool:
    """Whether results near 0 are NaN or infinite at more than single points."""
    near = _deviations(what, samples, FINITE_CORE)
    return 50 * sum(map(math.isinf, near)) > len(near)


def _largest(deviations: Iterable[float]) -> float:
    return max(filter(math.isfinite, deviations), default=0.0)


def _deviations(what: str, samples: Iterable[Sample], reach: float) -> list[float]:
    return [deviation(sample, what) for sample in samples if abs(sample.x) <= reach]
