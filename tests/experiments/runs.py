"""Finished runs made by hand: what `multiact.experiments.store` reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Recipe:
    data: str = "digits"
    network: str = "mlp"
    rate: float = 0.01
    momentum: float = 0.8
    epochs: int = 5


@dataclass(frozen=True)
class Run:
    activation: str
    recipe: Recipe = Recipe()
    seed: int = 0
    backend: str = "torch"
    stage: str = "final"

    @property
    def data(self) -> str:
        return self.recipe.data

    @property
    def network(self) -> str:
        return self.recipe.network


@dataclass(frozen=True)
class Record:
    run: Run
    final: dict[str, Any]
    epochs: tuple[dict[str, Any], ...] = ()


def record(
    activation, seed, accuracy=None, *, rate=0.01, data="digits", stage="final", backend="torch",
    loss=0.1, finite=True,
):  # fmt: skip
    """A run with this final accuracy in %, or with a loss alone."""
    final = {"test_loss": loss, "finite": finite}
    if accuracy is not None:
        final["test_accuracy"] = accuracy / 100
    return Record(Run(activation, Recipe(data, rate=rate), seed, backend, stage), final)


def finals(activation, accuracies, **more):
    """Final runs of the seeds 0, 1 and so on."""
    return [record(activation, seed, a, **more) for seed, a in enumerate(accuracies)]


def tuned(activation, scores, seeds=(100, 101), **more):
    """Tuning runs: at each rate of a mapping, its score, a little different for each seed."""
    return [
        record(activation, s, score + 0.1 * (-1) ** k, rate=rate, stage="tune", **more)
        for rate, score in scores.items()
        for k, s in enumerate(seeds)
    ]


def study(levels, seeds=10, *, failing=(), rates=(0.001, 0.01, 0.1), epochs=5, **run):
    """A whole study, drawn at random: tuning runs, and final ones with curves."""
    generator = np.random.default_rng(1)
    found = []
    shared = generator.normal(0, 0.5, seeds)
    for i, (name, level) in enumerate(levels.items()):
        best = rates[i % len(rates)]
        scores = {r: level - 4 * math.log10(r / best) ** 2 for r in rates}
        found += tuned(name, scores, **run)
        for seed in range(seeds):
            last = level + shared[seed] + generator.normal(0, 0.4)
            broken = name in failing and seed < 2
            made = record(name, seed, 9.8 if broken else last, rate=best, finite=not broken, **run)
            course = last - 30 * 0.5 ** np.arange(1, epochs + 1)
            lines = [{"epoch": k + 1, "test_accuracy": a / 100} for k, a in enumerate(course)]
            found.append(Record(made.run, made.final, tuple(lines[:2] if broken else lines)))
    return found
