"""The pages of achieved errors, from tables that were printed:

python -m tests.accuracy > table.txt; python -m tests.accuracy --page=table.txt
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence

import multiact
from multiact.declare.activation import Activation
from tests.accuracy.truth import Path

DOCS = pathlib.Path(__file__).parents[2] / "docs"
PAGE, FRAMEWORKS_PAGE = DOCS / "accuracy.md", DOCS / "accuracy-frameworks.md"
COLUMNS = ("value", "first", "second", "third", "parameters")
FRAMEWORKS_COLUMNS = ("value", "first", "second", "parameters")
TEXT = """# Accuracy

The largest errors of values and derivatives against mpmath, at {points} points from the smallest
to the largest numbers, at the default parameters and at others; float32 / float64. Values are in
units in the last place (ULP), those beside roots and derivatives in ULP over 1 + κ, where κ says
how many ULP rounding x alone would change them by. Goals: 8 for values, 16, 24 and 32 for the
derivatives. A cell with a star misses its goal somewhere, for a reason that
`tests/battery/known.py` states. Series, and derivatives near 0, may be off by 4 ε and more
absolutely instead, so that larger figures may stand there. Numbers below 2^12 times the smallest
normal one count as right within that: JAX on the CPU and our kernels give 0 for the smallest.

These are the functions of NumPy, operation by operation; [another page](accuracy-frameworks.md) has
the kernels, PyTorch and JAX.

| activation | value | 1st derivative | 2nd | 3rd | by parameters |
|---|---|---|---|---|---|
{rows}

`python -m tests.accuracy` measures them. `pytest tests/accuracy` fails where a goal is missed or
where an error exceeds 1.5 times the one above by three quarters of a unit; `nox -s accuracy`
measures at more points, and fails where a goal is missed.
"""
FRAMEWORKS_TEXT = """# Accuracy in the frameworks

The largest errors at the default parameters, at {points} points, as on the page of
[NumPy's functions](accuracy.md), which says what is measured and what the goals are; float32 /
float64. Kernels are the compiled loops that NumPy and PyTorch use on a CPU, PyTorch is its own
operations, which are what other devices run, and JAX its functions in `jax.jit`, which Flax's
modules call. Slopes by parameters are those by parameters that are single numbers. Pairs are
compared by their values alone. {met} of {all} cells meet their goals. A star is a missed goal,
for one of these reasons:

- **An exponent's rounding.** exp(u) multiplies the rounding error of u by u. NumPy's functions and
  the kernels compute that error and make up for it; PyTorch's and JAX's operations do not, as it
  takes a fused multiply-add, or as much time again without one. Values that are tiny because of
  a large exponent are off by as many units as that has (`loglog`, `wave`, `polyexp`, `rmaf` ...).
- **Terms that cancel**, at roots and where `tests/battery/known.py` says so (`frac_lrelu`,
  `frac_softplus`, `rootsig`, `sech_sig`, `sinc`, `srs` ...); other compilers round them elsewhere
  (`ccaf`, `cosid`, `lutu`, `pflu`).
- **XLA**: its tanh of float64 is off by up to 5 ULP, which `tanhshrink` and `tanh_sig` enlarge; on
  the way it takes what is below the normal numbers for 0 (`wav_kan`, `swish_plus`,
  `logish_plus`), and two equal arguments of a maximum give the whole slope to one (`kdac`, beyond
  1e17).

| activation | by | value | 1st derivative | 2nd | by parameters |
|---|---|---|---|---|---|
{rows}

`python -m tests.accuracy --frameworks` measures them. `pytest tests/accuracy` fails where an error
of a few activations exceeds 1.5 times the one above by three quarters of a unit; `nox -s
everything` asks that of all.
"""
Cells = dict[tuple[str, str], tuple[float, bool]]


def write(table: str, points: int) -> None:
    """Write the page of NumPy's functions from a table's lines."""
    PAGE.write_text(_text(table.splitlines(), points), "utf-8")


def write_frameworks(table: str, points: int) -> None:
    """Write the page of the other frameworks from a table's lines."""
    worst = _worst(table.splitlines(), by_label=True)
    cells = [cell for found in worst.values() for cell in found.values()]
    rows = _rows(worst.items(), FRAMEWORKS_COLUMNS)
    met = sum(not missed for _, missed in cells)
    text = FRAMEWORKS_TEXT.format(points=points, rows=rows, met=met, all=len(cells))
    FRAMEWORKS_PAGE.write_text(text, "utf-8")


def _text(lines: list[str], points: int) -> str:
    rows = _rows(sorted(_worst(lines, by_label=False).items()), COLUMNS)
    return TEXT.format(points=points, rows=rows)


def _worst(lines: list[str], *, by_label: bool) -> dict[tuple[str, ...], Cells]:
    """The largest error of each activation, or of it and its label, in each column and dtype."""
    worst: dict[tuple[str, ...], Cells] = {}
    for line in lines:
        row, dtype, path_label, _, _, _, norm, _, _, *missed = line.split(maxsplit=9)
        name, _, label = row.partition("-")
        path = () if path_label == "value" else tuple((v,) for v in path_label.split("/"))
        cell = column(multiact.get(name), path), dtype
        cells = worst.setdefault((name, label) if by_label else (name,), {})
        before = cells.get(cell, (0.0, False))
        cells[cell] = max(before[0], float(norm)), before[1] or bool(missed)
    return worst


def _rows(worst: Iterable[tuple[tuple[str, ...], Cells]], columns: Sequence[str]) -> str:
    return "\n".join(
        f"| {' | '.join(labels)} | " + " | ".join(_cell(cells, c) for c in columns) + " |"
        for labels, cells in worst
    )


def column(act: Activation, path: Path) -> str:
    """Where the error along a path stands."""
    by_data = {v[0] for v in path} <= {*act.data}
    return COLUMNS[len(path)] if by_data else COLUMNS[-1]


def _cell(cells: Cells, column: str) -> str:
    found = [cells.get((column, dtype)) for dtype in ("float32", "float64")]
    if None in found:
        return ""
    return " / ".join(f"{error:.2g}{'*' * missed}" for error, missed in found)
