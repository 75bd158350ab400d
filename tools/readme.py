"""The README's picture, for light and for dark pages: `python -m tools.readme`."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib import style

from multiact.kernels import use_engine
from tools.site.pictures import home
from tools.site.svg import SAVED

DOCS = Path(__file__).parents[1] / "docs"
_STYLES = {"light": "default", "dark": "dark_background"}


def draw() -> None:
    """Draw both, without a background of their own."""
    for name, look in _STYLES.items():
        with style.context(look), mpl.rc_context(SAVED), use_engine("reference"):
            home().draw().savefig(DOCS / f"curves-{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    draw()
