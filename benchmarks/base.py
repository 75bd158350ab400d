"""The base class of the benchmarks: parameters, warm-up, inputs, references."""

from __future__ import annotations

import time
from typing import Any

from benchmarks import selection
from benchmarks.memory import peak_bytes
from benchmarks.timing import Run, compare
from benchmarks.workloads import workload


class Benchmark:
    """The benchmarks of one activation on one backend."""

    elements = 100_000
    timeout = 300.0
    timer = time.process_time
    param_names: tuple[str, ...] = ("backend", "activation")
    params: Any = (selection.backends(), selection.activations())

    def setup(self, backend: str, activation: str) -> None:
        """Create the input, and call once so that everything is compiled."""
        self.load = workload(backend, activation, self.elements)
        self.load.forward()

    def ratio(self, run: Run, reference: Run) -> float:
        """Measure the time as a ratio to a reference, in turn."""
        return compare(run, reference, self.load.clock).ratio

    def per_element(self, amount: float) -> float:
        """Divide an amount by the number of elements of the input."""
        return amount / selection.size_of(self.load.x)

    def peak(self, run: Run) -> float:
        """Measure by how many bytes per element memory rises."""
        return self.per_element(peak_bytes(run))


def unit(text: str) -> Any:
    """Set the unit of a tracked number."""

    def set_unit(function: Any) -> Any:
        function.unit = text
        return function

    return set_unit
