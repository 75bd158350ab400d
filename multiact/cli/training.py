"""Train networks with several activations, to compare them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multiact.adapters.frameworks import Unavailable, part
from multiact.cli.console import UsageError, print_json, print_table, progress
from multiact.experiments import Recipe, Run, grid, own, train
from multiact.experiments.choice import Choice, split_choices
from multiact.experiments.store import records_of
from multiact.experiments.sweep import tune
from multiact.testing.loading import LoadingError

#: what a user can correct
_ERRORS = (Unavailable, ImportError, OSError, LookupError, ValueError, TypeError, LoadingError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add = parser.add_argument
    add(
        "--activations", required=True, action="append", metavar="LIST",
        help="NAME, NAME(OPTION=VALUE), FILE.py:NAME, each with +tied for one module in all layers",
    )  # fmt: skip
    add("--out", required=True, type=Path, metavar="FOLDER", help="where the results are")
    add("--recipe", default="digits", metavar="NAME", help="a recipe, or FILE.toml")
    add("--data", metavar="NAME", help="other data than the recipe's")
    add("--network", metavar="NAME", help="another network than the recipe's, or FILE.py:NAME")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="change the recipe")
    add("--seeds", type=int, default=5, metavar="N", help="5 by default")
    add(
        "--rates", default="", metavar="LIST",
        help="learning rates; 'tune': each activation's best of the recipe's rates",
    )  # fmt: skip
    add("--tuning-seeds", type=int, default=3, metavar="N", help="for 'tune'; 3 by default")
    add("--backend", default="torch", choices=("torch", "flax"), help="torch by default")
    add("--workers", type=int, default=1, metavar="N", help="processes; 1 by default")
    add("--cluster", metavar="URL", help="dask://HOST:PORT or ray://HOST:PORT")


def run(args: argparse.Namespace) -> int:
    """Train what is missing in the folder, and print the results."""
    activations = [name for text in args.activations for name in split_choices(text)]
    try:
        recipe = _recipe(args)
        _check(activations, recipe)
        if args.seeds < 1 or args.tuning_seeds < 1:
            raise ValueError("--seeds and --tuning-seeds must be 1 or more")
        part(args.backend, "_train")
        runs = _train(args, activations, recipe)
    except _ERRORS as error:
        raise UsageError(error) from error
    _print(args, runs)
    return 0


def _check(activations: Sequence[str], recipe: Recipe) -> None:
    """Read what a user's files are to have, before anything is trained."""
    try:
        for text in activations:
            Choice.parse(text)
    except LoadingError as error:
        raise UsageError(f"--activations: {error}") from error
    if own.is_own(recipe.network):
        own.function(recipe.network)


def _recipe(args: argparse.Namespace) -> Recipe:
    given = {"data": args.data, "network": args.network}
    changes = {name: value for name, value in given.items() if value is not None}
    for text in args.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"--set {text}: write KEY=VALUE")
        changes[name.strip()] = value.strip()
    return Recipe.read(args.recipe).changed(changes)


def _train(args: argparse.Namespace, activations: Sequence[str], recipe: Recipe) -> list[Run]:
    """Train everything; return the runs of the comparison."""
    if args.rates != "tune":
        rates = recipe.changed({"rates": args.rates}).rates if args.rates else ()
        runs = grid(activations, recipe, args.seeds, args.backend, rates)
        _trained(args, "training", runs, train)
        return runs
    if not recipe.rates:
        raise ValueError(f"the recipe {args.recipe} has no rates to tune; --set rates=1e-3,1e-2")
    tuning = grid(activations, recipe, args.tuning_seeds, args.backend, recipe.rates, "tune")
    rates = _trained(args, "tuning", tuning, tune)
    runs = [r for n in rates for r in grid([n], recipe, args.seeds, args.backend, [rates[n]])]
    _trained(args, "training", runs, train)
    return runs


def _trained(args: argparse.Namespace, what: str, runs: list[Run], train: Any) -> Any:
    """Train with a bar of progress."""
    with progress(what, sum(run.recipe.epochs for run in runs)) as advance:
        made = 0

        def report(epochs: int, _total: int) -> None:
            nonlocal made
            made += epochs
            advance(f"{made} epochs", epochs)

        return train(runs, args.out, workers=args.workers, cluster=args.cluster, report=report)


def _print(args: argparse.Namespace, runs: Sequence[Run]) -> None:
    records = records_of(runs, args.out)
    if args.json:
        print_json([record.run.as_dict() | dict(record.final) for record in records])
        return
    groups: dict[tuple[str, float], list[dict[str, float]]] = {}
    for record in records:
        key = (record.run.activation, record.run.recipe.rate)
        groups.setdefault(key, []).append(dict(record.final))
    measure = "test_accuracy" if "test_accuracy" in records[0].final else "test_loss"
    rows = [
        (name, f"{rate:g}", str(len(finals)), _mean(finals, measure), _mean(finals, "seconds"))
        for (name, rate), finals in groups.items()
    ]
    head = ("activation", "rate", "seeds", f"mean {measure.replace('_', ' ')}", "seconds a run")
    print_table(head, rows)
    print(f"\nmultiact compare {args.out} tells which differences are real")


def _mean(finals: Sequence[dict[str, float]], name: str) -> str:
    values = [final[name] for final in finals if final[name] is not None]
    return f"{sum(values) / len(values):.4f}" if len(values) == len(finals) else "not finite"
