"""Values and derivatives of a formula's own text, each within bounds.

Digits are doubled until the bounds are close.  At a tie the formula has two sides, and what lies
between the slopes there is right; a removable singularity has the value of its two sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mpmath import iv, libmp, mp, mpf

from tests.naive.comparisons import Record, recorded
from tests.naive.formats import Format
from tests.naive.intervals import UNDEFINED, ZERO, Interval, UnresolvedError, bounds, middle, sign
from tests.naive.jets import Jet, jet, variable
from tests.naive.namespace import XP

Formula = Callable[..., Any]
Place = Mapping[str, mpf]  # x and every parameter
_MOST = 1 << 14  # bits; what is not known then is not judged
_ASIDE = mpf(2) ** -2600  # so little that no product with a number of the format is seen
_NOTHING = mpf(2) ** -1100  # what a slope of 0 may have become so little aside
_STEEP = mpf(2) ** 100  # a slope beyond it, right beside a tie, stands for an infinite one


def settle(
    formula: Formula, place: Place, fmt: Format, *, slopes: bool = True, aside: bool = False
) -> tuple[Jet, Record]:
    """The jet at a place, with digits enough; what they do not suffice for is undefined.

    `aside` of the format's own numbers there are only exact ties.
    """
    bits = fmt.bits + 60
    while True:
        iv.prec = bits
        record = Record(place["x"], _MOST if aside else fmt.bits, decide=2 * bits > _MOST)
        try:
            y = _applied(formula, place, record, slopes)
        except UnresolvedError:
            y = Jet(UNDEFINED)
            settled = False
        else:
            settled = all(_resolved(u, fmt) for u in _judged(y))
        if settled or record.decide:
            return (y if settled else _without_unresolved(y, fmt)), record
        bits *= 2


def _applied(formula: Formula, place: Place, record: Record, slopes: bool) -> Jet:
    given = {n: variable(v, n) if slopes else jet(v) for n, v in place.items()}
    with recorded(record):
        return jet(formula(given.pop("x"), **given, xp=XP))


def _judged(y: Jet) -> Iterator[Interval]:
    yield from (y.value, *y.x[:2])
    yield from (p for p, _ in y.by.values())


def _resolved(u: Interval, fmt: Format) -> bool:
    """Whether the bounds are close, or both below or both beyond every number of the format."""
    if u is ZERO or u is UNDEFINED:
        return True
    low, high = u._mpi_
    if not (_is_number(low) and _is_number(high)):
        return _beyond(low, fmt) or _beyond(libmp.mpf_neg(high), fmt)
    _, man, exponent, size = libmp.mpf_sub(high, low, 10, "u")
    if not man or exponent + size < fmt.low - 30:
        return True
    nearest = min(v[2] + v[3] for v in (low, high))
    one_sided = libmp.mpf_sign(low) * libmp.mpf_sign(high) > 0
    return bool(one_sided and exponent + size < nearest - fmt.bits - 20)


def _is_number(bound: Any) -> bool:
    """Whether it is neither NaN nor infinite, which have no significand, as 0 has none."""
    return bool(bound[1]) or bound == libmp.fzero


def _beyond(bound: Any, fmt: Format) -> bool:
    positive = _is_number(bound) and libmp.mpf_sign(bound) > 0
    return bool(positive and bound[2] + bound[3] > fmt.high + 2)


def _without_unresolved(y: Jet, fmt: Format) -> Jet:
    def known(u: Interval) -> Interval:
        return u if _resolved(u, fmt) else UNDEFINED

    x1, x2, x3 = y.x
    by = {n: (known(p), q) for n, (p, q) in y.by.items()}
    return Jet(known(y.value), (known(x1), known(x2), x3), by)


@dataclass
class Truth:
    """What is right at a place, for one of value, slopes and second derivative.

    Attributes
    ----------
    low, high
        Between them every answer is right; NaN where nothing is judged.
    sway
        The change per relative change of x, |x f'|; of a value, beside roots alone.
    condition
        The same everywhere, with those of the parameters added.
    """

    low: mpf
    high: mpf
    sway: mpf = mp.zero
    condition: mpf = mp.zero


UNJUDGED = Truth(mp.nan, mp.nan)


def truths(formula: Formula, place: Place, fmt: Format) -> tuple[dict[str, Truth], Record]:
    """By path: "" the value, "x", "xx", and the name of every parameter."""
    with mp.workprec(200):
        y, record = settle(formula, place, fmt)
        if record.tie or y.value is UNDEFINED:
            return _at_tie(formula, place, fmt, y, record), record
        found = {p: _alone(u) for p, u in _by_path(y, place).items()}
        _set_conditions(found, _conditions(y, place, fmt))
        if not _near_root(formula, place, fmt, found):
            found[""].sway = mp.zero
        return found, record


def _by_path(y: Jet, place: Place) -> dict[str, Interval]:
    undefined = y.value is UNDEFINED
    parameters = {n: y.by.get(n, (ZERO, ZERO))[0] for n in place if n != "x"}
    found = {"": y.value, "x": y.x[0], "xx": y.x[1], **parameters}
    return dict.fromkeys(found, UNDEFINED) if undefined else found


def _alone(u: Interval) -> Truth:
    number = _number(u)
    return Truth(number, number)


def _number(u: Interval) -> mpf:
    """One number for the bounds; of infinite ones the finite bound, which is large enough."""
    if u is UNDEFINED:
        return mp.nan
    low, high = bounds(u)
    return low if high == mp.inf else high if low == -mp.inf else middle(u)


def _conditions(y: Jet, place: Place, fmt: Format) -> dict[str, tuple[mpf, mpf]]:
    """By path, the change per relative change of x, and with those of the parameters added."""
    x = place["x"]
    x1, x2, x3 = map(_number, y.x)
    of_parameters = {n: tuple(map(_number, pair)) for n, pair in y.by.items()}
    slopes = {"": x1, "x": x2, "xx": x3, **{n: q for n, (_, q) in of_parameters.items()}}
    # where the slope is 0 by chance, on the crest of a wave far out, the next one counts
    bends = {"": x2, "x": x3}
    found = {}
    for path in _by_path(y, place):
        sway = _finite(x * slopes.get(path, mp.zero))
        sway += _finite(fmt.eps * x * x * bends.get(path, mp.zero) / 2)
        changes = [place[n] * (q if path else p) for n, (p, q) in of_parameters.items()]
        found[path] = sway, sway + sum(map(_finite, changes if path in ("", "x") else []))
    return found


def _set_conditions(found: dict[str, Truth], *conditions: dict[str, tuple[mpf, mpf]]) -> None:
    for path, t in found.items():
        t.sway, t.condition = (max(c[path][i] for c in conditions) for i in (0, 1))


def _finite(change: mpf) -> mpf:
    return abs(change) if mp.isfinite(change) else mp.zero


def _near_root(formula: Formula, place: Place, fmt: Format, found: dict[str, Truth]) -> bool:
    """Whether the function has another sign at x - 2 f / f', not far away."""
    value, slope, x = found[""].low, found["x"].low, place["x"]
    if not (x * slope and mp.isfinite(slope) and 8 * abs(value) <= abs(x * slope)):
        return False
    there, _ = settle(formula, {**place, "x": x - 2 * value / slope}, fmt, slopes=False)
    if value == 0 or there.value is UNDEFINED:
        return bool(value == 0)
    try:
        return bool(sign(there.value) != mp.sign(value))
    except UnresolvedError:
        return False


