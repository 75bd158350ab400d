"""The Sphinx extension that makes the pages of activations before the documentation is read."""

from __future__ import annotations

from typing import Any

from tools.site.build import DOCS, build
from tools.site.explorer import STATIC


def setup(app: Any) -> dict[str, bool]:
    """Connect with the build."""
    # the configuration names it, and is checked before anything is built
    (DOCS / STATIC).mkdir(parents=True, exist_ok=True)
    app.connect("builder-inited", lambda _app: build())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
