"""The Sphinx extension that makes the pages of activations before the documentation is read."""

from __future__ import annotations

from typing import Any

from tools.site.build import build


def setup(app: Any) -> dict[str, bool]:
    """Connect with the build."""
    app.connect("builder-inited", lambda _app: build())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
