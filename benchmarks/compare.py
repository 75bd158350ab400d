"""Comparison of two revisions: `python -m benchmarks.compare OLD NEW`, their install folders.

Each round runs one process per revision, in turn, which measures all ratios to references in
the same process.  A benchmark counts as slower, or faster, if the medians of its rounds differ
by more than the tolerance and the noise of the rounds, and if the difference is confirmed in a
second series of rounds: among many benchmarks some differ by chance, but hardly twice.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TOLERANCE = 1.10
ROUNDS = 5
#: the selection, unless the environment variables say otherwise
CHOSEN = {
    "MULTIACT_BENCH_ACTIVATIONS": "talu,relu,gelu,mish,swigelu,rational,swiglu,softmax",
    "MULTIACT_BENCH_BACKENDS": "numpy,torch,jax.jit",
    "MULTIACT_BENCH_SECONDS": "0.1",
}
ROOT = Path(__file__).resolve().parents[1]
Rounds = dict[str, list[float]]  # ratios by benchmark


@dataclass(frozen=True)
class Verdict:
    """One benchmark's ratios, old and new.

    Attributes
    ----------
    name
        The benchmark.
    old, new
        The medians of the rounds.
    noise
        The factor by which the rounds of one revision differ.
    """

    name: str
    old: float
    new: float
    noise: float

    @property
    def change(self) -> float:
        """The ratio of new to old."""
        return self.new / self.old

    @property
    def slower(self) -> bool:
        """Whether it is slower beyond noise and tolerance."""
        return self.change > max(TOLERANCE, self.noise)

    @property
    def faster(self) -> bool:
        """Whether it is faster beyond noise and tolerance."""
        return 1 / self.change > max(TOLERANCE, self.noise)

    def __str__(self) -> str:
        ratios = f"{self.old:8.3f}  {self.new:8.3f}  {self.change:6.2f}x  {self.noise:6.2f}x"
        return f"{ratios}  {self.name}"


def judged(name: str, old: Sequence[float], new: Sequence[float]) -> Verdict:
    """Judge a benchmark from its rounds."""
    logs = [math.log(v) for v in old], [math.log(v) for v in new]
    medians = [statistics.median(v) for v in logs]
    deviations = [abs(v - m) for values, m in zip(logs, medians, strict=True) for v in values]
    # 3 standard deviations of a difference of medians, from the mean absolute deviation
    noise = 3 * 1.25 * statistics.mean(deviations) * 1.25 * math.sqrt(2 / len(old))
    return Verdict(name, *map(math.exp, medians), math.exp(noise))


def measured(folders: Sequence[Path], rounds: int, names: Iterable[str] = ()) -> list[Rounds]:
    """Measure the revisions in turn, reversing the order in every other round."""
    ratios: list[Rounds] = [{} for _ in folders]
    for k in range(rounds):
        order = range(len(folders)) if k % 2 == 0 else reversed(range(len(folders)))
        for side in order:
            for name, ratio in _measure(folders[side], names).items():
                if ratio is not None:
                    ratios[side].setdefault(name, []).append(ratio)
        _progress(f"round {k + 1} of {rounds}")
    return ratios


def _measure(folder: Path, names: Iterable[str]) -> dict[str, float | None]:
    # the revision's packages come before this tree; so do its benchmarks, which know its modules
    path = os.pathsep.join([str(folder.resolve()), str(ROOT)])
    environment = {**CHOSEN, **os.environ, "PYTHONPATH": path}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "ratios.json"
        command = [sys.executable, "-P", "-m", "benchmarks.measure", str(out), *names]
        subprocess.run(command, check=True, env=environment)
        content = json.loads(out.read_text())
    if Path(content["multiact"]).parent.resolve() != folder.resolve():
        raise RuntimeError(f"measured {content['multiact']} instead of {folder}")
    return content["ratios"]


@dataclass(frozen=True)
class Comparison:
    """Two revisions.

    Attributes
    ----------
    verdicts
        On every benchmark that both have.
    slower, faster
        The names of those that differ, in both series of rounds.
    only
        The names of those that one revision has.
    """

    verdicts: list[Verdict]
    slower: list[str]
    faster: list[str]
    only: list[str]


def compare(old: Path, new: Path, rounds: int) -> Comparison:
    """Measure both revisions, and again what differs."""
    series = measured((old, new), rounds)
    verdicts = verdicts_of(*series)
    suspects = [v for v in verdicts if v.slower or v.faster]
    if suspects:
        _progress(f"{len(suspects)} differ: measured again")
    again = measured((old, new), 2 * rounds, [v.name for v in suspects]) if suspects else [{}, {}]
    confirmed = {v.name: v for v in verdicts_of(*again)}
    pairs = [(v, confirmed[v.name]) for v in suspects if v.name in confirmed]
    return Comparison(
        verdicts,
        [v.name for v, w in pairs if v.slower and w.slower],
        [v.name for v, w in pairs if v.faster and w.faster],
        sorted(series[0].keys() ^ series[1].keys()),
    )


def verdicts_of(old: Rounds, new: Rounds) -> list[Verdict]:
    """Judge every benchmark that both revisions have."""
    return [judged(name, old[name], new[name]) for name in old if name in new]


def report(comparison: Comparison, rounds: int) -> None:
    """Print a table of all ratios, and what differs."""
    print(f"{'old':>8}  {'new':>8}  {'change':>7}  {'noise':>7}  ratio")
    print(*comparison.verdicts, sep="\n")
    if comparison.only:
        print(f"{len(comparison.only)} of one revision only, such as {comparison.only[0]}")
    for title, names in (("faster", comparison.faster), ("SLOWER", comparison.slower)):
        for name in names:
            print(title, name)
    total = f"{len(comparison.verdicts)} ratios compared, {rounds} rounds"
    print(f"{total}: {len(comparison.slower)} slower beyond noise")


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Compare the revisions; return 1 if something is slower."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON, too")
    args = parser.parse_args()
    comparison = compare(args.old, args.new, args.rounds)
    report(comparison, args.rounds)
    if args.json is not None:
        verdicts = [{**asdict(v), "change": v.change} for v in comparison.verdicts]
        args.json.write_text(json.dumps({**asdict(comparison), "verdicts": verdicts}, indent=2))
    return 1 if comparison.slower else 0


if __name__ == "__main__":
    sys.exit(main())
