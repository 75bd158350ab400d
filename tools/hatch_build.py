"""Build hook that generates files from the records when the package is built or installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RecordsHook(BuildHookInterface[Any]):
    """Writes the stubs, the index and the properties of the catalogue; adds them to the wheel.

    Kernels are added if `python -m tools.prebuilt` has compiled them; then the wheel is one for
    x86-64 Linux.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Import the package from the source tree, without a framework, and write them."""
        root = Path(self.root)
        sys.path[:0] = [str(root), str(root / "backends")]
        from multiact.analysis import stored
        from multiact.declare import index, registry
        from tools import stubs

        registry.names()  # writes the index if it is missing or out of date
        files = [*stubs.write(root), index.file()]
        kernels = sorted((root / "multiact" / "kernels" / "prebuilt").glob("*.so"))
        if version != "editable":
            stored.load()  # measures what has changed, which takes a while
            files += [stored.file(), *kernels]
        build_data["artifacts"] += [f.relative_to(root).as_posix() for f in files]
        if kernels and version != "editable":
            build_data["pure_python"] = False
            # libmvec has all the functions since glibc 2.35
            build_data["tag"] = "py3-none-manylinux_2_35_x86_64"
