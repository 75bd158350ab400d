"""The map of all activations: `python -m tools.map` writes docs/map.md and docs/map.png."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

from multiact.relations.atlas import Atlas, atlas
from multiact.relations.curves import catalogue
from multiact.relations.drawing import draw

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PICTURE = DOCS / "map.md", DOCS / "map.png"
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

![All activations, those that are alike near each other](map.png)
"""


def page(found: Atlas) -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_families(found), *_relations(found)]) + "\n"


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
    buffer = BytesIO()
    draw(whole).savefig(buffer, dpi=100)
    Image.open(buffer).convert("RGB").quantize(64).save(PICTURE, optimize=True)
