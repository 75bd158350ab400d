"""Draw activations and their derivatives, and save the figure to a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from multiact._files import replaced
from multiact.cli.console import UsageError, find_activation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="+", help="or FILE.py:FUNCTION, MODULE:FUNCTION"
    )
    parser.add_argument("--out", type=Path, required=True, help="FILE.png, FILE.svg or FILE.pdf")
    parser.add_argument("--derivatives", type=int, default=1, help="how many orders, default 1")
    parser.add_argument(
        "--range", type=float, nargs=2, default=(-5.0, 5.0), metavar=("LO", "HI"), help="range of x"
    )


def run(args: argparse.Namespace) -> int:
    """Save the figure, and print the name of the file."""
    from multiact.plotting import plot

    activations = [find_activation(target) for target in args.targets]
    try:
        figure = plot(activations, derivatives=args.derivatives, interval=tuple(args.range))
        with replaced(args.out) as new:
            figure.savefig(new)
    except (ImportError, TypeError, ValueError, OSError) as error:
        raise UsageError(str(error).splitlines()[0]) from error
    print(args.out)
    return 0
