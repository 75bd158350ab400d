"""Write docs/performance.md: `python -m benchmarks.report`, on a machine that is left alone."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine
from benchmarks.comparisons import SIZES
from benchmarks.rows import Options, Row, rows

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"

_TEXT = """\
# Performance

Written by `python -m benchmarks.report{options}` on {date}; do not edit.
{warning}
Every figure is a ratio of CPU times, ours to theirs, so smaller is better; "6x" means six times
faster. It is the median of pairs that ran in turn in one process, in float32, on one thread,
with normal inputs of standard deviation 2 and every result newly allocated, unless the row says
otherwise. JAX is measured by the CPU time of its process, on one computing thread; two threads
are measured by wall time. A goal holds at 1e6 elements unless it says otherwise; a figure that
misses it is **bold** ({missed} of them). New arrays of 1e7 elements cost mostly page faults, ours
and theirs alike, so the allocator matters there.

| measured with | |
|---|---|
{facts}

| what | goal | 1e5 elements | 1e6 | 1e7 |
|---|---|---|---|---|
{rows}

A figure without a size stands in the middle column. "Composed" code is the formula in whole-array
operations, as `benchmarks/composed.py` writes it; "native" is the framework's own function.
`nox -s bench` measures every activation on every backend, and
`nox -s bench-compare -- REV` compares this tree with a revision.

Some figures cannot become small, since the two sides do not do the same:

- NumPy computes exp and log1p with AVX-512 where it can, and softplus is little else; limited to
  AVX2, which is what most processors have, it takes over ten times as long.
- torch's hardswish is NaN at minus infinity and takes another slope at -3, so ours is a kernel of
  our own, which Python starts twice; for relu, leaky_relu and hardtanh torch's own are called.
- GELU, SwiGELU and Phish are right to the last digits in their tails, where torch's and XLA's error
  functions are 0 too early; that takes more arithmetic.
- Under jit, slopes are computed anew from x, which is all that is kept. Autodiff of a formula keeps
  three to six arrays, and reading them is quicker than computing as long as they lie in a cache or
  in memory that the allocator holds ready; otherwise it is not.
- Rational divides by x beyond 1, so that nothing overflows, and has ten gradients of parameters.
- Where arrays leave the caches, memory sets the pace: of two threads, which the row of `x * 2`
  shows, and of anything against torch's own kernels.
"""
_QUICK = "\nA quick run: a few activations and small arrays, no figures to rely on.\n"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little of it, to see it work")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--seconds", type=float, help="for one ratio; default 1, quick 0.05")
    parser.add_argument("--output", type=Path, default=PAGE, help=f"default {PAGE.name} in docs")
    given = parser.parse_args()
    options = Options(
        sizes=SIZES[:1] if given.quick else SIZES,
        seconds=given.seconds or (0.05 if given.quick else 1.0),
        compiles=not (given.no_compile or given.quick),
        quick=given.quick,
    )
    _start_again()
    facts = list(machine.facts())
    measured = list(rows(options, _progress))
    _progress("")
    given.output.write_text(page(facts, measured, options), encoding="utf-8")
    missed = sum(row.missed for row in measured)
    print(f"{given.output}: {len(measured)} rows, {missed} figures miss their goal")


def page(facts: list[tuple[str, str]], measured: list[Row], options: Options) -> str:
    """The page's text."""
    return _TEXT.format(
        options=" --quick" if options.quick else "" if options.compiles else " --no-compile",
        date=datetime.now(UTC).date(),
        warning=_QUICK if options.quick else "",
        missed=sum(row.missed for row in measured),
        facts="\n".join(f"| {what} | {value} |" for what, value in facts),
        rows="\n".join(_line(row) for row in measured),
    )


def _line(row: Row) -> str:
    middle = row.cells.get(SIZES[1]) or row.cells.get(0) or row.cells.get(1000) or ""
    cells = [row.cells.get(SIZES[0], ""), middle, row.cells.get(SIZES[2], "")]
    return f"| {' | '.join([row.title, row.wanted, *cells])} |"


#: One thread, for libraries that ask when they are loaded.  And a heap that stays: glibc gives
#: its top back when it grows beyond a limit, and whoever comes next pays for the page faults.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),  # where glibc's own, growing limit ends
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}


def _start_again() -> None:
    """Start once more in the environment that measurements need."""
    if not _ENVIRONMENT.items() <= os.environ.items():
        command = [sys.executable, "-m", "benchmarks.report", *sys.argv[1:]]
        environment = {**os.environ, **_ENVIRONMENT}
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
