"""Evaluate an activation against baselines: check, properties, relatives, training, one page."""

from __future__ import annotations

import argparse
from pathlib import Path

from multiact.adapters.frameworks import Unavailable
from multiact.cli.console import UsageError, print_json, progress
from multiact.experiments.choice import split_choices
from multiact.testing.loading import LoadingError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add = parser.add_argument
    add("target", metavar="TARGET", help="NAME, NAME(OPTION=VALUE) or FILE.py:NAME")
    add(
        "--against", default="relu,gelu,identity", metavar="LIST",
        help="baselines, the most important first; relu,gelu,identity by default",
    )  # fmt: skip
    add(
        "--recipe", action="append", metavar="NAME",
        help="a recipe, or FILE.toml; digits by default; repeatable",
    )  # fmt: skip
    add("--seeds", type=int, default=10, metavar="N", help="10 by default")
    add("--backend", default="torch", choices=("torch", "flax"), help="torch by default")
    add(
        "--out", type=Path, default=Path("evaluation"), metavar="FOLDER",
        help="of the page and the runs; ./evaluation by default",
    )  # fmt: skip
    add("--workers", type=int, default=1, metavar="N", help="processes; 1 by default")


def run(args: argparse.Namespace) -> int:
    """Write the page, and print the verdict."""
    from multiact.experiments.evaluation import evaluate

    if args.workers < 1:
        raise UsageError(f"--workers must be 1 or more, got {args.workers}")
    try:
        with progress("evaluating", 100) as advance:
            found = evaluate(
                args.target, split_choices(args.against), recipes=args.recipe or ["digits"],
                seeds=args.seeds, backend=args.backend, out=args.out, workers=args.workers,
                report=advance,
            )  # fmt: skip
    except (Unavailable, ImportError, LoadingError, LookupError, TypeError, ValueError,
            OSError) as error:  # fmt: skip
        raise UsageError(str(error).splitlines()[0]) from error
    if args.json:
        print_json(found.as_dict())
    else:
        print(f"{found.activation}: {found.conclusion.kind}")
        print(*(f"- {sentence}" for sentence in found.conclusion.sentences), sep="\n")
        print(f"\n{args.out / 'index.html'} has the rest")
    return 1 if found.conclusion.kind == "broken" else 0
