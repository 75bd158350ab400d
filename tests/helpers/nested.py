"""Nested results as lists."""

from __future__ import annotations

from typing import Any


def flat(value: Any) -> list[Any]:
    """The arrays in nested tuples, lists and dictionaries, in order."""
    if isinstance(value, dict):
        value = [value[name] for name in sorted(value)]
    nested = isinstance(value, (tuple, list))
    return [a for part in value for a in flat(part)] if nested else [value]
