"""The achieved errors that the pages of accuracy have, which may not get worse.

What is measured is held against 1.5 times the stored number plus half a unit: other processors
have other instructions, and the pages' numbers are rounded.  A page has the largest error of
all its examples, at as many points as the tests take; with more points, errors are larger.
"""

from __future__ import annotations

import math
import pathlib
import re
from collections.abc import Iterator
from functools import cache

from tests.accuracy.measure import Allowed
from tests.accuracy.page import COLUMNS, FRAMEWORKS_COLUMNS, FRAMEWORKS_PAGE, PAGE, column
from tests.accuracy.truth import Path
from tests.helpers.examples import Example
from tests.helpers.points import COUNT

_FACTOR, _UNITS = 1.5, 0.5


@cache
def achieved() -> dict[tuple[str, str, str], float]:
    """The numbers of the page of NumPy, by activation, column and dtype."""
    found = {}
    for name, *cells in _table(PAGE):
        for key, dtype, error in _errors(COLUMNS, cells):
            found[name, key, dtype] = error
    return found


@cache
def achieved_by(framework: str) -> dict[tuple[str, str, str], float]:
    """Those of a framework."""
    found = {}
    for name, label, *cells in _table(FRAMEWORKS_PAGE):
        for key, dtype, error in _errors(FRAMEWORKS_COLUMNS, cells) if label == framework else ():
            found[name, key, dtype] = error
    return found


def _table(page: pathlib.Path) -> Iterator[list[str]]:
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| ")]
    for row in rows[1:]:
        yield [cell.strip() for cell in row.strip("|").split("|")]


def _errors(columns: tuple[str, ...], cells: list[str]) -> Iterator[tuple[str, str, float]]:
    for key, cell in zip(columns, cells, strict=True):
        if cell:
            single, double = (float(number.rstrip("*")) for number in cell.split(" / "))
            yield key, "float32", single
            yield key, "float64", double


@cache
def points(page: pathlib.Path = PAGE) -> int:
    """At how many points a page's numbers were measured."""
    (found,) = re.findall(r"at (\d+) points", page.read_text("utf-8"))
    return int(found)


def allowed(example: Example, path: Path, dtype: str) -> float:
    """The largest error that is no worse than the stored one; infinite where none is stored."""
    if points() != COUNT:
        return math.inf
    key = (example.act.key, column(example.act, path), dtype)
    return _FACTOR * achieved().get(key, math.inf) + _UNITS


def allowed_by(framework: str) -> Allowed:
    """The same for a framework."""

    def allowed(example: Example, path: Path, dtype: str) -> float:
        if points(FRAMEWORKS_PAGE) != COUNT:
            return math.inf
        key = (example.act.key, column(example.act, path), dtype)
        return _FACTOR * achieved_by(framework).get(key, math.inf) + _UNITS

    return allowed
