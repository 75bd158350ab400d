"""The relatives of an activation, read from the stored map (docs/map.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import multiact

MAP = Path(__file__).parents[2] / "docs" / "map.md"
SAME = "Coincide at their defaults"
#: the headings of the map, and what is said of an activation
KINDS = {
    SAME: "At its default parameters it coincides with",
    "Special cases": "With some parameters it coincides with",
    "The same but for factors and shifts": "But for factors and shifts it is the same as",
}
_ROW = re.compile(r"\| `(.+)` \| (.+) \|")
_CALL = re.compile(r"([a-z_]\w*)\(")
_OF_NUMBERS = ("sqrt", "log")  # which stand before and behind, too


class Relation(NamedTuple):
    """An equation of two activations, and how it was confirmed."""

    left: str
    right: str
    text: str
    confirmed: str

    def other(self, key: str) -> str:
        """Return the name of the other one."""
        return self.right if key == self.left else self.left


@cache
def relations() -> dict[str, list[Relation]]:
    """Return the relations of the map by their heading."""
    found: dict[str, list[Relation]] = {}
    heading = ""
    for line in MAP.read_text("utf-8").splitlines():
        if line.startswith("### "):
            heading = line[4:].partition(":")[0]
        elif row := _ROW.fullmatch(line):
            left, right = map(_name, row[1].split(" = ", 1))
            found.setdefault(heading, []).append(Relation(left, right, row[1], row[2]))
    return found


def _name(side: str) -> str:
    """Return the activation of one side."""
    known: list[str] = [name for name in _CALL.findall(side) if name in _names()]
    if not known:
        raise ValueError(f"no activation in {side!r}")
    return next((name for name in known if name not in _OF_NUMBERS), known[0])


@cache
def _names() -> frozenset[str]:
    return frozenset(multiact.names())


def of(key: str, heading: str) -> Iterator[Relation]:
    """Yield the relations of an activation that stand below a heading of the map."""
    return (r for r in relations().get(heading, ()) if key in (r.left, r.right))


@cache
def _classes() -> dict[str, frozenset[str]]:
    """Return what coincides at the defaults, also by way of others, which the map leaves out."""
    classes: dict[str, frozenset[str]] = {}
    for r in relations()[SAME]:
        both = classes.get(r.left, frozenset({r.left})) | classes.get(r.right, {r.right})
        classes |= dict.fromkeys(both, both)
    return classes


def same(key: str) -> list[str]:
    """Return the others that coincide with an activation at the defaults."""
    return sorted(_classes().get(key, frozenset()) - {key})


@cache
def _groups() -> dict[str, str]:
    """Return the heading of each activation's group on the map, such as "Like `relu`"."""
    text = MAP.read_text("utf-8")
    groups = re.findall(r"^\*\*(Like .+?)\*\* \(\d+\): (.+)$", text, re.MULTILINE)
    return {name: title for title, names in groups for name in names.split(", ")}


def group(key: str) -> str | None:
    """Return the group of an activation on the map; None if it is not on it."""
    return _groups().get(key)
