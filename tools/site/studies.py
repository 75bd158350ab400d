"""What the trainings of docs/experiments.md say of an activation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

STUDIES = Path(__file__).parents[2] / "docs" / "experiments.md"
_MEANS = ("mean", "here", "test accuracy, %")
_DIFFERENCES = ("difference", "minus relu, points")
_BASELINE = "relu"


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
        cells = [cell.strip().replace("\\_", "_") for cell in line.split("|")[1:-1]]
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif not line.startswith("|"):
            head = []
        elif not head:
            head = cells
        elif "verdict" in head and not set(line) <= set("|-: "):
            found.append(_study(heading, head, cells))
    return tuple(found)


def _study(heading: str, head: Sequence[str], cells: Sequence[str]) -> Study:
    row = dict(zip(head, cells, strict=True))
    mean, difference = (
        next(row[name] for name in names if name in row) for names in (_MEANS, _DIFFERENCES)
    )
    return Study(heading, cells[0], mean, difference, row["verdict"])


def of(key: str) -> Iterator[Study]:
    """Yield the rows of an activation, which may have options behind a comma."""
    return (s for s in _studies() if re.fullmatch(rf"{key}(,.*)?", s.label))


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
