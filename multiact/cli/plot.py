"""Draw activations and their derivatives, and save the figure to a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from multiact._files import replaced
from multiact.cli.console import UsageError, find_activation, print_json
from multiact.cli.parameters import accept_parameters, with_parameters
from multiact.testing.trust import user_code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "targets", metavar="NAME", nargs="+", help="or FILE.py:FUNCTION, MODULE:FUNCTION"
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="such as talu.png, .svg or .pdf"
    )
    parser.add_argument("--derivatives", type=int, default=1, help="how many orders, default 1")
    parser.add_argument(
        "--range", type=float, nargs=2, default=(-5.0, 5.0), metavar=("LO", "HI"), help="range of x"
    )
    parser.add_argument(
        "--seeds", type=int, default=4, help="how many random starts and draws of noise, default 4"
    )
    accept_parameters(parser)


def run(args: argparse.Namespace) -> int:
    """Save the figure, and print the name of the file."""
    from multiact.plotting import plot

    targets = [find_activation(target) for target in args.targets]
    acts = with_parameters(targets, args.parameters, args.options)
    try:
        with user_code():
            figure = plot(
                acts, derivatives=args.derivatives, interval=tuple(args.range), seeds=args.seeds
            )
        with replaced(args.out) as new:
            figure.savefig(new)
    except (ImportError, TypeError, ValueError, OSError) as error:
        raise UsageError(str(error).splitlines()[0]) from error
    if args.json:
        curves = [text.get_text() for text in figure.legends[0].get_texts()]
        print_json({"file": str(args.out), "legend": curves, "panels": len(figure.axes)})
    else:
        print(args.out)
    return 0
