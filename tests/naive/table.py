"""The truth for one row, format and choice of parameters, as arrays, kept on disk."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp, mpf

from tests.naive import points
from tests.naive.formats import Format
from tests.naive.namespace import rebound
from tests.naive.rows import Row, Values
from tests.naive.truth import Formula, Truth, limit, settle, truths

_CACHE = Path(__file__).parents[2] / ".pytest_cache" / "naive"
#: the judge's own files, which the truth depends on
_SOURCES = "intervals comparisons jets namespace truth points table formats".split()
_LOOKS = (-50.3, -7.7, -2.1, -0.7, -0.2, 0.2, 0.7, 2.1, 7.7, 50.3)


@dataclass(frozen=True)
class Answers:
    """What is right at the points: a sum of two float64, and how far to both sides of it.

    NaN stands where nothing is judged; `sway` and `condition` are as in `Truth`.
    """

    high: np.ndarray
    low: np.ndarray
    radius: np.ndarray
    sway: np.ndarray
    condition: np.ndarray


@dataclass(frozen=True)
class Table:
    """Points, the answers by path, and the limits (rows: value, slope) at -inf and inf."""

    x: np.ndarray
    answers: dict[str, Answers]
    limits: np.ndarray

    def is_stepwise(self, path: str) -> bool:
        """Whether the value or the slope depends on x by steps alone, so that NaN may have one."""
        slope = self.answers[f"{path}x"].high
        return not np.any(slope[~np.isnan(slope)])

    def without_subnormal(self, fmt: Format) -> Table:
        """The same for 0 and normal numbers alone."""
        kept = (self.x == 0) | (np.abs(self.x) >= 2.0**fmt.low)
        answers = {
            p: Answers(*(v[kept] for v in vars(a).values())) for p, a in self.answers.items()
        }
        return Table(self.x[kept], answers, self.limits)


def table(row: Row, fmt: Format, values: Values) -> Table:
    """Read the table, or make it: it takes a second or two."""
    what = repr((row.source, fmt, values, values == row.defaults))
    file = _CACHE / f"{hashlib.sha256(_judge() + what.encode()).hexdigest()[:24]}.npz"
    if file.exists():
        with np.load(file) as found:
            return _unpacked(dict(found))
    made = _made(row, fmt, values)
    _CACHE.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.npz")  # others may be making it, too
    answers = {f"answers {p}": np.stack([*vars(a).values()]) for p, a in made.answers.items()}
    arrays: dict[str, Any] = {"x": made.x, "limits": made.limits, **answers}
    np.savez(part, **arrays)
    part.replace(file)
    return made


@cache
def _judge() -> bytes:
    return b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in _SOURCES)


def _unpacked(found: dict[str, np.ndarray]) -> Table:
    x, limits = found.pop("x"), found.pop("limits")
    return Table(x, {n.partition(" ")[2]: Answers(*a) for n, a in found.items()}, limits)


def _made(row: Row, fmt: Format, values: Values) -> Table:
    formula: Formula = rebound(row.formula)
    parameters = {n: mpf(v) for n, v in values.items()}
    counts = points.FULL if values == row.defaults else points.FEW
    thresholds: set[float] = set()
    for look in _LOOKS:
        thresholds |= settle(formula, {"x": mpf(look), **parameters}, fmt)[1].thresholds
    x = points.points(fmt, thresholds, counts)
    found = [truths(formula, {"x": mpf(v), **parameters}, fmt)[0] for v in x.tolist()]
    answers = {p: _answers([f[p] for f in found]) for p in found[0]}
    limits = np.asarray([[*map(float, limit(formula, parameters, fmt, s))] for s in (-1, 1)]).T
    return Table(x, answers, limits)


def _answers(truths: list[Truth]) -> Answers:
    with mp.workprec(200):
        return Answers(*np.asarray([_as_floats(t) for t in truths]).T)


def _as_floats(t: Truth) -> tuple[float, float, float, float, float]:
    middle = (t.low + t.high) / 2
    high = float(middle)
    low = float(middle - high) if np.isfinite(high) else 0.0
    return high, low, float(t.high - t.low) / 2, float(t.sway), float(t.condition)
