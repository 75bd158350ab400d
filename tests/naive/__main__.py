"""Judge the corpus: python -m tests.naive [NAME ...]; 1 if too many rows are wrong."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from multiact.cli.console import progress
from tests.naive import corpus  # noqa: F401  it fills ROWS
from tests.naive.judge import failures
from tests.naive.report import Report
from tests.naive.rows import ROWS
from tests.naive.subject import BACKENDS, with_library, with_numpy


def main(arguments: list[str]) -> int:
    """Judge, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.naive", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows (default: all)")
    parser.add_argument("--backend", choices=BACKENDS, default="numpy")
    parser.add_argument("--kernels", action="store_true", help="compile each function (NumPy)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as data")
    options = parser.parse_args(arguments)
    if unknown := [n for n in options.names if n not in ROWS]:
        parser.error(f"no row {', '.join(unknown)}")
    chosen = options.names or sorted(ROWS)
    numpy = options.backend == "numpy"
    subject = with_numpy(kernels=options.kernels) if numpy else with_library(options.backend)
    found = {}
    with progress("judging", len(chosen)) as done:
        for name in chosen:
            found[ROWS[name]] = failures(ROWS[name], subject, subnormal=options.backend != "jax")
            done(name)
    report = Report(found)
    print("\n".join(report.lines()))
    if options.json:
        options.json.write_text(json.dumps(report.json(), indent=1), "utf-8")
    return 0 if report.passes else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
