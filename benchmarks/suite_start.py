"""Imports, and the first use of a kernel."""

from __future__ import annotations

from benchmarks import selection, starting
from benchmarks.base import unit


class Import:
    """Importing a package, excluding the framework that it needs."""

    timeout = 300.0
    param_names = ("package",)
    params = (list(starting.IMPORTS),)

    @unit("seconds")
    def track_import(self, package: str) -> float:
        return starting.import_seconds(package)[0]

    @unit("ratio")
    def track_import_to_framework(self, package: str) -> float:
        own, framework = starting.import_seconds(package)
        return own / framework


class FirstUse:
    """The first call of a NumPy function in a process that has used another."""

    timeout = 300.0
    param_names = ("activation",)
    params = (selection.large() or selection.activations()[:1],)

    @unit("seconds")
    def track_compiled(self, activation: str) -> float:
        return starting.first_use_seconds(activation, cached=False)

    @unit("seconds")
    def track_from_disk(self, activation: str) -> float:
        return starting.first_use_seconds(activation, cached=True)
