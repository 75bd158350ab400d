"""The index of the catalogue: its names and kinds, available without importing it.

The index is a file beside the formulas.  It is written when a wheel is built, and again
whenever the formulas have changed since; where it cannot be written, every process builds it
anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from multiact.declare.activation import Activation

CATALOGUE = "multiact.catalogue"
FOLDER = Path(__file__).parents[1] / "catalogue"
FILE = FOLDER / "_index.json"


@dataclass(frozen=True)
class Entry:
    """What is known about an activation before its family is imported."""

    name: str
    kind: str
    family: str
    aliases: tuple[str, ...]
    learnable: bool

    @classmethod
    def of(cls, record: Activation) -> Entry:
        """Return the entry of a record."""
        learnable = bool(record.learnable)
        return cls(record.name, record.kind, record.family, record.aliases, learnable)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Entry:
        """Return the entry that was stored as JSON."""
        return cls(**{**fields, "aliases": tuple(fields["aliases"])})


def load(make: Callable[[], Iterable[Activation]]) -> dict[str, Entry]:
    """Return all entries of the catalogue, by key.

    If the stored index is missing or out of date, `make` imports the catalogue to rebuild it.
    """
    digest = _digest()
    try:
        stored = json.loads(FILE.read_text("utf-8"))
        if stored["digest"] == digest:
            return {key: Entry.read(fields) for key, fields in stored["entries"].items()}
    except (OSError, ValueError, KeyError, TypeError):  # missing, or written by another version
        pass
    entries = {r.key: Entry.of(r) for r in sorted(make(), key=lambda r: r.key)}
    stored = {"digest": digest, "entries": {key: asdict(entry) for key, entry in entries.items()}}
    with contextlib.suppress(OSError):  # a folder that we may not write to
        _write(json.dumps(stored, indent=1))
    return entries


def families() -> list[str]:
    """List the modules of the catalogue; each is a family: a file or a folder of files."""
    modules = iter_modules([str(FOLDER)])
    return sorted(f"{CATALOGUE}.{m.name}" for m in modules if not m.name.startswith("_"))


def _digest() -> str:
    total = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*.py")):
        total.update(file.relative_to(FOLDER).as_posix().encode() + file.read_bytes())
    return total.hexdigest()


def _write(text: str) -> None:
    """Replace the index atomically, so that other processes see the old one or the new one."""
    part = FILE.with_name(f"{FILE.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8")
        part.replace(FILE)
    finally:
        part.unlink(missing_ok=True)
