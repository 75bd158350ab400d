"""The explorer in the documentation: its scripts as files, and what its page includes."""

from __future__ import annotations

from collections.abc import Iterable

from multiact.declare.activation import Activation
from multiact.explorer.page import SCRIPTS, asset, body, programs

FOLDER = "_explorer"  # of docs/
STATIC = f"{FOLDER}/static"  # copied to the static files of the site
_CATALOGUE = "catalogue.js"


def files(statements: Iterable[str]) -> dict[str, str]:
    """Return the files of the explorer by name.

    Parameters
    ----------
    statements
        What the explorer is told of each activation.

    Returns
    -------
    dict
    """
    first, *others = SCRIPTS
    texts = {name: asset(name) for name in (*SCRIPTS, "explorer.css")}
    texts[_CATALOGUE] = programs(statements)
    # plain scripts, in order: a page that is read from a disk may load no modules
    loaded = "".join(
        f'<script defer src="_static/explorer/{name}"></script>\n'
        for name in (first, _CATALOGUE, *others)
    )
    style = '<link rel="stylesheet" href="_static/explorer/explorer.css">\n'
    fragment = style + body(start="a=gelu", pages="activations/") + loaded
    texts = {f"static/explorer/{name}": text for name, text in texts.items()}
    return {"explorer.html": fragment, **texts}


def link(act: Activation) -> str:
    """Return a link from the page of an activation to its curve."""
    return f'<a href="../explorer.html#a={act.key}">Open in the explorer</a>'
