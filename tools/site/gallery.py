"""How sphinx-gallery finds the picture of each example in docs/gallery."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def saved_picture(block: Any, variables: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Move the picture that an example has saved to the gallery, and return it in RST.

    Sphinx-gallery's own way finds figures of pyplot, which ours are not.  An example that has
    saved none is an error.
    """
    from sphinx_gallery.scrapers import figure_rst

    example = Path(variables["src_file"])
    target = next(variables["image_path_iterator"])
    shutil.move(example.with_suffix(".png"), target)
    title = example.read_text("utf-8").splitlines()[1]
    text: str = figure_rst([target], settings["src_dir"], fig_titles=title)
    return text
