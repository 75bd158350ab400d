"""Ratios of two run times, from interleaved pairs."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Run = Callable[[], Any]
Clock = Callable[[], float]

SAMPLE = 1e-3  # seconds per measurement, which make the cost of the clock negligible
LEAST, MOST = 5, 400  # pairs


@dataclass(frozen=True)
class Comparison:
    """Seconds per call of two functions, pair by pair.

    Attributes
    ----------
    ours, theirs
        Times of the two, in the order of the measurements.
    """

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))


def compare(ours: Run, theirs: Run, clock: Clock, budget: float) -> Comparison:
    """Measure two functions in turn, after a warm-up, until the time is up.

    Parameters
    ----------
    ours, theirs
        The functions.
    clock
        What measures them, such as `time.process_time`.
    budget
        For how many seconds; a few pairs are measured in any case.

    Returns
    -------
    Comparison
    """
    loops = _loops(ours, clock), _loops(theirs, clock)
    end = time.perf_counter() + budget
    times: tuple[list[float], list[float]] = ([], [])
    with _no_garbage_collection():
        while len(times[0]) < LEAST or (time.perf_counter() < end and len(times[0]) < MOST):
            order = (0, 1) if len(times[0]) % 2 == 0 else (1, 0)
            for k in order:
                times[k].append(per_call((ours, theirs)[k], clock, loops[k]))
    return Comparison(tuple(times[0]), tuple(times[1]))


def per_call(run: Run, clock: Clock, loops: int) -> float:
    """Measure the mean seconds of one call."""
    begin = clock()
    for _ in range(loops):
        run()
    return max((clock() - begin) / loops, 1e-9)  # a coarse clock may not advance


def _loops(run: Run, clock: Clock) -> int:
    run()
    run()
    return max(1, min(10_000, int(SAMPLE / per_call(run, clock, 3))))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
