"""Which branch a formula takes, and what is remembered of it: ties and thresholds.

At a tie the formula has two sides.  x and a number of the format, or x less it, tie only where
they are equal; what is computed, such as a threshold (1 - b) / a, may be rounded to either side.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mpmath import iv, mp, mpf

from tests.naive.intervals import UNDEFINED, Interval, UnresolvedError, middle, sign

_NOTHING = -(1 << 40)  # the binary exponent of 0


@dataclass
class Record:
    """What one evaluation of a formula compared.

    Attributes
    ----------
    x
        The place.
    bits
        The precision of the format that the formula is judged in.
    decide
        Whether what cannot be resolved counts as equal.
    equal
        Whether two sides are equal.
    rounded
        Whether two that are computed are so close that rounding decides.
    reach
        How far from `x` these are equal.
    thresholds
        Places where `x` is compared with something that does not depend on it.
    """

    x: mpf
    bits: int
    decide: bool = False
    equal: bool = False
    rounded: bool = False
    reach: mpf = mp.zero
    thresholds: set[float] = field(default_factory=set)

    @property
    def tie(self) -> bool:
        """Whether the formula has two sides here."""
        return self.equal or self.rounded


_records: list[Record] = []


@contextmanager
def recorded(record: Record) -> Iterator[Record]:
    """Comparisons inside are noted in `record`."""
    _records.append(record)
    try:
        yield record
    finally:
        _records.pop()


def compare(u: Any, v: Any) -> int | None:
    """-1, 0 or 1 for two jets; None if one of them has no value, as NaN compares."""
    if u.value is UNDEFINED or v.value is UNDEFINED:
        return None
    record = _records[-1]
    difference = u.value - v.value
    try:
        side = sign(difference)
    except UnresolvedError:
        if not record.decide:
            raise
        side = 0
    slope = u.x[0] - v.x[0]
    step = _distance(difference, slope)
    record.equal |= side == 0
    plain = _is_plain(u.value, v.value, slope, step, record)
    if not plain and (side == 0 or _within_rounding(difference, step, u.value, v.value, record)):
        record.rounded = True
        record.reach = max(record.reach, abs(step))
    if u.x[1] - v.x[1] == 0 and step:
        record.thresholds.add(float(record.x - step))
    return side


def _distance(difference: Interval, slope: Interval) -> mpf:
    """How far from x both would be equal, if they were straight lines; 0 if unknown."""
    return mp.zero if 0 in slope else middle(difference / slope)


def _is_plain(u: Interval, v: Interval, slope: Interval, step: mpf, record: Record) -> bool:
    """Whether x, or x less a number of the format, is compared with such a number."""
    threshold = iv.mpf(record.x) - iv.mpf(step)
    return abs(slope) in (0, 1) and all(_representable(w, record.bits) for w in (u, v, threshold))


def _within_rounding(
    difference: Interval, step: mpf, u: Interval, v: Interval, record: Record
) -> bool:
    """Whether the two are so close, or x so close to where they are equal."""
    small = max(_magnitude(u), _magnitude(v)) - record.bits + 3
    near = 0 < abs(step) < mp.ldexp(abs(record.x), 3 - record.bits)
    return near or _magnitude(difference) < small


def _representable(u: Interval, bits: int) -> bool:
    low, high = u._mpi_
    return bool(low == high and low[3] <= bits)


def _magnitude(u: Interval) -> int:
    """The binary exponent of the larger bound."""
    return max((e + bits for _, man, e, bits in u._mpi_ if man), default=_NOTHING)
