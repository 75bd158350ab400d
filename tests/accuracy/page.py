"""The page of achieved errors, from a table that was printed:

python -m tests.accuracy > table.txt; python -m tests.accuracy --page=table.txt
"""

from __future__ import annotations

import pathlib

import multiact
from multiact.declare.activation import Activation
from tests.accuracy.truth import Path

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "accuracy.md"
COLUMNS = ("value", "first", "second", "third", "parameters")
TEXT = """# Accuracy

The largest errors of values and derivatives against mpmath, at {points} points from the smallest
to the largest numbers, at the default parameters and at others; float32 / float64. Values are in
units in the last place (ULP), those beside roots and derivatives in ULP over 1 + κ, where κ says
how many ULP rounding x alone would change them by. Goals: 8 for values, 16, 24 and 32 for the
derivatives. A cell with a star misses its goal somewhere, for a reason that
`tests/battery/known.py` states. Series, and derivatives near 0, may be off by 4 ε and more
absolutely instead, so that larger figures may stand there. Numbers below 2^12 times the smallest
normal one count as right within that: JAX on the CPU and our kernels give 0 for the smallest.

| activation | value | 1st derivative | 2nd | 3rd | by parameters |
|---|---|---|---|---|---|
{rows}

`python -m tests.accuracy` measures them. `pytest tests/accuracy` fails where a goal is missed or
where an error exceeds 1.5 times the one above by half a unit; `nox -s accuracy` measures at more
points, and fails where a goal is missed.
"""


def write(table: str, points: int) -> None:
    """Write the page from a table's lines."""
    PAGE.write_text(_text(table.splitlines(), points), "utf-8")


def _text(lines: list[str], points: int) -> str:
    worst: dict[str, dict[tuple[str, str], tuple[float, bool]]] = {}
    for line in lines:
        example, dtype, label, _, _, _, norm, _, _, *missed = line.split(maxsplit=9)
        name = example.partition("-")[0]
        path = () if label == "value" else tuple((v,) for v in label.split("/"))
        cell = column(multiact.get(name), path), dtype
        before = worst.setdefault(name, {}).get(cell, (0.0, False))
        worst[name][cell] = max(before[0], float(norm)), before[1] or bool(missed)
    rows = "\n".join(
        f"| {name} | " + " | ".join(_cell(cells, c) for c in COLUMNS) + " |"
        for name, cells in sorted(worst.items())
    )
    return TEXT.format(points=points, rows=rows)


def column(act: Activation, path: Path) -> str:
    """Where the error along a path stands."""
    by_data = {v[0] for v in path} <= {*act.data}
    return COLUMNS[len(path)] if by_data else COLUMNS[-1]


def _cell(cells: dict[tuple[str, str], tuple[float, bool]], column: str) -> str:
    found = [cells.get((column, dtype)) for dtype in ("float32", "float64")]
    if None in found:
        return ""
    return " / ".join(f"{error:.2g}{'*' * missed}" for error, missed in found)
