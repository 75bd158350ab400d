"""Compare activations on every backend with the truth; exit with status 1 if one fails."""

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
from multiact.cli.console import (
    UsageError,
    find_activation,
    parse_choices,
    print_json,
    print_table,
    progress,
)
from multiact.declare.activation import Activation
from multiact.testing.backend import Backend, load
from multiact.testing.trust import user_code

if TYPE_CHECKING:
    from multiact.testing.check import Row

DTYPES = ("float32", "float64", "bfloat16", "float16")
_COMPILED = (".compile", ".jit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="TARGET", nargs="*",
        help="NAME, FILE.py:FUNCTION or MODULE:FUNCTION; default: all activations",
    )  # fmt: skip
    parser.add_argument("--backend", action="append", default=[], help=", ".join(KNOWN))
    parser.add_argument("--dtype", action="append", default=[], help=", ".join(DTYPES))
    parser.add_argument("--all-dtypes", action="store_true", help="all four dtypes")
    parser.add_argument(
        "--compile", action="store_true", help="also the compiled backends, which takes long"
    )


def run(args: argparse.Namespace) -> int:
    """Print a row for each activation, backend and dtype."""
    from multiact.testing.check import check  # imports mpmath, which only this command needs

    dtypes = parse_choices("dtype", args.dtype, DTYPES) or ["float32"]
    requested = parse_choices("backend", args.backend, list(KNOWN))
    activations = [find_activation(t) for t in args.targets] or [
        *map(multiact.get, multiact.names())
    ]
    backends, missing = _backends(requested, args.compile)
    rows: list[Row] = []
    with warnings.catch_warnings(), progress("checking", len(activations)) as advance:
        warnings.simplefilter("ignore")  # the frameworks' warnings would garble the output
        for act in activations:
            with user_code():
                rows += check([act], backends, DTYPES if args.all_dtypes else dtypes)
            advance(act.key)
    if not rows:
        raise UsageError(f"no backend that is installed computes in {', '.join(dtypes)}")
    failing = [row for row in rows if not row.ok]
    with user_code():
        notes = [note for act in activations if act.package != "multiact" for note in _notes(act)]
    if args.json:
        numbers = {"rows": [r.as_dict() for r in rows], "failed": len(failing)}
        print_json({**numbers, "missing": missing, "notes": notes})
    else:
        for note in notes:
            print(f"note: {note}")
        print_rows(rows, failing, missing)
    return 1 if failing else 0


def _notes(act: Activation) -> Iterator[str]:
    """Note what may be unintended but is not wrong: no slopes, jumps, and undeclared kinks."""
    from multiact.testing.further import evaluation_bias, untrained

    for name in untrained(act):
        yield (
            f"the slope of {act.key} by {name} is 0 at every input that was tried, so that {name} "
            "is not trained from its default"
        )
    bias = evaluation_bias(act)
    if bias is not None:
        x, settled, mean = bias
        yield (
            f"without noise {act.key}({x:g}) is {settled:.4g}, its mean over the noise is "
            f"{mean:.4g}: evaluation is the formula with the noise at its mean; if the mean of "
            "the results is meant, declare evaluation= with its formula"
        )
    with np.errstate(all="ignore"):
        measured = properties(act)
    if measured is None:
        return
    if measured.smoothness == "jumps":
        yield f"{act.key} looks discontinuous; `multiact plot` shows where"
    declared = [float(x) for x in act.kink_slopes(defaults.arguments(act))]
    for k in measured.kinks:
        if not any(math.isclose(k.x, x, abs_tol=1e-9) for x in declared):
            yield (
                f"the slope of {act.key} jumps from {k.left:.4g} to {k.right:.4g} at "
                f"x = {k.x:.6g} and is {k.slope:.4g} there; if that is meant, declare it: "
                f"kinks=lambda: {{{k.x:.6g}: {k.slope:.4g}}}"
            )


def _backends(requested: list[str], compiled: bool) -> tuple[list[Backend], dict[str, str]]:
    """Return the backends to run, and for each missing framework the reason."""
    available: list[Backend] = []
    missing: dict[str, str] = {}
    for framework in requested or KNOWN:
        try:
            available += load(framework)
        except Unavailable as error:
            missing[framework] = str(error)
    if requested and missing:
        raise UsageError("; ".join(missing.values()))
    if not available:
        raise UsageError(f"no backend is installed: {'; '.join(missing.values())}")
    return [b for b in available if compiled or not b.name.endswith(_COMPILED)], missing


def print_rows(rows: list[Row], failing: list[Row], missing: dict[str, str]) -> None:
    """Print the table, the missing backends, and every failure with its reason."""
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
