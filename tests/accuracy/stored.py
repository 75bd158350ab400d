"""The achieved errors that docs/accuracy.md has, which may not get worse.

What is measured is held against 1.5 times the stored number plus half a unit: other processors
have other instructions, and the page's numbers are rounded.  The page has the largest error of
all examples, at as many points as the tests take; with more points, errors are larger.
"""

from __future__ import annotations

import math
import re
from functools import cache

from tests.accuracy.page import COLUMNS, PAGE, column
from tests.accuracy.truth import Path
from tests.helpers.examples import Example
from tests.helpers.points import COUNT

_FACTOR, _UNITS = 1.5, 0.5


@cache
def achieved() -> dict[tuple[str, str, str], float]:
    """The numbers of the page, by activation, column and dtype."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    found = {}
    for row in rows[1:]:
        name, *cells = (cell.strip() for cell in row.strip("|").split("|"))
        for key, cell in zip(COLUMNS, cells, strict=True):
            if cell:
                single, double = (float(number.rstrip("*")) for number in cell.split(" / "))
                found[name, key, "float32"], found[name, key, "float64"] = single, double
    return found


@cache
def points() -> int:
    """At how many points the page's numbers were measured."""
    (found,) = re.findall(r"at (\d+) points", PAGE.read_text("utf-8"))
    return int(found)


def allowed(example: Example, path: Path, dtype: str) -> float:
    """The largest error that is no worse than the stored one; infinite where none is stored."""
    if points() != COUNT:
        return math.inf
    key = (example.act.key, column(example.act, path), dtype)
    return _FACTOR * achieved().get(key, math.inf) + _UNITS
