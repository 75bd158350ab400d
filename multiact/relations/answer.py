"""Whether an activation is new: the relations of one to all, and its nearest neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.relations.curves import Curve, catalogue, why_not
from multiact.relations.distances import Neighbour, neighbours
from multiact.relations.relation import Relation
from multiact.relations.search import find_relations

Advance = Callable[[str], None]
_KINDS = ("same", "special case", "affine")


@dataclass(frozen=True)
class Relatives:
    """What an activation has in common with those of the catalogue.

    Attributes
    ----------
    name
        The name of the activation.
    relations
        The confirmed relations: those that coincide, then special cases, then affine ones.
    neighbours
        All others, the nearest first.
    """

    name: str
    relations: tuple[Relation, ...]
    neighbours: tuple[Neighbour, ...]

    @property
    def is_new(self) -> bool:
        """Whether it coincides with none of the others, whatever their parameters and scales."""
        return not self.relations

    def as_dict(self, nearest: int = 5) -> dict[str, Any]:
        """Return it for JSON, with the nearest neighbours."""
        return {
            "name": self.name,
            "new": self.is_new,
            "relations": [r.as_dict() for r in self.relations],
            "nearest": [n.as_dict() for n in self.neighbours[:nearest]],
        }


def relatives(
    spec: str | Mapping[str, Any] | Activation, *, advance: Advance = lambda name: None
) -> Relatives:
    """Find which activations coincide with one, and which are nearest.

    Relations are found in float64 and confirmed as an identity of expressions, or by mpmath in
    60 digits at many points.  They are about values: a slope that is declared at a kink, or
    that of a surrogate, plays no part.

    Parameters
    ----------
    spec
        What `multiact.get` takes: a name, a mapping with parameters, or a record.
    advance
        Called with the name of each activation that has been compared.

    Returns
    -------
    Relatives

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it is not a function of one element without noise, all of whose parameters are
        numbers.

    Examples
    --------
    >>> import multiact
    >>> found = multiact.relatives("silu")
    >>> [str(r) for r in found.relations if r.right == "swish"]
    ['silu(x) = swish(x, beta=1)']
    >>> found.is_new
    False
    """
    target = Curve(get(spec))
    reason = why_not(target)
    if reason:
        raise TypeError(f"{target.name} {reason}: it is not compared with others")
    others = [c for c in catalogue() if c.name != target.name]
    found: dict[str, Relation] = {}
    for other in others:
        found.update((other.name, r) for r in find_relations(other, [target]))
        advance(other.name)
    rest = [c for c in others if c.name not in found]
    found |= {r.left: r for r in find_relations(target, rest)}
    order = sorted(found.values(), key=_importance)
    rest = [c for c in others if c.name not in found]
    return Relatives(target.name, tuple(order), tuple(neighbours(target, rest)))


def _importance(r: Relation) -> tuple[int, int, str, str]:
    """Sort by kind, then by what has few parameters."""
    parameters = len(r.left_parameters) + len(r.right_parameters)
    return _KINDS.index(r.kind), parameters, r.left, r.right
