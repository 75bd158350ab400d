"""Draw activations and their derivatives or gradients, and save the figure to a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from multiact._files import replaced
from multiact.cli.console import UsageError, find_activation, print_json
from multiact.cli.parameters import accept_parameters, with_parameters
from multiact.testing.trust import user_code

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
        "--surface", action="store_true",
        help="f(x) + f(y) as a surface and the norm of its gradient as a heat map, not curves",
    )  # fmt: skip
    parser.add_argument(
        "--range", type=float, nargs=2, default=(-5.0, 5.0), metavar=("LO", "HI"), help="range of x"
    )
    parser.add_argument(
        "--seeds", type=int, default=4, help="how many random starts and draws of noise, default 4"
    )
    accept_parameters(parser)


def run(args: argparse.Namespace) -> int:
    """Save the figure, and print the name of the file."""
    from multiact.plotting import plot, plot_surface

    targets = [find_activation(target) for target in args.targets]
    acts = with_parameters(targets, args.parameters, args.options)
    try:
        with user_code():
            interval = tuple(args.range)
            if args.surface:
                figure = plot_surface(acts, interval=interval)
            else:
                figure = plot(
                    acts, derivatives=args.derivatives, interval=interval, seeds=args.seeds
                )
        with replaced(args.out) as new:
            figure.savefig(new)
    except (ImportError, TypeError, ValueError, OSError) as error:
        raise UsageError(str(error).splitlines()[0]) from error
    if args.json:
        print_json({"file": str(args.out), "legend": _names(figure), "panels": len(figure.axes)})
    else:
        print(args.out)
    return 0


def _names(figure: Figure) -> list[str]:
    """Return the texts of the legend, instead of which surfaces have titles."""
    if figure.legends:
        return [text.get_text() for text in figure.legends[0].get_texts()]
    return [title for axes in figure.axes if (title := axes.get_title(loc="left"))]
