"""Compare activations on every backend with the truth; exit with 1 if one fails."""

from __future__ import annotations

import argparse
import math
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

import multiact
from multiact.adapters.frameworks import KNOWN, Unavailable
from multiact.analysis import defaults, properties
from multiact.cli.console import UsageError, chosen, found, print_json, print_table, progress
from multiact.declare.activation import Activation
from multiact.testing.backend import Backend, load

if TYPE_CHECKING:
    from multiact.testing.check import Row

DTYPES = ("float32", "float64", "bfloat16", "float16")
_COMPILED = (".compile", ".jit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="TARGET", nargs="*",
        help="NAME, FILE.py:FUNCTION or MODULE:FUNCTION; none: all activations",
    )  # fmt: skip
    parser.add_argument("--backend", action="append", default=[], help=", ".join(KNOWN))
    parser.add_argument("--dtype", action="append", default=[], help=", ".join(DTYPES))
    parser.add_argument("--all-dtypes", action="store_true", help="all four of them")
    parser.add_argument("--compile", action="store_true", help="also compiled, which takes long")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(given: argparse.Namespace) -> int:
    """Print a line per activation, backend and dtype."""
    from multiact.testing.check import check  # mpmath, which only this command needs

    dtypes = chosen("dtype", given.dtype, DTYPES) or ["float32"]
    wanted = chosen("backend", given.backend, list(KNOWN))
    activations = [found(t) for t in given.targets] or [*map(multiact.get, multiact.names())]
    backends, missing = _backends(wanted, given.compile)
    rows: list[Row] = []
    with warnings.catch_warnings(), progress("checking", len(activations)) as done:
        warnings.simplefilter("ignore")  # of the frameworks; stdout and stderr stay ours
        for act in activations:
            rows += check([act], backends, DTYPES if given.all_dtypes else dtypes)
            done(act.key)
    if not rows:
        raise UsageError(f"no backend that is installed computes in {', '.join(dtypes)}")
    failing = [row for row in rows if not row.ok]
    notes = [note for act in activations if act.package != "multiact" for note in _notes(act)]
    if given.json:
        numbers = {"rows": [r.as_dict() for r in rows], "failed": len(failing)}
        print_json({**numbers, "missing": missing, "notes": notes})
    else:
        for note in notes:
            print(f"note: {note}")
        print_rows(rows, failing, missing)
    return 1 if failing else 0


def _notes(act: Activation) -> Iterator[str]:
    """What is not wrong, but may not be meant: jumps, and kinks that are not declared."""
    with np.errstate(all="ignore"):
        found = properties(act)
    if found is None:
        return
    if found.smoothness == "jumps":
        yield f"{act.key} looks discontinuous; `multiact plot` shows where"
    declared = [float(x) for x in act.kink_slopes(defaults.arguments(act))]
    for k in found.kinks:
        if not any(math.isclose(k.x, x, abs_tol=1e-9) for x in declared):
            yield (
                f"the slope of {act.key} jumps from {k.left:.4g} to {k.right:.4g} at "
                f"x = {k.x:.6g} and is {k.slope:.4g} there; if that is meant, declare it: "
                f"kinks=lambda: {{{k.x:.6g}: {k.slope:.4g}}}"
            )


def _backends(wanted: list[str], compiled: bool) -> tuple[list[Backend], dict[str, str]]:
    """The backends to run, and why the others of the four are missing."""
    there: list[Backend] = []
    missing: dict[str, str] = {}
    for framework in wanted or KNOWN:
        try:
            there += load(framework)
        except Unavailable as error:
            missing[framework] = str(error)
    if wanted and missing:
        raise UsageError("; ".join(missing.values()))
    if not there:
        raise UsageError(f"no backend is installed: {'; '.join(missing.values())}")
    return [b for b in there if compiled or not b.name.endswith(_COMPILED)], missing


def print_rows(rows: list[Row], failing: list[Row], missing: dict[str, str]) -> None:
    """Print the table, what is missing, and every failure with its reason."""
    head = ("activation", "backend", "dtype", "value", "derivative", "at x", "verdict")
    print_table(head, map(_cells, rows))
    for reason in missing.values():
        print(f"missing: {reason}")
    total = f"{len(rows)} rows, errors in units in the last place"
    if not failing:
        print(f"{total}: all ok")
        return
    print(f"{total}: {len(failing)} failed")
    for row in failing:
        print(f"FAILED {row.activation} {row.backend} {row.dtype}: {row.reason}")


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (row.value_error, row.slope_error)
    verdict = "ok" if row.ok else f"fail: {row.reason}"
    at = "-" if row.worst is None or math.isnan(row.worst) else f"{row.worst:.6g}"
    errors = ("-" if v is None else f"{v if v >= 1e-3 else 0:.3g}" for v in numbers)
    return (row.activation, row.backend, row.dtype, *errors, at, verdict)
