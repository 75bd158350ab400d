"""Write docs/performance.md: `python -m benchmarks.report`, on an otherwise idle machine."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine
from benchmarks.comparisons import SIZES
from benchmarks.everyday import places
from benchmarks.process import restart
from benchmarks.rivals import Place
from benchmarks.rows import Options, Row, rows
from benchmarks.timing import compare
from multiact.testing.timing import Comparison

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"

_TEXT = """\
# Performance

Written by `python -m benchmarks.report{options}` on {date}; do not edit.
{warning}
Every figure is a ratio of CPU times, ours to theirs, so smaller is better; "6x" means six times
faster. Unless the row says otherwise, it is the median of pairs that were run in turn in one
process, in float32, on one thread, with normal inputs of standard deviation 2 and newly allocated
results. For JAX, it is the CPU time of the process on one computing thread; for two threads, wall
time. Goals apply to 1e6 elements unless they say otherwise; a figure that misses its goal is
**bold** ({missed} of them). For 1e7 elements, most of the time is page faults in new arrays, ours
and theirs alike, so the allocator matters.

| measured with | |
|---|---|
{facts}

| what | goal | 1e5 elements | 1e6 | 1e7 |
|---|---|---|---|---|
{rows}

## Beside plain modules

Ours to the framework's own function, or to the few lines that people write, in CPU time; the
goal is 1.1 each, 1.03 for whole training steps, and **bold** figures miss it ({behind} of {count}).

| where | what | ratio | theirs |
|---|---|---|---|
{places}

What misses the goal is one of these:

- Calls of up to some thousand numbers, and all of torch.func: our kernels are called from Python,
  and PyTorch keeps its books of a custom function there, too: 3 to 6 us for a call, 25 us for a
  backward pass, 300 us under a transform, where theirs are called from C++.
- log_softmax keeps the digits of probabilities near 1, for which it reads its array more often.
- FunnelReLU chooses by a comparison, so that ties have one slope; torch.maximum divides it.
- Modules check their arguments when they are constructed.

## How to read it

Figures without a size are in the middle column. "Composed" code is the formula in whole-array
operations, as in `benchmarks/composed.py`; "native" is the framework's own function.
`nox -s bench` measures every activation on every backend, and
`nox -s bench-compare -- REV` compares this tree with a revision.

Some figures cannot become small, because the two sides do not do the same work:

- NumPy computes exp and log1p with AVX-512 where available, and softplus consists of little else;
  limited to AVX2, which is what most processors have, it takes over ten times as long.
- torch's hardswish is NaN at minus infinity and has a different slope at -3, so we use our own
  kernel, which Python calls twice; for relu, leaky_relu and hardtanh we call torch's own.
- GELU, SwiGELU and Phish are accurate to the last digits in their tails, where torch's and XLA's
  error functions become 0 too early; that takes more arithmetic.
- Under jit, slopes are recomputed from x, which is all that is saved. Autodiff of a formula saves
  three to six arrays; reading them is faster than recomputing as long as they are in a cache or in
  memory that the allocator holds ready, and slower otherwise.
- Rational divides by x beyond 1, so that nothing overflows, and has ten gradients of parameters.
- Where arrays exceed the caches, memory bandwidth sets the pace: for two threads, as the row of
  `x * 2` shows, and for any comparison with torch's own kernels.
"""
_QUICK = "\nA quick run with a few activations and small arrays; do not rely on these figures.\n"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure little, to see that it works")
    parser.add_argument("--no-compile", action="store_true", help="omit torch.compile")
    parser.add_argument("--seconds", type=float, help="per ratio; default 1, quick 0.05")
    parser.add_argument("--output", type=Path, default=PAGE, help=f"default {PAGE.name} in docs")
    args = parser.parse_args()
    options = Options(
        sizes=SIZES[:1] if args.quick else SIZES,
        seconds=args.seconds or (0.05 if args.quick else 1.0),
        compiles=not (args.no_compile or args.quick),
        quick=args.quick,
    )
    restart("benchmarks.report")
    facts = list(machine.facts())
    measured = list(rows(options, _progress))
    beside = list(_everyday(options))
    _progress("")
    args.output.write_text(page(facts, measured, beside, options), encoding="utf-8")
    missed = sum(row.missed for row in measured)
    print(f"{args.output}: {len(measured)} rows, {missed} figures miss their goal")


def _everyday(options: Options) -> Iterator[tuple[Place, Comparison]]:
    """Measure the places beside plain modules."""
    found = list(places().values())
    for place in found[:: 20 if options.quick else 1]:
        _progress(place.name)
        try:
            rivals = place.make()
        except NotImplementedError:  # a framework is missing
            continue
        yield place, compare(*rivals, budget=options.seconds / 2)


def page(
    facts: list[tuple[str, str]],
    measured: list[Row],
    beside: list[tuple[Place, Comparison]],
    options: Options,
) -> str:
    """Return the text of the page."""
    return _TEXT.format(
        options=" --quick" if options.quick else "" if options.compiles else " --no-compile",
        date=datetime.now(UTC).date(),
        warning=_QUICK if options.quick else "",
        missed=sum(row.missed for row in measured),
        facts="\n".join(f"| {what} | {value} |" for what, value in facts),
        rows="\n".join(_line(row) for row in measured),
        behind=sum(c.ratio > p.goal for p, c in beside),
        count=len(beside),
        places="\n".join(_place_line(p, c) for p, c in beside),
    )


def _place_line(place: Place, measured: Comparison) -> str:
    ratio = f"**{measured.ratio:.2f}**" if measured.ratio > place.goal else f"{measured.ratio:.2f}"
    theirs = f"{statistics.median(measured.theirs) * 1e6:.3g} us"
    return f"| {place.backend} | {place.name} | {ratio} | {theirs} |"


def _line(row: Row) -> str:
    middle = row.cells.get(SIZES[1]) or row.cells.get(0) or row.cells.get(1000) or ""
    cells = [row.cells.get(SIZES[0], ""), middle, row.cells.get(SIZES[2], "")]
    return f"| {' | '.join([row.title, row.goal, *cells])} |"


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
