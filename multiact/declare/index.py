"""The index of the catalogue: its names and kinds, available without importing it.

The index is a file beside the formulas.  It is written when a wheel is built, and again
whenever the formulas have changed since; where it cannot be written, every process builds it
anew.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from multiact.declare.activation import Activation

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = "multiact.catalogue"
# a year stands alone: it is no part of an identifier such as arXiv:2005.01234
_YEAR = r"(?<![\w.:/-])(1[6-9]\d\d|20\d\d)(?![\w/-]|\.\d)"


@dataclass(frozen=True)
class Entry:
    """What is known about an activation before its family is imported."""

    name: str
    kind: str
    family: str
    aliases: tuple[str, ...]
    learnable: bool
    year: int | None

    @classmethod
    def of(cls, record: Activation) -> Entry:
        """Return the entry of a record."""
        return cls(
            record.name, record.kind, record.family, record.aliases, bool(record.learnable),
            year(record.reference),
        )  # fmt: skip

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Entry:
        """Return the entry that was stored as JSON."""
        return cls(**{**fields, "aliases": tuple(fields["aliases"])})


@lru_cache(maxsize=4096)  # it is asked for each time that names are listed
def year(reference: str) -> int | None:
    """Return the year of a reference; None if it names none."""
    match = re.search(_YEAR, reference)
    return int(match[0]) if match else None


def load(make: Callable[[], Iterable[Activation]]) -> dict[str, Entry]:
    """Return all entries of the catalogue, by key.

    If the stored index is missing or out of date, `make` imports the catalogue to rebuild it.
    """
    import json  # not at the top: `import multiact` alone reads no file

    current = digest()
    try:
        stored = json.loads(file().read_text("utf-8"))
        if stored["digest"] == current:
            return {key: Entry.read(fields) for key, fields in stored["entries"].items()}
    except (OSError, ValueError, KeyError, TypeError):  # missing, or written by another version
        pass
    entries = {r.key: Entry.of(r) for r in sorted(make(), key=lambda r: r.key)}
    stored = {"digest": current, "entries": {key: asdict(entry) for key, entry in entries.items()}}
    with contextlib.suppress(OSError):  # a folder that we may not write to
        write(file(), json.dumps(stored, indent=1))
    return entries


def families() -> list[str]:
    """List the modules of the catalogue; each is a family: a file or a folder of files."""
    from pkgutil import iter_modules

    modules = iter_modules([str(_folder())])
    return sorted(f"{CATALOGUE}.{m.name}" for m in modules if not m.name.startswith("_"))


def file() -> Path:
    """Return where the index is stored."""
    return _folder() / "_index.json"


def _folder() -> Path:
    from pathlib import Path

    return Path(__file__).parents[1] / "catalogue"


def digest(folder: Path | None = None) -> str:
    """Return a digest of the sources in a folder, by default of the formulas."""
    from hashlib import sha256

    folder, total = folder or _folder(), sha256()
    for source in sorted(folder.rglob("*.py")):
        total.update(source.relative_to(folder).as_posix().encode() + source.read_bytes())
    return total.hexdigest()


def write(target: Path, text: str) -> None:
    """Replace a file atomically, so that other processes see the old one or the new one."""
    part = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        part.write_text(text, "utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
