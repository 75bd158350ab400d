"""The page of references: `python -m tools.references` writes docs/references.md."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import multiact
from multiact.catalogue._references import COLLECTION, SURVEY

PAGE = Path(__file__).parents[1] / "docs" / "references.md"
FOUND = Path(__file__).with_suffix(".toml")
STATES = {
    "verified": "Title, first author, year, and identifier or venue agree with another source.",
    "in part": "The paper was seen, but not all of that; the last column says what was not.",
    "survey": "Only a survey or a collection of code is cited: the paper behind it is not known.",
    "library": "What a library documents; there is no paper.",
    "not found": "No source was found that names the work as it is cited.",
    "not looked up": "Papers that are new here.",
}
_LIBRARY = re.compile(r"(torch|keras|paddle|jax)(\.\w+)+|ONNX operator \w+")
_HEAD = """\
# References

Where the reference of each activation was seen. Only its first reference counts here: relatives and
the sections of surveys may follow it (`multiact show NAME` prints all). A verified reference is
cited rightly; whether the formula is the paper's is another question, see
[disputed names](errata.md). The page is written by `python -m tools.references` from the records
and `tools/references.toml`; corrections with a source are welcome.
"""


class Found(NamedTuple):
    """What was found of a reference."""

    state: str
    seen: str


@cache
def found() -> dict[str, Found]:
    """Read what was found of each paper, by its reference."""
    papers = tomllib.loads(FOUND.read_text("utf-8"))["paper"]
    return {p["reference"]: Found(p["state"], p["seen"]) for p in papers}


def cited() -> dict[str, list[str]]:
    """Return the first references of the catalogue and the activations that cite them."""
    names = defaultdict(list)
    for name in multiact.names():
        record = multiact.get(name)
        if record.package == "multiact":
            names[record.reference.partition("; ")[0]].append(name)
    return dict(names)


def state_of(reference: str, papers: Mapping[str, Found]) -> Found:
    """Say what was found of a reference."""
    if reference.startswith((SURVEY, COLLECTION)):
        return Found("survey", "")
    if _LIBRARY.fullmatch(reference):
        return Found("library", "")
    return papers.get(reference, Found("not looked up", ""))


def page(references: Mapping[str, list[str]], papers: Mapping[str, Found]) -> str:
    """Return the whole page."""
    groups: dict[str, list[str]] = {state: [] for state in STATES}
    for reference in sorted(references, key=str.casefold):
        groups[state_of(reference, papers).state].append(reference)
    groups = {state: group for state, group in groups.items() if group}
    sizes = {s: sum(len(references[r]) for r in group) for s, group in groups.items()}
    counts = ", ".join(f"{state} {size}" for state, size in sizes.items())
    lines = [_HEAD, f"**{sum(sizes.values())} activations: {counts}.**\n"]
    for state, group in groups.items():
        lines.append(f"## {state.capitalize()}: {sizes[state]}\n\n{STATES[state]}\n")
        lines.append("| activations | reference | seen |\n|---|---|---|")
        lines += [*_rows(group, references, papers), ""]
    return "\n".join(lines)


def _rows(
    group: list[str], references: Mapping[str, list[str]], papers: Mapping[str, Found]
) -> Iterator[str]:
    for reference in group:
        names = ", ".join(f"`{name}`" for name in references[reference])
        seen = state_of(reference, papers).seen
        yield f"| {names} | {reference} | {seen} |".replace("  |", " |")


if __name__ == "__main__":
    PAGE.write_text(page(cited(), found()), "utf-8")
