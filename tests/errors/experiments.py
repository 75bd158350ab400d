"""Wrong calls of experiments."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

from multiact.experiments import compare
from multiact.experiments.rates import choose_rate
from multiact.experiments.statistics import paired, seeds_needed
from tests.errors import Case
from tests.experiments.runs import finals, record, tuned

RELU = finals("relu", [90.0, 91.0])

COMPARISONS = [
    ("no runs", lambda _: compare([]), ValueError, ("one final run or more", "got none")),
    ("tuning alone", lambda _: compare(tuned("relu", {0.1: 90.0})), ValueError, ("one final run or more", "2 of the stage 'tune'")),
    ("baseline", lambda _: compare(RELU, "rleu"), LookupError, ("no run of the baseline 'rleu'", "did you mean 'relu'")),
    ("margin", lambda _: compare(RELU, margin=0.0), ValueError, ("margin must be positive", "got 0.0")),
    ("rates", lambda _: compare([*RELU, record("relu", 5, 90.0, rate=0.3)]), ValueError, ("relu has final runs with rates 0.01, 0.3", "none was tuned")),
    ("twice", lambda _: compare([*RELU, *RELU]), ValueError, ("relu has two final runs with seed 0",)),
    ("choice", lambda _: choose_rate(RELU), ValueError, ("tuning runs of one activation", "got none")),
    ("choices", lambda _: choose_rate([*tuned("relu", {0.1: 90.0}), *tuned("gelu", {0.1: 90.0})]), ValueError, ("got relu (digits, mlp, torch), gelu (",)),
    ("no pair", lambda _: paired([]), ValueError, ("one or more finite numbers", "got []")),
    ("NaN", lambda _: paired([0.1, float("nan")]), ValueError, ("one or more finite numbers", "nan")),
    ("effect", lambda _: seeds_needed(0.0, 1.0), ValueError, ("effect must be positive", "got 0.0 and 1.0")),
    ("power", lambda _: seeds_needed(0.5, 1.0, power=1.0), ValueError, ("power between 0 and 1", "got 1 and 1.0")),
]  # fmt: skip

CASES: list[Case] = [
    *(Case(f"comparison: {label}", *rest, "scipy") for label, *rest in COMPARISONS),
]
