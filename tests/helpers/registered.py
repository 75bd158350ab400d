"""Activations that exist for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from multiact.declare import registry


@contextmanager
def temporary_registrations() -> Iterator[None]:
    """Forget on exit what was registered inside."""
    registry._import_catalogue()  # a family that is imported inside would be forgotten for good
    records, lookup = dict(registry._RECORDS), dict(registry._LOOKUP)
    try:
        yield
    finally:
        for table, before in ((registry._RECORDS, records), (registry._LOOKUP, lookup)):
            table.clear()
            table.update(before)  # type: ignore[arg-type]
