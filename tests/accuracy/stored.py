"""The achieved errors that the pages of accuracy have, which may not get worse.

What is measured is held against 1.5 times the stored number plus three quarters of a unit: other
processors have other instructions (NumPy's log1p is off by .54 units with AVX2, by 1.31 with
AVX-512), and the pages' numbers are rounded.  A page has the largest error of
all its examples, at as many points as the tests take; with more points, errors are larger.
"""

from __future__ import annotations

import math
import pathlib
import re
from functools import cache

from tests.accuracy.page import COLUMNS, FRAMEWORKS_COLUMNS, FRAMEWORKS_PAGE, PAGE, column
from tests.accuracy.truth import Path
from tests.helpers.examples import Example
from tests.helpers.points import COUNT
from tools.site.markdown import cells

_FACTOR, _UNITS = 1.5, 0.75


@cache
def achieved(framework: str = "") -> dict[tuple[str, str, str], float]:
    """The numbers of NumPy or of a framework, by activation, column and dtype."""
    page, columns = (FRAMEWORKS_PAGE, FRAMEWORKS_COLUMNS) if framework else (PAGE, COLUMNS)
    rows = [cells(line) for line in page.read_text("utf-8").splitlines() if line.startswith("| ")]
    found = {}
    for name, *row in rows[1:]:
        if framework and row.pop(0) != framework:
            continue
        for key, both in zip(columns, row, strict=True):
            if both:
                single, double = (float(number.rstrip("*")) for number in both.split(" / "))
                found[name, key, "float32"], found[name, key, "float64"] = single, double
    return found


@cache
def points(page: pathlib.Path = PAGE) -> int:
    """At how many points a page's numbers were measured."""
    (found,) = re.findall(r"at (\d+) points", page.read_text("utf-8"))
    return int(found)


def allowed(example: Example, path: Path, dtype: str, framework: str = "") -> float:
    """The largest error that is no worse than the stored one; infinite where none is stored."""
    if points(FRAMEWORKS_PAGE if framework else PAGE) != COUNT:
        return math.inf
    key = (example.act.key, column(example.act, path), dtype)
    return _FACTOR * achieved(framework).get(key, math.inf) + _UNITS
