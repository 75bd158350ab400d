"""The page of the explorer: one HTML file, or parts of a page with scripts beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from multiact.declare.activation import Activation
from multiact.explorer.contents import WHY, activation, functions
from multiact.explorer.javascript import FUNCTIONS

#: the scripts, in the order in which they are loaded; after the first come the programs
SCRIPTS = (
    "programs.js",
    "formula.js",
    "jets.js",
    "curve.js",
    "plot.js",
    "code.js",
    "state.js",
    "explorer.js",
)


@cache
def asset(name: str) -> str:
    """Return a file of the folder `assets`."""
    return files(__package__).joinpath("assets", name).read_text("utf-8")


def programs(acts: Iterable[Activation], advance: Callable[[str], Any] = str) -> str:
    """Return the script that tells the page all about activations.

    Parameters
    ----------
    acts
        The activations; those that cannot be drawn are named with the reason.
    advance
        What is told the name of each when it is printed.

    Returns
    -------
    str
        JavaScript, which needs assets/programs.js.
    """
    parts, omitted = [functions()], dict[str, str]()
    for act in acts:
        if act.is_graph:
            parts.append(activation(act))
        else:
            omitted[act.key] = WHY[act.kind]
        advance(act.key)
    names = ",".join(sorted(FUNCTIONS))
    head = f'"use strict";\n(() => {{\nconst {{{names}}}=explorer.elementary;\n'
    return f"{head}{''.join(parts)}explorer.omitted={json.dumps(omitted)};\n}})();\n"


def page(acts: Iterable[Activation], advance: Callable[[str], Any] = str) -> str:
    """Return the explorer of some activations as one HTML file that needs no other.

    Parameters
    ----------
    acts
        The activations to choose from; the first one is drawn at the start.
    advance
        What is told the name of each activation when it is printed.

    Returns
    -------
    str
        HTML.
    """
    first, *others = (asset(name) for name in SCRIPTS)
    scripts = "\n".join([first, programs(acts, advance), *others])
    parts = {"style": asset("explorer.css"), "body": asset("body.html"), "script": scripts}
    text = asset("page.html")
    for name, part in parts.items():
        text = text.replace(f"{{{{ {name} }}}}", part, 1)
    return text
