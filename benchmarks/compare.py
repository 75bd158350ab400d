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
from dataclasses import dataclass
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
    change
        The ratio of new to old, from the medians of the rounds.
    noise
        The factor by which the rounds of one revision differ.
    """

    name: str
    change: float
    noise: float

    @property
    def slower(self) -> bool:
        """Whether it is slower beyond noise and tolerance."""
        return self.change > max(TOLERANCE, self.noise)

    @property
    def faster(self) -> bool:
        """Whether it is faster beyond noise and tolerance."""
        return 1 / self.change > max(TOLERANCE, self.noise)

    def __str__(self) -> str:
        return f"{self.change:6.2f}x  (noise {self.noise:.2f}x)  {self.name}"


def judged(name: str, old: Sequence[float], new: Sequence[float]) -> Verdict:
    """Judge a benchmark from its rounds."""
    logs = [math.log(v) for v in old], [math.log(v) for v in new]
    medians = [statistics.median(v) for v in logs]
    deviations = [abs(v - m) for values, m in zip(logs, medians, strict=True) for v in values]
    # 3 standard deviations of a difference of medians, from the mean absolute deviation
    noise = 3 * 1.25 * statistics.mean(deviations) * 1.25 * math.sqrt(2 / len(old))
    return Verdict(name, math.exp(medians[1] - medians[0]), math.exp(noise))


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


def compare(old: Path, new: Path, rounds: int) -> list[Verdict]:
    """Print what differs, and return what was slower twice."""
    verdicts = verdicts_of(*measured((old, new), rounds))
    suspects = [v.name for v in verdicts if v.slower or v.faster]
    if suspects:
        _progress(f"{len(suspects)} differ: measured again")
    confirmed = verdicts_of(*measured((old, new), 2 * rounds, suspects)) if suspects else []
    before = {v.name: v for v in verdicts}
    slower = [v for v in confirmed if v.slower and before[v.name].slower]
    faster = [v for v in confirmed if v.faster and before[v.name].faster]
    for title, listed in (("faster", faster), ("SLOWER", slower)):
        for v in listed:
            print(title, v)
    print(f"{len(verdicts)} ratios compared, {rounds} rounds: {len(slower)} slower beyond noise")
    return slower


def verdicts_of(old: Rounds, new: Rounds) -> list[Verdict]:
    """Judge every benchmark that both revisions have."""
    missing = sorted(old.keys() ^ new.keys())
    if missing:
        print(f"{len(missing)} of one revision only, such as {missing[0]}")
    return [judged(name, old[name], new[name]) for name in old if name in new]


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Compare the revisions; return 1 if something is slower."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    return 1 if compare(args.old, args.new, args.rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
