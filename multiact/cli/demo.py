"""Train a small classifier in PyTorch and run the same weights in Flax and NumPy."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from multiact._adapters import require
from multiact._files import replaced
from multiact.adapters.frameworks import Unavailable, part
from multiact.cli.checking import print_rows
from multiact.cli.console import UsageError, print_json, print_table, progress
from multiact.experiments.data import load
from multiact.experiments.data.images import FULL, SUBSET
from multiact.experiments.demo import run as demonstrate
from multiact.experiments.recipe import Recipe
from multiact.experiments.result import LOGITS_GOAL, Result, Score


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        help="folder of Fashion-MNIST; 'subset': that in the source tree",
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="3 by default, 15 for the subset")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="0 by default")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="keep the weights (safetensors)"
    )


def run(args: argparse.Namespace) -> int:
    """Run the demonstration; return 1 if logits differ or a check fails."""
    subset = args.data == "subset"
    try:
        part("torch", "_train")  # fail before anything that takes time
        require("safetensors", "the demonstration", "experiments")
        images = load(SUBSET if subset else FULL, None if subset else args.data)
        enough = 3 if len(images.train) >= 30000 else 15
        epochs = enough if args.epochs is None else args.epochs
        recipe = Recipe.read("demo").changed({"epochs": epochs})
        if args.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {args.seed}")
    except (Unavailable, ModuleNotFoundError, OSError, ValueError) as error:
        raise UsageError(error) from error
    if args.output is not None and not args.output.parent.is_dir():
        raise UsageError(f"--output: there is no folder {args.output.parent}")
    output = nullcontext() if args.output is None else replaced(args.output)  # before the training
    try:
        steps = recipe.epochs * recipe.steps(len(images.train))
        with output as new, progress("training", steps) as advance:
            result = demonstrate(images, recipe, args.seed, new, lambda _: advance(""))
    except OSError as error:
        raise UsageError(f"--output: {error}") from error
    if args.output is not None:  # it was written beside
        result = replace(result, file=str(args.output))
    if args.json:
        print_json(result.as_dict())
    else:
        _print(result)
    return 1 if result.faults else 0


def _print(result: Result) -> None:
    losses = ", ".join(f"{loss:.3f}" for loss in result.losses)
    print(f"data      {result.data}")
    print(f"training  PyTorch, {result.parameters} parameters, mean loss of each epoch {losses}")
    print(f"weights   {result.file or 'one safetensors file, removed now; --output FILE keeps it'}")
    print()
    head = ("run by", "accuracy", "logits to torch", "to float64", "seconds", "verdict")
    print_table(head, map(_cells, result.scores))
    print()
    for name, (values, start) in result.learned.items():
        print(f"{name} learned, from {start:g} to {_format_values(values)}")
    print()
    if result.checks:
        failing = [row for row in result.checks if not row.ok]
        print_rows(list(result.checks), failing, {})
    print(*result.skipped, sep="\n", end="\n" if result.skipped else "")
    print("\n".join(result.faults) or f"all agree, in {result.seconds:.0f} seconds")


def _cells(score: Score) -> tuple[str, ...]:
    verdict = "ok" if score.difference < LOGITS_GOAL else "fail: logits differ"
    differences = (f"{score.difference:.1e}", f"{score.rounding:.1e}")
    return score.backend, f"{score.accuracy:.2%}", *differences, f"{score.seconds:.1f}", verdict


def _format_values(values: np.ndarray) -> str:
    if values.ndim == 0:
        return f"{values:.4f}"
    span = f"{values.min():.4f} ... {values.max():.4f}"
    return f"{span}, mean {values.mean():.4f}: one for each of {values.size} channels"
