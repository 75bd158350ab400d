"""Relations and nearest neighbours of activations, as text."""

from __future__ import annotations

from collections.abc import Iterator

from multiact.relations import Relatives

NEAREST = 5
_HEAD = ("", "L2", "max", "slopes", "L2 fitted", "unlike")


def lines(found: Relatives, nearest: int = NEAREST) -> Iterator[str]:
    """Yield the confirmed relations, and a table of the nearest other activations."""
    for r in found.relations:
        yield f"{r.kind + ':':<14}{r}  ({r.confirmed})"
    if found.relations:
        yield ""
    rows = [
        (n.name, n.plain.l2, n.plain.sup, n.plain.slopes, n.fitted.l2, n.unlike)
        for n in found.neighbours[:nearest]
    ]
    table = [_HEAD, *((name, *(f"{v:.3g}" for v in values)) for name, *values in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    yield "nearest others, at their defaults"
    for name, *cells in table:
        numbers = "  ".join(c.rjust(w) for c, w in zip(cells, widths[1:], strict=True))
        yield f"  {name:<{widths[0]}}  {numbers}"


def verdict(found: Relatives) -> str:
    """Say in one line whether an activation is new."""
    if found.is_new:
        nearest = found.neighbours[0]
        how_far = f"{nearest.unlike:.2g} of its spread remains unlike"
        return f"{found.name} is new: the nearest is {nearest.name}, where {how_far}"
    first = found.relations[0]
    other = first.right if first.left == found.name else first.left
    what = {
        "same": f"it coincides with {other}",
        "special case": f"with other parameters it coincides with {other}",
        "affine": f"but for factors and shifts it is {other}",
    }
    return f"{found.name} is not new: {what[first.kind]}"
