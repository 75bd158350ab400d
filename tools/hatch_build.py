"""Build hook that generates files from the records when the package is built or installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RecordsHook(BuildHookInterface[Any]):
    """Writes the stubs and the index of the catalogue, and adds them to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Import the package from the source tree, without a framework, and write both."""
        root = Path(self.root)
        sys.path[:0] = [str(root), str(root / "backends")]
        from multiact.declare import index, registry
        from tools import stubs

        registry.names()  # writes the index if it is missing or out of date
        files = [*stubs.write(root), index.file()]
        build_data["artifacts"] += [f.relative_to(root).as_posix() for f in files]
