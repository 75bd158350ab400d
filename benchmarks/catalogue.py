"""Discovery of the asv benchmarks without asv, for `bench-compare` and the tests."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import product
from typing import Any

SUITES = tuple(f"suite_{n}" for n in "speed memory comparisons everyday start".split())


@dataclass(frozen=True)
class Case:
    """A benchmark with its parameters."""

    suite: str
    kind: type = field(repr=False)
    method: str
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name, as asv prints it."""
        return f"{self.suite}.{self.kind.__name__}.{self.method}({', '.join(self.arguments)})"

    @property
    def unit(self) -> str:
        """The unit of the tracked number; seconds for times."""
        return getattr(getattr(self.kind, self.method), "unit", "seconds")

    def run(self) -> Any:
        """Set up and call once; the result is None for a `time_` benchmark.

        Raises
        ------
        NotImplementedError
            If asv would skip the benchmark.
        """
        benchmark = self.kind()
        if hasattr(benchmark, "setup"):
            benchmark.setup(*self.arguments)
        return getattr(benchmark, self.method)(*self.arguments)


def classes() -> Iterator[tuple[str, type]]:
    """Yield every benchmark class with its suite."""
    for suite in SUITES:
        module = import_module(f"benchmarks.{suite}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                yield suite, kind


def methods(kind: type) -> list[str]:
    """List the benchmarks of a class."""
    return [name for name in dir(kind) if name.startswith(("time_", "track_"))]


def cases() -> Iterator[Case]:
    """Yield every benchmark with all combinations of its parameters."""
    for suite, kind in classes():
        for arguments in product(*kind.params):
            for method in methods(kind):
                yield Case(suite, kind, method, arguments)
