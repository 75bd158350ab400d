"""Where the files of a set are: in a folder that was named, or where the system installs it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

Root = str | os.PathLike[str] | None

VARIABLE = "MULTIACT_DATA"
#: the folder of sets of Debian's packages
SYSTEM = Path("/usr/share/datasets")


@dataclass(frozen=True)
class Place:
    """Where a set may be.

    Attributes
    ----------
    title
        The set's name in errors.
    files
        Names of the file by which its folder is known, the usual one first.
    layouts
        The folders below the named one that may hold it, in the order of the search.
    ways
        How to get the set, for errors.
    """

    title: str
    files: tuple[str, ...]
    layouts: tuple[str, ...]
    ways: str

    def search(self, root: Root) -> Path | None:
        """Return the folder with the set; None if none was named and the system has none.

        Raises
        ------
        FileNotFoundError
            If a folder was named, by `root` or the variable, that does not have the set.
        """
        named = root if root is not None else os.environ.get(VARIABLE)
        for folder in (Path(named or SYSTEM) / layout for layout in self.layouts):
            if any((folder / file).is_file() for file in self.files):
                return folder
        if not named:
            return None
        whose = "" if root is not None else f" (from {VARIABLE})"
        raise FileNotFoundError(
            f"no {self.title} in {named}{whose}: expected {self.files[0]}; to get it, {self.ways}"
        )

    def find(self, root: Root) -> Path:
        """Return the folder with the set.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        folder = self.search(root)
        if folder is None:
            raise FileNotFoundError(f"{self.title} is not installed: {self.ways}")
        return folder
