"""Pictures that take the colours of the page in which they stand, light or dark."""

from __future__ import annotations

import re
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from multiact._drawing import COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: a colour that no curve has: what is drawn in it becomes the colour of the page's text
_INK = "#010203"
#: as matplotlib writes them; docs/_static/site.css lightens them on dark pages
_CURVES = tuple(colour.lower() for colour in COLOURS)
_INKED = "text.color axes.edgecolor axes.labelcolor axes.titlecolor xtick.color ytick.color".split()
SAVED: Any = {
    "svg.fonttype": "path",  # the same everywhere, whatever fonts there are
    "svg.hashsalt": "multiact",  # the same picture, the same text
    "savefig.transparent": True,
}
STYLE: Any = {**dict.fromkeys(_INKED, _INK), **SAVED}


def svg(figure: Figure, title: str) -> str:
    """Return a figure, drawn in `STYLE`, as an element of HTML."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    _, _, text = buffer.getvalue().partition("<svg ")
    text = re.sub(r" *<metadata>.*?</metadata>\n*", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r'(?<=[" ])(d|points)="([^"]*)"', _rounded, text)
    head, _, rest = text.partition(">")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)
    if box is None:
        raise ValueError("matplotlib wrote no viewBox")
    width = round(float(box[1]) * 4 / 3)  # points to pixels
    look = f'style="width: {width}px" fill="currentColor" role="img"'
    name = escape(title, quote=True)
    start = f'<svg class="curves" {box[0]} {look} aria-label="{name}">'
    return f'<div class="picture">{start}{_recoloured(rest).rstrip()}</div>\n'


def _rounded(found: re.Match[str]) -> str:
    """Round the coordinates of a path to hundredths of a point: less is not seen."""
    numbers = re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", found[2])
    return f'{found[1]}="{" ".join(numbers.split())}"'


def _recoloured(text: str) -> str:
    text = text.replace(_INK, "currentColor")
    for i, colour in enumerate(_CURVES, 1):
        text = text.replace(colour, f"var(--curve-{i}, {colour})")
    return text
