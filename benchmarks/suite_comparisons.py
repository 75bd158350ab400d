"""Comparisons with other code: the ratios of the performance page."""

from __future__ import annotations

from benchmarks.base import unit
from benchmarks.comparisons import BY_KEY, tracked
from benchmarks.timing import compare


class Against:
    """The ratio to other code, forward only or forward and backward."""

    elements = 100_000
    timeout = 300.0
    param_names = ("comparison",)
    params = (tracked(),)

    def setup(self, comparison: str) -> None:
        key, _, activation = comparison.partition("/")
        row = BY_KEY[key]
        self.rivals = row.make(activation, min(self.elements, row.judged))

    @unit("ratio")
    def track_ratio(self, comparison: str) -> float:
        return compare(*self.rivals).ratio
