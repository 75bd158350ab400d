"""The map as a picture that one can move in, from docs/map.json."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

MAP = Path(__file__).parents[2] / "docs" / "map.json"
FILE = "atlas.html"
_RADIUS = 3
_KEYS = "Map of activations: arrows move, plus and minus zoom, 0 shows all"
_TOOLS = """\
<form class="atlas-tools" role="search" aria-label="Find on the map">
<label>Find <input type="search" name="name" list="atlas-names" autocomplete="off"></label>
<datalist id="atlas-names">{names}</datalist>
{buttons}
</form>
"""
_BUTTON = """\
<button type="button" class="btn btn-sm btn-secondary" data-zoom="{}" aria-label="{}">{}</button>"""
_BUTTONS = ((1.5, "Larger", "+"), (1 / 1.5, "Smaller", "&minus;"), (0, "Whole map", "Whole map"))


@cache
def stored() -> dict[str, Any]:
    """Return the stored map: places, families, lines and nearest ones."""
    found: dict[str, Any] = json.loads(MAP.read_text("utf-8"))
    return found


def nearest(key: str) -> list[tuple[str, float]]:
    """Return the activations that are most like one, and how unlike they are, from 0 to 1."""
    return [(name, unlike) for name, unlike in stored()["nearest"].get(key, ())]


def picture(linked: Collection[str]) -> str:
    """Return the map as HTML; a dot is a link if the activation has a page."""
    width, height = stored()["size"]
    names = "".join(f'<option value="{escape(name)}">' for name, *_ in stored()["points"])
    return "\n".join(
        [
            '<div class="atlas" id="atlas">',
            _TOOLS.format(names=names, buttons="\n".join(_BUTTON.format(*b) for b in _BUTTONS)),
            f'<svg viewBox="0 0 {width} {height}" tabindex="0" role="group" aria-label="{_KEYS}">',
            f'<g class="lines">{"".join(_lines())}</g>',
            *_dots(linked),
            "</svg>",
            f'<ul class="families" aria-label="Families">{"".join(_legend())}</ul>',
            '<p class="found" role="status">A click on a dot leads to its page.</p>',
            f'<script type="application/json">{json.dumps(stored()["nearest"])}</script>',
            "</div>\n",
        ]
    )


def _lines() -> Iterator[str]:
    """Yield lines between what is the same; dashed, if with other parameters than the defaults."""
    points = stored()["points"]
    for left, right, same in stored()["lines"]:
        (_, x0, y0, _), (_, x1, y1, _) = points[left], points[right]
        look = "" if same else ' class="other"'
        yield f'<line{look} x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}"/>'


def _dots(linked: Collection[str]) -> Iterator[str]:
    for name, x, y, family in stored()["points"]:
        text = (
            f'<circle cx="{x}" cy="{y}" r="{_RADIUS}"/><text x="{x + 5}" y="{y + 4}">{name}</text>'
        )
        target = f' href="activations/{name}.html"' if name in linked else ""
        yield f'<a id="on-map-{name}" class="family-{family + 1}"{target}>{text}</a>'


def _legend() -> Iterator[str]:
    for i, centre in enumerate(stored()["families"], 1):
        title = f"like {centre}" if centre else "like few others"
        yield f'<li class="family-{i}">{title}</li>'
