"""What the catalogue holds, known without importing it.

The index is a file beside the formulas that remembers what importing all of them found.  It
is made when a wheel is built, and again whenever the formulas are no longer those it was made
from; where it cannot be written, it is made in every process.
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
    """What is known of an activation before its family is imported."""

    name: str
    kind: str
    family: str
    aliases: tuple[str, ...]
    learnable: bool

    @classmethod
    def of(cls, record: Activation) -> Entry:
        """The entry of a record."""
        learnable = bool(record.learnable)
        return cls(record.name, record.kind, record.family, record.aliases, learnable)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Entry:
        """The entry that was written as JSON."""
        return cls(**{**fields, "aliases": tuple(fields["aliases"])})


def load(make: Callable[[], Iterable[Activation]]) -> dict[str, Entry]:
    """All entries of the catalogue, by key; `make` imports it, where the file does not serve."""
    digest = _digest()
    try:
        stored = json.loads(FILE.read_text("utf-8"))
        if stored["digest"] == digest:
            return {key: Entry.read(fields) for key, fields in stored["entries"].items()}
    except (OSError, ValueError, KeyError, TypeError):  # none, or one of another version
        pass
    found = {r.key: Entry.of(r) for r in sorted(make(), key=lambda r: r.key)}
    stored = {"digest": digest, "entries": {key: asdict(entry) for key, entry in found.items()}}
    with contextlib.suppress(OSError):  # a folder that others own
        _write(json.dumps(stored, indent=1))
    return found


def families() -> list[str]:
    """The modules of the catalogue, each a family: a file, or a folder of files."""
    found = iter_modules([str(FOLDER)])
    return sorted(f"{CATALOGUE}.{m.name}" for m in found if not m.name.startswith("_"))


def _digest() -> str:
    total = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*.py")):
        total.update(file.relative_to(FOLDER).as_posix().encode() + file.read_bytes())
    return total.hexdigest()


def _write(text: str) -> None:
    """Beside the file, then in its place: other processes see the old one or the new one."""
    part = FILE.with_name(f"{FILE.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8")
        part.replace(FILE)
    finally:
        part.unlink(missing_ok=True)
