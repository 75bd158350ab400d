"""The page of disputed names: `python -m tools.errata` writes docs/errata.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import multiact
from multiact.errata import Erratum, errata
from multiact.notation.bibtex import bibtex

PAGE = Path(__file__).parents[1] / "docs" / "errata.md"

_HEAD = """\
# Disputed names

Some names have been published for several functions, some papers and their authors' code differ,
and some names stand for nothing that could be established. This page lists them: the definitions
with their sources, and what each name means here. It is written by `python -m tools.errata` from
`multiact/catalogue/errata`; corrections with a source are welcome.

`multiact show NAME` prints the entries of an activation. A refused name is an error that says why.
"""


def page() -> str:
    """Return the whole page."""
    found = errata()
    disputed = [e for e in found.values() if e.canonical]
    refused = [e for e in found.values() if not e.canonical]
    lines = [
        _HEAD,
        f"## Disputed: {len(disputed)}\n",
        *(line for e in disputed for line in _section(e)),
        f"## Refused: {len(refused)}\n",
        *(line for e in refused for line in _section(e)),
    ]
    return "\n".join(lines)


def _section(erratum: Erratum) -> Iterator[str]:
    yield f"### {erratum.name}\n"
    yield f"{erratum.reason}\n"
    yield "| definition | source |"
    yield "|---|---|"
    for d in erratum.definitions:
        formula = d.formula.replace("|", "\\|")
        yield f"| {formula} | {d.source} |"
    yield ""
    here = ", ".join(f"`{key}`" for key in erratum.canonical)
    yield f"**Here:** {f'{here}. ' if here else ''}{erratum.decision}\n"
    entries = "\n\n".join(
        filter(None, (bibtex(multiact.get(k).reference) for k in erratum.canonical))
    )
    if entries:
        yield f"```bibtex\n{entries}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
