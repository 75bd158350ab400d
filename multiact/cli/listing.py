"""List the activations, or some of them."""

from __future__ import annotations

import argparse

import multiact
from multiact.cli.console import UsageError, print_json, print_table
from multiact.declare.activation import Activation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--kind", help="only this kind, such as elementwise or gated")
    parser.add_argument("--family", help="only this catalogue file, such as piecewise")
    parser.add_argument(
        "--learnable", action="store_true", help="only those with trained parameters"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Print a row for each activation."""
    try:
        names = multiact.names(kind=args.kind, family=args.family, learnable=args.learnable or None)
    except ValueError as error:
        raise UsageError(error) from error
    records = [multiact.get(name) for name in names]
    if args.json:
        print_json([_fields(act) for act in records])
        return 0
    head = ("name", "class", "kind", "family", "learned", "from", "what it is")
    print_table(
        head,
        [
            (a.key, a.name, a.kind, a.family, ",".join(a.learnable) or "-", a.package, a.summary)
            for a in records
        ],
    )
    return 0


def _fields(act: Activation) -> dict[str, object]:
    return {
        "name": act.key,
        "class": act.name,
        "kind": act.kind,
        "family": act.family,
        "from": act.package,
        "learnable": list(act.learnable),
        "aliases": list(act.aliases),
        "summary": act.summary,
        "reference": act.reference,
    }