def _at_tie(
    formula: Formula, place: Place, fmt: Format, y: Jet, record: Record
) -> dict[str, Truth]:
    own = _by_path(y, place)
    sides = _sides(formula, place, fmt, record)
    if not sides:
        return {p: _alone(u) for p, u in own.items()}
    numbers = [_brought_back(side, place, h) for side, h in sides]
    if not record.equal and y.value is not UNDEFINED:  # this side counts too
        numbers.append(_brought_back(y, place, mp.zero))
    found = {p: _hull([n[p] for n in numbers]) for p in own}
    if not _agree(found["x"]):
        found["xx"] = UNJUDGED
    if y.value is UNDEFINED:
        found[""] = found[""] if _agree(found[""]) else UNJUDGED
    elif not record.rounded:
        found[""] = _alone(own[""])
    _set_conditions(found, *(_conditions(side, place, fmt) for side, _ in sides))
    if 8 * abs(found[""].low) > found[""].sway:  # not beside a root, as of max(0, 1 - x) at 1
        found[""].sway = mp.zero
    return found


def _sides(formula: Formula, place: Place, fmt: Format, record: Record) -> list[tuple[Jet, mpf]]:
    """What stands a step to both sides by x or, if it is not x that ties, by the parameters."""
    with mp.workprec(1 << 13):
        steps = {n: abs(v) * _ASIDE or _ASIDE for n, v in place.items()}
        steps["x"] = max(steps["x"], 4 * record.reach)
        for names in (["x"], [n for n in place if n != "x"]):
            found = []
            for name in names:
                for h in (steps[name], -steps[name]):
                    there = {**place, name: place[name] + h}
                    y, other = settle(formula, there, fmt, aside=True)
                    if not other.tie and y.value is not UNDEFINED:
                        found.append((y, h if name == "x" else mp.zero))
            if found:
                return found
    return []


