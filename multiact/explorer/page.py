"""The page of the explorer: one HTML file, or the parts of a page with scripts beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import numpy as np

from multiact.declare.activation import Activation
from multiact.explorer.contents import functions, statement
from multiact.explorer.javascript import FUNCTIONS

#: the scripts in the order in which they are loaded; programs come after the first
SCRIPTS = tuple(
    f"{name}.js"
    for name in "base formula jets curve plot words code state cards gestures explorer".split()
)


@cache
def asset(name: str) -> str:
    """Return a file of the folder `assets`."""
    return files(__package__).joinpath("assets", name).read_text("utf-8")


def programs(statements: Iterable[str]) -> str:
    """Return the script with all that is computed, to be loaded after base.js.

    Parameters
    ----------
    statements
        What `multiact.explorer.contents.statement` returns, for each activation.

    Returns
    -------
    str
        JavaScript.
    """
    head = f"const {{{','.join(sorted(FUNCTIONS))}}}=explorer.elementary;\n"
    body = "".join([head, functions(), *statements])
    return f'"use strict";\n(() => {{\n{body}}})();\n'


def address(acts: Iterable[Activation]) -> str:
    """Return what stands after the # where these activations are drawn."""
    entries: list[tuple[str, str]] = []
    for act in acts:
        entries.append(("a", act.key))
        learned = {p.name for p in act.parameters}
        for name, value in act.changed_defaults.items():
            if name in learned:
                entries.append((f".{name}", ",".join(map(repr, np.ravel(value).tolist()))))
    return urlencode(entries)


def body(**data: str) -> str:
    """Return what stands within a page of HTML.

    Parameters
    ----------
    **data
        `start`: the address of what is drawn at first; `pages`: the folder of the pages of
        activations, if there are any.

    Returns
    -------
    str
        HTML.
    """
    attributes = " ".join(f'data-{name}="{escape(text)}"' for name, text in data.items())
    return asset("body.html").replace("{{ data }}", attributes, 1)


def page(
    acts: Iterable[Activation], drawn: Iterable[Activation], advance: Callable[[str], Any] = str
) -> str:
    """Return the explorer of some activations as one HTML file that needs no other.

    Parameters
    ----------
    acts
        The activations to choose from.
    drawn
        Those that are drawn at the start, with the defaults that they have.
    advance
        What is told the name of each activation before it is printed.

    Returns
    -------
    str
        HTML.
    """

    def printed(act: Activation) -> str:
        advance(act.key)
        return statement(act)

    first, *others = map(asset, SCRIPTS)
    script = "\n".join([first, programs(map(printed, acts)), *others])
    parts = {"style": asset("explorer.css"), "body": body(start=address(drawn)), "script": script}
    text = asset("page.html")
    for name, part in parts.items():
        text = text.replace(f"{{{{ {name} }}}}", part, 1)
    return text
