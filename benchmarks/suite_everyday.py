"""Ratios to people's own code beside plain modules: channels, gates, transforms, small calls."""

from __future__ import annotations

from benchmarks.base import unit
from benchmarks.everyday import places
from benchmarks.timing import compare


class Everyday:
    """The ratio to the framework's function, or to what people write."""

    timeout = 300.0
    param_names = ("place",)
    params = (list(places()),)

    @unit("ratio")
    def track_ratio(self, place: str) -> float:
        return compare(*places()[place].make()).ratio
