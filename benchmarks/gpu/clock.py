"""The device, and times on it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

Run = Callable[[], Any]


@dataclass(frozen=True)
class Machine:
    """Where it is measured.

    Attributes
    ----------
    device
        Name of torch's device.
    sizes
        Numbers of elements.
    repeats
        How often each time is measured; the median counts.
    """

    device: str
    sizes: tuple[int, ...]
    repeats: int

    @property
    def dry(self) -> bool:
        """Whether the interpreter plays the device."""
        return self.device == "cpu"

    def numbers(self, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return normal numbers with standard deviation 2, the same in every run."""
        generator = torch.Generator().manual_seed(7)
        drawn = torch.randn(min(torch.Size(shape).numel(), 1 << 20), generator=generator) * 2
        return (
            drawn.to(self.device, dtype)
            .repeat(-(-torch.Size(shape).numel() // len(drawn)))[: torch.Size(shape).numel()]
            .reshape(shape)
        )

    def seconds(self, run: Run) -> float:
        """Measure a call that leaves its work to the device: the median, after two to warm up."""
        for _ in range(1 if self.dry else 3):
            run()
        return statistics.median(self._once(run) for _ in range(self.repeats))

    def _once(self, run: Run) -> float:
        if self.dry:
            start = time.perf_counter()
            run()
            return time.perf_counter() - start
        first, last = (_event() for _ in range(2))
        calls = 10  # the device shall not wait for the first of them
        torch.cuda.synchronize()
        first.record()
        for _ in range(calls):
            run()
        last.record()
        torch.cuda.synchronize()
        return float(first.elapsed_time(last)) / 1e3 / calls

    def overhead(self, run: Run) -> float:
        """Measure how long the processor needs to launch a call, in seconds."""
        calls = 3 if self.dry else 1000
        run()
        self.synchronize()
        start = time.perf_counter()
        for _ in range(calls):
            run()
        elapsed = time.perf_counter() - start
        self.synchronize()
        return elapsed / calls

    def synchronize(self) -> None:
        """Wait for the device."""
        if not self.dry:
            torch.cuda.synchronize()

    def peak(self, run: Run) -> int | None:
        """Return the bytes that a call has allocated at most; None in a dry run."""
        if self.dry:
            return None
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run()
        torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated() - before


def _event() -> Any:
    return torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
