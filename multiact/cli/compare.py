"""Compare trained activations with a baseline: differences, intervals, tests and verdicts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from multiact._files import replaced
from multiact.cli.console import UsageError, print_json, print_table
from multiact.experiments.compare import Comparison, compare
from multiact.experiments.pictures import picture
from multiact.experiments.report import FORMATS, sections
from multiact.experiments.shapes import picture_by_epoch
from multiact.testing.loading import LoadingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("folder", metavar="FOLDER", help="of the runs, from `multiact train`")
    parser.add_argument("--baseline", metavar="NAME", default="relu", help="default relu")
    parser.add_argument(
        "--margin", type=float, metavar="D",
        help="smaller differences do not matter; default 0.5 points, or 5 %% of a loss",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=("table", *FORMATS), default="table", help="default table"
    )
    parser.add_argument(
        "--plot", metavar="FILE", type=Path, help="draw it, to a .png, .svg or .pdf"
    )
    parser.add_argument(
        "--shapes", metavar="FILE", type=Path,
        help="draw the shapes of learned activations by epoch, to a .png, .svg or .pdf",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print the comparison."""
    try:
        comparison = compare(args.folder, args.baseline, margin=args.margin)
        if args.plot is not None:
            _save(picture(comparison), args.plot)
        if args.shapes is not None:
            _save(picture_by_epoch(comparison.records), args.shapes)
    except (ImportError, LookupError, ValueError, TypeError, OSError, LoadingError) as error:
        raise UsageError(error) from error
    if args.json:
        print_json(comparison.as_dict())
    elif args.format == "table":
        _print(comparison)
    else:
        print(FORMATS[args.format](comparison), end="")
    if args.format == "csv" and comparison.warnings:  # it has no place for them
        print(*comparison.warnings, sep="\n", file=sys.stderr)
    return 0


def _print(comparison: Comparison) -> None:
    for section in sections(comparison):
        print(section.title)
        print_table(section.head, section.rows)
        print()
    for warning in comparison.warnings:
        print(f"warning: {warning}")


def _save(figure: Figure, file: Path) -> None:
    with replaced(file) as new:
        figure.savefig(new)
