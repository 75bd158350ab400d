"""The map of all activations: `python -m tools.map` writes docs/map.md and docs/map.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from multiact.relations.atlas import Atlas, at_defaults, atlas
from multiact.relations.curves import catalogue
from multiact.relations.drawing import placed

DOCS = Path(__file__).parents[1] / "docs"
PAGE, DATA = DOCS / "map.md", DOCS / "map.json"
_UNIT = 0.01  # inches: that of the places in the file
_NEAR, _SAME = 5, 5e-4  # how many nearest ones; less unlike are those that lines lead to
_KINDS = {
    "same": "Coincide at their defaults",
    "special case": "Special cases",
    "affine": "The same but for factors and shifts",
}
_HEAD = """\
# The map

Each point is an activation of one element at its defaults. Near each other are those that are alike
after the best factors and shifts under a standard normal input; colours are families, lines join
what coincides ([how it is made](relatives.md)). `multiact map --out map.json` has the distances.

```{raw} html
:file: _pictures/atlas.html
```
"""


def page(found: Atlas) -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_families(found), *_relations(found)]) + "\n"


def data(found: Atlas) -> dict[str, Any]:
    """Return what the site draws: places in hundredths of an inch, y downwards, and the nearest."""
    places, sizes = placed(found)
    places = places * [1, -1]
    corner = places.min(axis=0) - sizes[0, 1]
    size = (places + sizes).max(axis=0) - corner
    whole = ((places - corner) / _UNIT).round().astype(int).tolist()
    number = {name: i for i, name in enumerate(found.names)}
    nearest = found.as_dict(len(found.names))["nearest"]
    return {
        "size": (size / _UNIT).round().astype(int).tolist(),
        "families": [centre or None for centre in found.centres],
        "points": [
            [name, *place, family]
            for name, place, family in zip(found.names, whole, found.families, strict=True)
        ],
        "lines": [
            [number[r.left], number[r.right], at_defaults(r, found.defaults)]
            for r in found.relations
        ],
        "nearest": {
            name: [[o["name"], round(o["unlike"], 4)] for o in others if o["unlike"] > _SAME][
                :_NEAR
            ]
            for name, others in nearest.items()
        },
    }


def _families(found: Atlas) -> Iterator[str]:
    yield f"## {len(found.names)} activations in {len(found.centres)} families\n"
    for k, centre in enumerate(found.centres):
        members = [n for n, f in zip(found.names, found.families, strict=True) if f == k]
        title = f"Like `{centre}`" if centre else "Like few others"
        yield f"**{title}** ({len(members)}): {', '.join(members)}\n"


def _relations(found: Atlas) -> Iterator[str]:
    yield f"## {len(found.relations)} relations\n"
    yield "Found by least squares, confirmed as one expression (symbolic) or by mpmath in 60"
    yield "digits; those that follow from others are left out.\n"
    for kind, title in _KINDS.items():
        some = [r for r in found.relations if r.kind == kind]
        yield f"### {title}: {len(some)}\n"
        yield "| relation | confirmed |"
        yield "|---|---|"
        yield from (f"| `{r}` | {r.confirmed} |" for r in some)
        yield ""


if __name__ == "__main__":
    whole = atlas([*catalogue()])
    PAGE.write_text(page(whole), "utf-8")
    lines = [json.dumps(key) + ": " + json.dumps(value) for key, value in data(whole).items()]
    DATA.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
