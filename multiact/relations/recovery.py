"""The relation behind an exact fit: as few changes as possible, by simple numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from multiact.relations.curves import Curve
from multiact.relations.fitting import (
    AFFINE,
    EXACT,
    IDENTITY,
    A,
    B,
    C,
    D,
    fit,
    same_for_all,
)
from multiact.relations.numbers import Number, number, recognised
from multiact.relations.proof import confirmed, numbers_of
from multiact.relations.relation import Kind, Relation

_CLOSE = 1e-8  # relative: how far a fitted number may be from the simple one


def recover(
    left: Curve, right: Curve, found: Mapping[str, float], free: tuple[str, ...]
) -> Relation | None:
    """Return the confirmed relation that a fit of the right curve to the left one means.

    Parameters
    ----------
    left
        The target, at its defaults.
    right
        The curve that was fitted.
    found
        The coefficients and parameters of the fit.
    free
        Those of them that were fitted.  One after the other is set to its plain value, or else
        to a simple number, as long as the rest still fits.
    """
    values = dict(found)
    exact: dict[str, Number] = {}
    known = [*dict.fromkeys([*numbers_of(left), *numbers_of(right)])]
    for choose in (_plain, _simple):
        for name in _in_order(free):
            if name in exact:
                continue
            rest = tuple(n for n in free if n not in exact and n != name)
            for chosen in choose(right, name, values[name], [*known, *exact.values()]):
                tried = _refitted(left, right, {**values, name: float(chosen)}, rest)
                if tried is not None:
                    values, exact[name] = tried, chosen
                    break
    if any(name not in exact for name in free):
        return None
    return confirmed(_relation(left, right, values, exact), left, right)


def _in_order(free: tuple[str, ...]) -> list[str]:
    """Shifts first: a curve is rather scaled than moved, and rather changed than scaled."""
    order = {D: 0, C: 1, B: 2, A: 3}
    return sorted(free, key=lambda n: order.get(n, 4))


def _plain(right: Curve, name: str, value: float, _: list[Number]) -> Iterator[Number]:
    """Yield what changes nothing, or no more than a sign."""
    if name in (A, B):
        sign = 1.0 if value > 0 else -1.0
        yield from (number(sign), number(-sign))
    else:
        yield number(IDENTITY[name] if name in AFFINE else right.defaults[name])


def _simple(right: Curve, name: str, value: float, known: list[Number]) -> Iterator[Number]:
    """Yield the simple number that a value is, if it may have it."""
    near = recognised(value, _CLOSE, known)
    if near is not None and (name in AFFINE or right.accepts(name, float(near))):
        yield near


def _refitted(
    left: Curve, right: Curve, values: dict[str, float], free: tuple[str, ...]
) -> dict[str, float] | None:
    """Return the values after fitting the rest again; None if they do not fit any more."""
    target = left.at_points[None, :]
    again = fit(right, target, same_for_all(values, 1), free, 40)
    return again.row(0) if again.residuals[0] <= EXACT else None


def _relation(
    left: Curve, right: Curve, values: Mapping[str, float], exact: Mapping[str, Number]
) -> Relation:
    """Return the relation, not yet confirmed."""
    numbers = {n: exact.get(n) or number(v) for n, v in values.items()}
    return relation(left, right, {n: numbers[n] for n in right.defaults}, numbers)


def relation(
    left: Curve,
    right: Curve,
    parameters: Mapping[str, Number],
    coefficients: Mapping[str, Number] | None = None,
) -> Relation:
    """Return the relation of the left curve at its defaults, not yet confirmed."""
    given = coefficients or {}
    abcd = {n: given.get(n, number(IDENTITY[n])) for n in AFFINE}
    changed = any(number(v) != parameters[n] for n, v in right.defaults.items())
    kind: Kind = "special case" if changed else "same"
    if any(abcd[n] != number(v) for n, v in IDENTITY.items()):
        kind = "affine"
    ours = tuple((n, number(v)) for n, v in left.defaults.items())
    theirs = tuple((n, parameters[n]) for n in right.defaults)
    return Relation(left.name, right.name, kind, ours, theirs, abcd[A], abcd[B], abcd[C], abcd[D])
