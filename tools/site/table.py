"""The table of all activations, which docs/_static/activations.js can sort and filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from multiact.analysis.vocabulary import PROPERTIES
from multiact.cli.record import year
from multiact.declare.activation import Activation
from tools.site import facts, sources
from tools.site.markdown import code, escape, prose, table

_HEAD = ("name", "what it is", "kind", "family", "year", "properties", "libraries")
_TEXT = """\
# Activations

Each of these {count} activations has a page, with its formula, pictures, properties, relatives and
examples. Properties are [measured](../properties.md) at the default parameters, for functions of
one element; a library is named if [it has the function](../names.md) under any name.
`multiact list` prints the same in a terminal.
"""


def index(acts: Sequence[Activation]) -> str:
    """Return the page of the index."""
    toctree = "\n".join(["```{toctree}", ":hidden:", *(a.key for a in acts), "```"])
    rows = table(_HEAD, (tuple(_row(act)) for act in acts))
    words = " ".join(PROPERTIES)
    return "\n".join(
        [
            _TEXT.format(count=len(acts)),
            f'<div id="activation-filters" data-properties="{words}"></div>\n',
            f":::{{container}} activation-index\n{rows}\n:::\n",
            toctree,
            "",
        ]
    )


def _row(act: Activation) -> Iterator[str]:
    others = ", ".join(map(code, dict.fromkeys([act.key, *act.aliases])))
    yield f"[{escape(act.name)}]({act.key}.md) {others}"
    yield prose(act.summary)
    yield act.kind
    yield escape(act.family)
    yield str(year(act) or "")
    yield ", ".join(escape(word) for word in facts.words(act))
    yield ", ".join(escape(n) for n in dict.fromkeys(lib for lib, *_ in sources.elsewhere(act.key)))
