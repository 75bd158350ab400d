"""Times of every activation on every backend, also as ratios to a copy of the input."""

from __future__ import annotations

from benchmarks import selection
from benchmarks.base import Benchmark, unit


class Forward(Benchmark):
    """Values."""

    def time_forward(self, backend: str, activation: str) -> None:
        self.load.forward()

    @unit("ratio")
    def track_forward_to_copy(self, backend: str, activation: str) -> float:
        return self.ratio(self.load.forward, self.load.copy)


class Gradient(Benchmark):
    """Forward and backward."""

    def setup(self, backend: str, activation: str) -> None:
        super().setup(backend, activation)
        self.load.gradient()

    def time_gradient(self, backend: str, activation: str) -> None:
        self.load.gradient()

    @unit("ratio")
    def track_gradient_to_copy(self, backend: str, activation: str) -> float:
        return self.ratio(self.load.gradient, self.load.copy)


class LargeForward(Forward):
    """Values of arrays that exceed the cache; the lower bound is `x * 2` into a new array."""

    elements = 1_000_000
    params = (selection.backends(), selection.large())

    @unit("ratio")
    def track_forward_to_double(self, backend: str, activation: str) -> float:
        return self.ratio(self.load.forward, self.load.double)


class LargeGradient(Gradient):
    """Forward and backward for arrays that exceed the cache."""

    elements = 1_000_000
    params = (selection.backends(), selection.large())


class Call(Forward):
    """The cost of a call with few elements."""

    elements = 1_000
