"""Ratios of two run times, measured for as long as an environment variable says."""

from __future__ import annotations

import os
import time

from multiact.testing import timing
from multiact.testing.timing import Clock, Comparison, Run


def seconds() -> float:
    """Return for how many seconds a ratio is measured."""
    return float(os.environ.get("MULTIACT_BENCH_SECONDS") or 0.5)


def compare(
    ours: Run, theirs: Run, clock: Clock = time.thread_time, budget: float | None = None
) -> Comparison:
    """Measure two functions in turn."""
    return timing.compare(ours, theirs, clock, seconds() if budget is None else budget)
