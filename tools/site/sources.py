"""Where an activation comes from, what others call it, and what is disputed about it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from multiact import libraries
from multiact.declare.activation import Activation
from multiact.errata import Erratum, of_activation
from multiact.libraries import REQUIRED
from multiact.notation.bibtex import bibtex
from tools.references import found, state_of
from tools.site.markdown import code, escape, fence, linked, prose, table

_STATES = {
    "verified": "verified",
    "in part": "seen in part",
    "survey": "the paper behind this survey is not known",
    "library": "documented by the library; there is no paper",
    "not found": "no source was found that names it so",
    "not looked up": "not looked up yet",
}


def reference(act: Activation) -> Iterator[str]:
    """Yield the reference with links, where it was seen, and its BibTeX."""
    if not act.reference:
        yield "None is given."
        return
    papers = [linked(part) for part in act.reference.split("; ")]
    yield "\n".join(f"- {paper}" for paper in papers)
    state, seen = state_of(act.reference.partition("; ")[0], found())
    where = f": {escape(seen)}" if seen else ""
    which = "the first paper" if len(papers) > 1 else "it"
    checked = f"Whether {which} is cited rightly ([looked up](../references.md))"
    yield f"{checked}: {_STATES[state]}{where}."
    entries = bibtex(act.reference)
    if entries:
        yield fence("bibtex", entries)


@cache
def _elsewhere() -> dict[str, list[tuple[str, str, str]]]:
    """Return library, name and what differs from our defaults, by the key of the activation."""
    names: dict[str, list[tuple[str, str, str]]] = {}
    for library in libraries.libraries():
        table = libraries.table(library)
        for name in table.names:
            values = table.configuration(name)
            key = values.pop("name")
            given = ", ".join(f"{n}={'?' if v is REQUIRED else v}" for n, v in values.items())
            names.setdefault(key, []).append((library, name, given))
    return names


def elsewhere(key: str) -> list[tuple[str, str, str]]:
    """Return the names that other libraries have for an activation."""
    return _elsewhere().get(key, [])


def names(act: Activation) -> Iterator[str]:
    """Yield aliases, and a table of the names in other libraries."""
    if act.aliases:
        yield f"Aliases: {', '.join(map(code, act.aliases))}."
    rows = [
        (code(f"{library}:{name}"), libraries.table(library).title, code(given) if given else "")
        for library, name, given in elsewhere(act.key)
    ]
    if rows:
        yield table(("name for `create`", "library", "other defaults than ours"), rows)
        yield "A `?` is a value for which the library has no default."


def disputed(act: Activation) -> Iterator[str]:
    """Yield what is disputed: the definitions that were found, and what the name means here."""
    for erratum in of_activation(act.key):
        rows = [(code(d.formula), linked(d.source)) for d in erratum.definitions]
        yield f"{_title(erratum)}{prose(erratum.reason)}"
        yield table(("definition", "source"), rows)
        yield f"**Here:** {prose(erratum.decision)}"


def _title(erratum: Erratum) -> str:
    return f"**{escape(erratum.name)}.** "
