"""The map of all activations: places in the plane, families, relations and nearest ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact import libraries
from multiact.relations.curves import Array, Curve
from multiact.relations.distances import disguised, unlikeness
from multiact.relations.fitting import Fit
from multiact.relations.relation import Relation
from multiact.relations.search import find_relations

_FAMILIES = 8
_STEPS = 10  # of a fit, after which an exact one is found
_KNOWN = 3  # libraries with a function of that name
_SMALL = 3  # families of fewer members are one, of what is like nothing else


@dataclass(frozen=True)
class Atlas:
    """All activations that are compared, with their distances and relations.

    Attributes
    ----------
    names
        The activations.
    points
        Their places in the plane, a row for each.
    families
        The number of the family of each, 0 for the largest; the last one may be of the rest.
    centres
        A typical and known member of each family, "" for the rest.
    distances
        How unlike each pair is, from 0 to 1.
    relations
        The confirmed relations, without those that follow from others.
    defaults
        The parameters of each on the map.
    """

    names: tuple[str, ...]
    points: Array
    families: tuple[int, ...]
    centres: tuple[str, ...]
    distances: Array
    relations: tuple[Relation, ...]
    defaults: Mapping[str, Mapping[str, float]]

    def as_dict(self, nearest: int = 5) -> dict[str, Any]:
        """Return it for JSON."""
        order = np.argsort(self.distances + np.eye(len(self.names)) * 2, axis=1)[:, :nearest]
        return {
            "points": [
                {"name": n, "x": float(x), "y": float(y), "family": f}
                for n, (x, y), f in zip(self.names, self.points, self.families, strict=True)
            ],
            "families": [
                {
                    "like": centre or None,
                    "members": [
                        n for n, f in zip(self.names, self.families, strict=True) if f == k
                    ],
                }
                for k, centre in enumerate(self.centres)
            ],
            "relations": [r.as_dict() for r in self.relations],
            "nearest": {
                n: [
                    {"name": self.names[j], "unlike": float(self.distances[i, j])}
                    for j in order[i]
                    if i != j
                ]
                for i, n in enumerate(self.names)
            },
        }


def atlas(curves: Sequence[Curve], advance: Callable[[str], None] = lambda name: None) -> Atlas:
    """Compare all curves with each other; `advance` is called with the name of each."""
    fits: list[Fit] = []
    relations = all_relations(curves, fits, advance)
    distances = unlikeness(fits)
    names = tuple(c.name for c in curves)
    defaults = {c.name: c.defaults for c in curves}
    same = [r for r in relations if at_defaults(r, defaults)]
    pairs = [(names.index(r.left), names.index(r.right)) for r in same]
    distances = _of_classes(distances, pairs)
    roots = np.sqrt(distances)  # most are near 0: so these are told apart, too
    families, centres = find_families(roots, names)
    places = embedded(roots)
    return Atlas(names, places, families, centres, distances, tuple(relations), defaults)


def _of_classes(distances: Array, pairs: Sequence[tuple[int, int]]) -> Array:
    """Return distances in which the two of each pair are one: of theirs the smaller."""
    classes = np.arange(len(distances))
    for i, j in pairs:
        classes[classes == classes[i]] = classes[j]
    table = distances.copy()
    for k in np.unique(classes):
        members = np.flatnonzero(classes == k)
        table[members] = table[members].min(axis=0)
        table[:, members] = table[:, members].min(axis=1, keepdims=True)
    return table


def at_defaults(relation: Relation, defaults: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether both sides have the parameters that they have on the map."""
    usual = defaults[relation.right]
    return all(float(v) == usual[n] for n, v in relation.right_parameters)


