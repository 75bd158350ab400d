"""Draw activations and their derivatives into a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from multiact.cli.console import UsageError, found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="+", help="or FILE.py:FUNCTION, MODULE:FUNCTION"
    )
    parser.add_argument("--out", type=Path, required=True, help="FILE.png, FILE.svg or FILE.pdf")
    parser.add_argument("--derivatives", type=int, default=1, help="how many orders, default 1")
    parser.add_argument(
        "--range", type=float, nargs=2, default=(-5.0, 5.0), metavar=("LO", "HI"), help="of x"
    )


def run(given: argparse.Namespace) -> int:
    """Draw, and print the name of the file."""
    from multiact.plotting import plot

    activations = [found(target) for target in given.targets]
    try:
        figure = plot(activations, derivatives=given.derivatives, interval=tuple(given.range))
        figure.savefig(given.out)
    except (ImportError, TypeError, ValueError, OSError) as error:
        raise UsageError(str(error).splitlines()[0]) from error
    print(given.out)
    return 0
