"""Memory: the peak during a call, and what a forward pass saves for the backward pass."""

from __future__ import annotations

from benchmarks.base import Benchmark, unit


class Peak(Benchmark):
    """How far memory rises, including the result, which takes 4 bytes per element."""

    elements = 1_000_000

    @unit("bytes/element")
    def track_forward_peak(self, backend: str, activation: str) -> float:
        return self.peak(self.load.forward)


class GradientPeak(Benchmark):
    """How far memory rises in both passes; output and gradient take 8 bytes per element."""

    elements = 1_000_000

    def setup(self, backend: str, activation: str) -> None:
        super().setup(backend, activation)
        self.load.gradient()

    @unit("bytes/element")
    def track_gradient_peak(self, backend: str, activation: str) -> float:
        return self.peak(self.load.gradient)


class Saved(Benchmark):
    """The memory that is saved for the backward pass, including the input."""

    def setup(self, backend: str, activation: str) -> None:
        super().setup(backend, activation)
        self.load.saved_bytes()  # asv skips a NotImplementedError only in setup

    @unit("bytes/element")
    def track_saved(self, backend: str, activation: str) -> float:
        return self.per_element(self.load.saved_bytes())