def all_relations(
    curves: Sequence[Curve],
    fits: list[Fit],
    advance: Callable[[str], None] = lambda name: None,
) -> list[Relation]:
    """Return the confirmed relations between all pairs, but few that follow from others.

    Parameters have their defaults or special values; those that are fitted, for one activation
    and all others, are the matter of `relatives`.
    The factors and shifts with which each fits all are added to `fits`.
    """
    targets = np.stack([c.at_points for c in curves])
    defaults = {c.name: c.defaults for c in curves}
    classes = {c.name: c.name for c in curves}  # of what coincides at the defaults

    def members(name: str) -> list[str]:
        return [n for n in classes if classes[n] == classes[name]]

    related: set[tuple[str, str]] = set()

    def is_known(left: Curve, right: Curve) -> bool:
        if classes[left.name] == classes[right.name]:
            return True
        return any((n, right.name) in related for n in members(left.name))

    found: list[Relation] = []
    for right in curves:
        fits.append(disguised(right, targets, _STEPS))
        for r in find_relations(right, curves, is_known, fits[-1]):
            found.append(r)
            related.add((r.left, r.right))
            if at_defaults(r, defaults):
                old, new = classes[r.left], classes[r.right]
                classes.update({n: new for n in classes if classes[n] == old})
        advance(right.name)
    return _without_mirrored(found)


def _without_mirrored(relations: list[Relation]) -> list[Relation]:
    """Leave out the second of two relations that say the same of each other."""
    kept: dict[frozenset[str], Relation] = {}
    for r in relations:
        kept.setdefault(frozenset({r.left, r.right}), r)
    return [*kept.values()]


def embedded(distances: Array) -> Array:
    """Return places in the plane by classical multidimensional scaling."""
    count = len(distances)
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centring @ distances**2 @ centring / 2)
    largest = np.argsort(-values)[:2]
    places = vectors[:, largest] * np.sqrt(np.maximum(values[largest], 0.0))
    signs = np.where(places[np.argmax(np.abs(places), axis=0), [0, 1]] < 0, -1.0, 1.0)
    result: Array = places * signs  # eigenvectors have no sign of their own
    return result


def find_families(
    distances: Array, names: Sequence[str], most: int = _FAMILIES
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the family of each, and the typical member of each family.

    By Ward's method: of all pairs of groups, those two become one whose members then are least
    spread; till so many are left.  Groups of few members are one, of the rest.
    """
    groups = _merged(distances, most)
    large = sorted((g for g in groups if len(g) >= _SMALL), key=len, reverse=True)
    rest = sorted(i for g in groups if len(g) < _SMALL for i in g)
    centres = [_typical(distances, g, names) for g in large]
    if rest:
        large, centres = [*large, rest], [*centres, ""]
    number = {i: k for k, g in enumerate(large) for i in g}
    return tuple(number[i] for i in range(len(names))), tuple(centres)


def _typical(distances: Array, group: list[int], names: Sequence[str]) -> str:
    """Return the member that is nearest to the others, of those that other libraries have if any.

    Of some that coincide it is the one with the shortest name.
    """
    known = [i for i in group if len(libraries.with_name(names[i])) >= _KNOWN]
    some = known or group
    totals = distances[np.ix_(some, group)].sum(axis=1).round(6).tolist()
    ranked = zip(totals, (len(names[i]) for i in some), (names[i] for i in some), strict=True)
    return min(ranked)[2]


def _merged(distances: Array, most: int) -> list[list[int]]:
    """Merge groups by Ward's method, whose squares are updated as Lance and Williams do."""
    groups = [[i] for i in range(len(distances))]
    table = distances**2
    while len(groups) > most:
        n = np.asarray([len(g) for g in groups], np.float64)
        i, j = sorted(
            np.unravel_index(np.argmin(table + np.diag(np.full(len(n), np.inf))), table.shape)
        )
        row = (n[i] + n) * table[i] + (n[j] + n) * table[j] - n * table[i, j]
        table[i] = table[:, i] = row / (n[i] + n[j] + n)
        table = np.delete(np.delete(table, j, axis=0), j, axis=1)
        groups[i] += groups.pop(j)
    return groups
