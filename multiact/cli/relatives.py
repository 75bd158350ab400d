"""Say whether activations are new: which others they coincide with, or how far those are."""

from __future__ import annotations

import argparse

import multiact
from multiact.cli.console import UsageError, find_activation, print_json, progress
from multiact.cli.kinship import NEAREST, lines, verdict
from multiact.cli.parameters import accept_parameters, with_parameters
from multiact.relations import Relatives
from multiact.testing.trust import user_code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="+", help="or FILE.py:FUNCTION, MODULE:FUNCTION"
    )
    parser.add_argument(
        "--nearest", type=int, default=NEAREST, help=f"how many to list, default {NEAREST}"
    )
    accept_parameters(parser)


def run(args: argparse.Namespace) -> int:
    """Print an answer for each activation."""
    if args.nearest < 1:
        raise UsageError(f"--nearest must be 1 or more, got {args.nearest}")
    targets = [find_activation(target) for target in args.targets]
    acts = with_parameters(targets, args.parameters, args.options)
    with user_code():
        found = [compared(act) for act in acts]
    if args.json:
        print_json([f.as_dict(args.nearest) for f in found])
        return 0
    texts = ["\n".join([verdict(f), "", *lines(f, args.nearest)]) for f in found]
    print("\n\n".join(texts))
    return 0


def compared(act: multiact.Activation) -> Relatives:
    """Compare an activation with all others, with a bar that shows how far this is."""
    total = len(multiact.names(kind="elementwise"))
    try:
        with progress("comparing with", total) as advance:
            found: Relatives = multiact.relatives(act, advance=advance)
            return found
    except TypeError as error:
        raise UsageError(str(error).splitlines()[0]) from error