def _brought_back(y: Jet, place: Place, h: mpf) -> dict[str, mpf]:
    """What is right at x + h, continued to x along straight lines."""
    found = {p: _number(u) for p, u in _by_path(y, place).items()}
    x1, x2, x3 = map(_number, y.x)
    slopes = {"": x1, "x": x2, "xx": x3, **{n: _number(q) for n, (_, q) in y.by.items()}}
    return {p: v - h * slopes.get(p, mp.zero) for p, v in found.items()}


def _hull(sides: list[mpf]) -> Truth:
    numbers = [n for n in sides if not mp.isnan(n)]
    if not numbers or max(map(abs, numbers)) > _STEEP:
        return UNJUDGED
    return Truth(min(numbers) - _NOTHING, max(numbers) + _NOTHING)


def _agree(t: Truth) -> bool:
    """Whether both sides tend to one number."""
    size = max(abs(t.low), abs(t.high), _NOTHING)
    return bool(t.high - t.low <= mpf(2) ** -40 * size + 4 * _NOTHING)


def limit(formula: Formula, parameters: Place, fmt: Format, side: int) -> tuple[mpf, mpf]:
    """What the value and the slope tend to; NaN where there is no limit, or none is found."""
    found = []
    with mp.workprec(200):
        for exponent in (160, 320, 640, 1280):
            for part in (1, 1.37, 1.73):  # a wave is not taken for its value at powers of 2
                place = {"x": mp.ldexp(side * part, exponent), **parameters}
                by_path = _by_path(settle(formula, place, fmt)[0], place)
                found.append((_number(by_path[""]), _number(by_path["x"])))
        values, slopes = zip(*found, strict=True)
        return _tends_to(values), _tends_to(slopes)


def _tends_to(v: tuple[mpf, ...]) -> mpf:
    if any(map(mp.isnan, v)):
        return mp.nan
    last, size = v[-3:], abs(v[-1])
    if max(map(abs, v[-6:])) <= mpf(2) ** -140:
        return mp.zero
    if max(last) - min(last) <= mpf(2) ** -60 * size and abs(v[-1] - v[-4]) <= mpf(2) ** -60 * size:
        return v[-1]
    growing = all(abs(a) < abs(b) for a, b in pairwise(v))
    widening = all(
        abs(b - a) <= abs(c - b) for a, b, c in zip(v[::3], v[3::3], v[6::3], strict=False)
    )
    one_sign = len({mp.sign(n) for n in v}) == 1
    return mp.sign(v[-1]) * mp.inf if growing and widening and one_sign else mp.nan
