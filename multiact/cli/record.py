"""What is known about an activation, for JSON."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from multiact.adapters.configuration import plain
from multiact.analysis import Properties
from multiact.declare import index
from multiact.declare.activation import Activation


def fields(act: Activation) -> dict[str, Any]:
    """Return what is known about an activation without measuring it, for JSON."""
    return {
        "name": act.key,
        "class": act.name,
        "kind": act.kind,
        "family": act.family,
        "from": act.package,
        "learnable": list(act.learnable),
        "aliases": list(act.aliases),
        "summary": act.summary,
        "reference": act.reference,
        "year": year(act),
    }


def year(act: Activation) -> int | None:
    """Return the year of an activation's reference; None if it names none."""
    return index.year(act.reference)


def parameters(act: Activation) -> list[dict[str, Any]]:
    """Return what its parameters and settings accept, and their defaults."""
    return [
        {
            "name": p.name,
            "default": _plain(p.default),
            "sizes": list(p.shaped.sizes) if p.shaped else None,
            "constraint": p.constraint.text if p.constraint else None,
            "learned": p.learnable,
            "setting": p in act.settings,
        }
        for p in act.by_name.values()
    ]


def measured(p: Properties | None) -> dict[str, Any] | None:
    """Return measured properties, of which JSON cannot hold infinities: they are words."""
    if p is None:
        return None
    gains = {"gain_forward": p.gain_forward, "gain_backward": p.gain_backward}
    return _plain({**dataclasses.asdict(p), **gains})  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it, also infinities."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    value = plain(value)
    if isinstance(value, list):
        return [*map(_plain, value)]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    number = float(value)
    return number if math.isfinite(number) else str(number)
