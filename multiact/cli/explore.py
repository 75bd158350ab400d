"""Explore activations in a browser: sliders, derivatives, formulas; no server is needed."""

from __future__ import annotations

import argparse
import tempfile
import webbrowser
from pathlib import Path

from multiact._files import replaced
from multiact.cli.console import UsageError, find_activation, print_json, progress
from multiact.cli.parameters import accept_parameters, with_parameters
from multiact.declare.activation import Activation
from multiact.declare.registry import catalogue
from multiact.testing.trust import user_code

_FIRST = "gelu"  # of the whole catalogue
_MOST = 6  # curves at once: assets/state.js of the explorer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="*",
        help="or FILE.py:FUNCTION, MODULE:FUNCTION; default: the whole catalogue",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="such as explorer.html: write it, open nothing"
    )
    accept_parameters(parser)


def run(args: argparse.Namespace) -> int:
    """Write the page, open it, and print the name of the file."""
    from multiact.explorer import page

    given = _given(args)
    drawn = given[:_MOST]
    acts = [act.declared for act in given] if args.targets else catalogue()
    with progress("printing", len(acts)) as advance, user_code():
        text = page(dict.fromkeys(acts), drawn, advance)
    file = args.out or Path(tempfile.mkdtemp(prefix="multiact-")) / "explorer.html"
    try:
        with replaced(file) as new:
            new.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(str(error).splitlines()[0]) from error
    opened = args.out is None and webbrowser.open(file.as_uri())
    if args.json:
        print_json({"file": str(file), "drawn": [act.key for act in drawn], "opened": opened})
    else:
        print(file)
    return 0


def _given(args: argparse.Namespace) -> list[Activation]:
    """Return what is named, with its parameters; it can be drawn."""
    from multiact.explorer.contents import WHY

    targets = [find_activation(target) for target in args.targets or [_FIRST]]
    acts = with_parameters(targets, args.parameters, args.options)
    for act in acts:
        if not act.is_graph:
            raise UsageError(f"{act.key} cannot be explored: {WHY[act.kind]}")
        fixed = [p.name for p in act.settings if p.name in act.changed_defaults]
        if fixed:
            raise UsageError(f"{act.key}: {fixed[0]} is no parameter that the explorer moves")
    return acts
