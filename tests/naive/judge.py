"""The verdict: an implementation's answers held against the truth.

A value may be wrong by 8 units in the last place (ULP); beside a root at x != 0 by 8 ULP over 1 +
kappa, kappa = |x f' / f|. Elsewhere the same measure, with the parameters' part in kappa, or 4
eps max(1, |f|), holds for formulas with parameters, whose roots lie anywhere; without parameters
it is wrong, but counted apart: "value, conditioned". A slope may be wrong by 16 ULP over 1 +
kappa or by 4 eps max(1, |f'|), a second derivative by 24 or 8. Below 2^12 times the smallest
normal number errors count absolutely. Whatever the error: where the truth is a number of the
format the answer is finite, and in the tails, from |x| = 1 on, value and slope in x are not 0
where the truth is none. (Near 0 that holds for values of formulas without parameters.) At the
infinities stands the limit, and NaN stays NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from tests.naive.formats import FORMATS, Format
from tests.naive.rows import Row, Values
from tests.naive.table import Answers, Table, table

#: kinds of failure; a row is right if it has none of these
VALUE, CONDITIONED = "value", "value, conditioned"
SLOPE, PARAMETER = "slope x", "slope parameter"
INFINITY, NAN, RAISES = "infinity", "NaN lost", "raises"
ZERO = {n: f"spurious zero, {n}" for n in (VALUE, SLOPE, PARAMETER)}
NONFINITE = {n: f"non-finite, {n}" for n in (VALUE, SLOPE, PARAMETER)}
HEADLINE = (
    VALUE, CONDITIONED, SLOPE, PARAMETER, *ZERO.values(), *NONFINITE.values(),
    INFINITY, NAN, RAISES,
)  # fmt: skip
#: and these are counted for themselves
SECOND, SLOPE_AT_INFINITY, SLOPE_AT_NAN = "second derivative", "slope at infinity", "slope at NaN"
KINDS = (*HEADLINE, SECOND, SLOPE_AT_INFINITY, SLOPE_AT_NAN)

#: an implementation: row, parameters, path ("", "x", "xx" or a parameter), points -> answers
Subject = Callable[[Row, Values, str, np.ndarray], np.ndarray]
_ENDS = (np.nan, -np.inf, np.inf)
_SMALL = 4.0  # eps
_WELL_ABOVE = 1024.0  # floors: from here on a 0 is none that was flushed


@dataclass(frozen=True)
class Failure:
    """The worst of one kind: where, what came, what is right, the error in its measure."""

    kind: str
    path: str
    dtype: str
    values: Values
    x: float
    got: float
    truth: float
    error: float
    count: int = 1
    message: str = ""


@dataclass(frozen=True)
class Goal:
    """How many ULP over 1 + kappa, or how many eps absolutely (0: this does not excuse)."""

    norm: float
    absolute: float


_GOALS = {"": Goal(8.0, 0.0), "x": Goal(16.0, 4.0), "xx": Goal(24.0, 8.0)}


def failures(row: Row, subject: Subject, *, subnormal: bool = True) -> list[Failure]:
    """What is wrong with a row: the worst of each kind.

    Without `subnormal` it is not asked for such x, which XLA on the CPU takes for 0.
    """
    found: dict[str, Failure] = {}
    for failure in _all_failures(row, subject, subnormal):
        worst = found.get(failure.kind)
        count = failure.count + (worst.count if worst else 0)
        keep = failure if worst is None or failure.error > worst.error else worst
        found[failure.kind] = replace(keep, count=count)
    return [found[k] for k in KINDS if k in found]


def _all_failures(row: Row, subject: Subject, subnormal: bool) -> Iterator[Failure]:
    for fmt in FORMATS.values():
        for sample in row.samples:
            values = {n: float(fmt.rounded(v)) for n, v in sample.items()}
            truth = table(row, fmt, values)
            truth = truth if subnormal else truth.without_subnormal(fmt)
            x = np.append(truth.x, _ENDS).astype(fmt.name)
            for path in truth.answers:
                about = Failure("", path, fmt.name, values, 0.0, 0.0, 0.0, np.inf)
                try:
                    got = np.asarray(subject(row, values, path, x), float)
                except Exception as error:
                    yield replace(about, kind=RAISES, message=f"{type(error).__name__}: {error}")
                    continue
                yield from _at_points(truth, path, got[:-3], fmt, about, strict=not row.defaults)
                yield from _at_ends(truth, path, got[-3:], fmt, about)


def _at_points(
    truth: Table, path: str, got: np.ndarray, fmt: Format, about: Failure, *, strict: bool
) -> Iterator[Failure]:
    answers, goal = truth.answers[path], _GOALS.get(path, _GOALS["x"])
    norm, absolute = _errors(got, answers, answers.sway, fmt)
    size = np.abs(answers.high)
    judged = ~np.isnan(answers.high)
    beyond = judged & (size >= fmt.largest * (1 - 8 * fmt.eps))
    nonfinite = judged & ~beyond & ~np.isfinite(got)
    if not path:
        nonfinite |= beyond & np.isnan(got)
    zero = judged & ~beyond & (got == 0) & (size > _WELL_ABOVE * fmt.floor) & (norm > goal.norm)
    if path or not strict:
        tail = (np.abs(truth.x) >= 1) & (path in ("", "x"))
        zero &= tail | (absolute > _SMALL)
    off = judged & ~beyond & (norm > goal.norm) & (absolute > goal.absolute) & ~nonfinite & ~zero
    of = {"": VALUE, "x": SLOPE, "xx": SECOND}.get(path, PARAMETER)
    sorts = {NONFINITE.get(of, of): nonfinite, ZERO.get(of, of): zero, of: off}
    if of == SECOND:
        sorts = {of: nonfinite | zero | off}
    elif of == VALUE:
        excused = _errors(got, answers, answers.condition, fmt)[0] <= goal.norm
        excused = off & (excused if strict else excused | (absolute <= _SMALL))
        sorts |= {VALUE: off & ~excused, CONDITIONED: excused & strict}
    for kind, where in sorts.items():
        if where.any():
            i = int(np.argmax(np.where(where, norm, -1.0)))
            yield replace(
                about, kind=kind, x=float(truth.x[i]), got=float(got[i]),
                truth=float(answers.high[i]), error=float(norm[i]), count=int(where.sum()),
            )  # fmt: skip


def _errors(
    got: np.ndarray, answers: Answers, sway: np.ndarray, fmt: Format
) -> tuple[np.ndarray, np.ndarray]:
    """ULP over 1 + kappa, and eps * max(1, |truth|); infinite for what is not finite."""
    size = np.abs(answers.high)
    with np.errstate(all="ignore"):
        gap = np.abs(got - answers.high - answers.low) - answers.radius
        gap = np.where(np.isfinite(got), np.maximum(gap, 0.0), np.inf)
        _, exponent = np.frexp(np.where(np.isfinite(size), np.maximum(size, fmt.floor), 1.0))
        unit = np.ldexp(1.0, exponent - fmt.bits)
        relative = np.minimum(unit / size, fmt.eps)  # kappa is sway / size, which may be 0
        norm = gap / (unit + np.minimum(relative * sway, fmt.largest))
        absolute = gap / (fmt.eps * np.maximum(1.0, size))
    below = (size < fmt.floor) & (gap <= fmt.floor)
    return np.where(below, 0.0, norm), np.where(below, 0.0, absolute)


def _at_ends(
    truth: Table, path: str, got: np.ndarray, fmt: Format, about: Failure
) -> Iterator[Failure]:
    """At NaN, then at both infinities."""
    if path not in ("", "x"):
        return
    order = len(path)
    if not np.isnan(got[0]) and not truth.is_stepwise(path):
        yield replace(
            about, kind=SLOPE_AT_NAN if order else NAN, x=np.nan, got=float(got[0]), truth=np.nan
        )
    for x, answer, limit in zip(_ENDS[1:], got[1:], truth.limits[order], strict=True):
        if np.isnan(limit) or (order and np.isinf(limit)) or _reached(answer, limit, path, fmt):
            continue
        kind = SLOPE_AT_INFINITY if order else INFINITY
        yield replace(about, kind=kind, x=x, got=float(answer), truth=float(limit))


def _reached(got: float, limit: float, path: str, fmt: Format) -> bool:
    if np.isinf(limit) or abs(limit) > fmt.largest:
        return bool(got == np.copysign(np.inf, limit))
    goal = _GOALS[path]
    none = np.zeros(1)
    one = Answers(np.asarray([limit]), none, none, none, none)
    norm, absolute = _errors(np.asarray([got]), one, none, fmt)
    return bool(norm[0] <= goal.norm or absolute[0] <= goal.absolute)
