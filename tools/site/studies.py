"""What the trainings of docs/experiments.md say of an activation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools.site.markdown import cells

STUDIES = Path(__file__).parents[2] / "docs" / "experiments.md"
_MEANS = ("mean", "here", "test accuracy, %")
_DIFFERENCES = ("difference", "minus relu, points")


class Study(NamedTuple):
    """A row of a comparison: where it stands, what was trained, and what is said of it."""

    heading: str
    label: str
    accuracy: str
    difference: str
    verdict: str


@cache
def _studies() -> tuple[Study, ...]:
    """Return all rows of tables that have verdicts."""
    found: list[Study] = []
    heading = ""
    head: list[str] = []
    for line in STUDIES.read_text("utf-8").splitlines():
        row = [cell.replace("\\_", "_") for cell in cells(line)]
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif not line.startswith("|"):
            head = []
        elif not head:
            head = row
        elif "verdict" in head and not set(line) <= set("|-: "):
            found.append(_study(heading, head, row))
    return tuple(found)


def _study(heading: str, head: Sequence[str], row: Sequence[str]) -> Study:
    named = dict(zip(head, row, strict=True))
    mean, difference = (
        next(named[name] for name in names if name in named) for names in (_MEANS, _DIFFERENCES)
    )
    return Study(heading, row[0], mean, difference, named["verdict"])


def of(key: str) -> Iterator[Study]:
    """Yield the rows of an activation, which may have options behind a comma."""
    return (s for s in _studies() if re.fullmatch(rf"{key}(,.*)?", s.label))


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
