"""The training of a stack: runs that differ in their seeds and rates alone, side by side."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from multiact.adapters.frameworks import part
from multiact.experiments.data import Dataset, Split, batches, load
from multiact.experiments.network import Conv, Network, Own, State, leaves, start
from multiact.experiments.recipe import Recipe
from multiact.experiments.run import Run, build_network
from multiact.experiments.store import Place
from multiact.testing.trust import user_code

#: a run that takes longer between two checkpoints would lose more than it costs to write them
_SECONDS_BETWEEN = 20.0
#: larger stacks are hardly faster, and smaller ones keep all workers busy
LARGEST = 40

Advance = Callable[[int], None]


class Adam:
    """The constants of Adam, those of its paper (Kingma and Ba 2014, arXiv:1412.6980)."""

    mean, square, epsilon = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Task:
    """What a stack of networks learns, in the way of a recipe.

    Attributes
    ----------
    network, recipe
        The layers, and how they are trained.
    classification
        Whether the loss is the cross entropy; otherwise it is half the mean square error.
    """

    network: Network
    recipe: Recipe
    classification: bool


@dataclass(frozen=True)
class Scores:
    """Means over a set of examples, one number for each run of a stack.

    Attributes
    ----------
    loss, accuracy
        Accuracy is None for a regression.
    dead
        Share of the units of all activations whose output is the same for all examples.
    """

    loss: np.ndarray
    accuracy: np.ndarray | None
    dead: np.ndarray


class Stack(Protocol):
    """Networks of one shape in a framework; `multiact_X._train.Stack` has these methods.

    `Stack(task, rates, seeds, states)` makes one, with a rate, a seed and a state for each run.
    Beside it, `stackable(network)` says whether a stack may have several runs.
    """

    def epoch(
        self, inputs: Any, targets: Any, orders: np.ndarray, factors: np.ndarray, advance: Advance
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on all examples, each run in its order; return losses and sums of squares."""
        ...

    def evaluate(self, inputs: Any, targets: Any) -> Scores:
        """Return the scores of all runs."""
        ...

    def learned(self) -> State:
        """Return what activations learned, by full names, with an axis in front for the runs."""
        ...

    def arrays(self) -> list[State]:
        """Return what each run needs to go on: weights, and the optimiser's, "~" in their names."""
        ...


def prepare(data: Dataset, recipe: Recipe, network: Network) -> Dataset:
    """Return the data as the network takes them: float32, images with channels or in rows.

    Symbols are integers.
    """
    images = any(isinstance(layer, Conv) for layer in leaves(network))
    images |= isinstance(network[0], Own) and data.image != ()

    def converted(split: Split) -> Split:
        targets = split.targets.astype(np.int64 if data.classes else np.float32)
        x = split.inputs
        if data.symbols:
            return Split(x.astype(np.int64), targets)
        y = data.standardise(x) if recipe.scaling == "standard" else _halved(x, data.name)
        if not images:
            y = y.reshape(len(y), -1)
        else:  # colours come first, and go to the end
            y = np.moveaxis(y, 1, -1) if y.ndim == 4 else y[..., None]
        return Split(np.ascontiguousarray(y), targets)

    return replace(data, train=converted(data.train), test=converted(data.test))


def _halved(x: np.ndarray, name: str) -> np.ndarray:
    if x.dtype != np.uint8:
        raise ValueError(
            f"scaling = 'half' is for images with pixels from 0 to 255, not for {name}"
        )
    return x.astype(np.float32) * np.float32(2 / 255) - np.float32(1)


def fit(
    task: Task,
    data: Dataset,
    rates: Sequence[float],
    seeds: Sequence[int],
    backend: str,
    advance: Advance = lambda steps: None,
    states: Sequence[State] | None = None,
    first: int = 0,
    begin: Callable[[Stack], None] = lambda stack: None,
) -> Iterator[tuple[int, np.ndarray, np.ndarray, Scores, Stack]]:
    """Train a stack on prepared data, and yield after every epoch.

    Parameters
    ----------
    task
        What is learned.
    data
        Prepared data.
    rates, seeds
        A learning rate and a seed for each run.
    backend
        "torch" or "flax".
    advance
        Called with the number of steps that were made, times the number of runs.
    states
        Where the runs stand, if they do not start.
    first
        The number of epochs that are done.
    begin
        Called with the stack before the first of these epochs.

    Yields
    ------
    tuple
        The number of epochs done, the mean training losses and the norms of the last gradient
        (one for each run), the scores, and the stack.
    """
    recipe, count = task.recipe, len(data.train)
    states = [start(task.network, seed) for seed in seeds] if states is None else states
    guarded = user_code if isinstance(task.network[0], Own) else nullcontext
    with guarded():
        stack: Stack = part(backend, "_train").Stack(task, rates, seeds, states)
    begin(stack)
    steps = recipe.steps(count)
    for epoch in range(first, recipe.epochs):
        orders = np.stack([_order(count, seed, epoch) for seed in seeds])
        at = range(epoch * steps, (epoch + 1) * steps)
        factors = np.asarray([recipe.factor(step, count) for step in at])
        inputs, targets = data.train.inputs, data.train.targets
        with guarded():
            losses, squares = stack.epoch(inputs, targets, orders, factors, advance)
            scores = stack.evaluate(data.test.inputs, data.test.targets)
        yield epoch + 1, losses, np.sqrt(squares), scores, stack


def _order(count: int, seed: int, epoch: int) -> np.ndarray:
    (order,) = batches(count, count, seed=seed, epoch=epoch)
    return order


def weights_of(arrays: State) -> State:
    """Return the weights among what a run needs to go on."""
    return {name: array for name, array in arrays.items() if not name.startswith("~")}


def train_group(
    runs: Sequence[Run], out: str | os.PathLike[str], advance: Advance = lambda epochs: None
) -> None:
    """Train runs that differ in seed and rate alone, and store their results.

    Parameters
    ----------
    runs
        The runs; those that stopped go on where their last checkpoint was.
    out
        The folder of all results.
    advance
        Called with the number of epochs that were made.
    """
    run = runs[0]
    data = load(run.data)
    if data.name != run.data:
        raise FileNotFoundError(f"{run.data} is not installed; what there is is {data.name}")
    data = data.holdout() if run.stage == "tune" else data
    network = build_network(run, data)
    data = prepare(data, run.recipe, network)
    task = Task(network, run.recipe, bool(data.classes))
    places = [Place(out, r) for r in runs]
    opened = [place.open() for place in places]
    for first in sorted({epoch for epoch, _ in opened}):
        parts = [i for i, (epoch, _) in enumerate(opened) if epoch == first]
        states = [opened[i][1] or start(network, runs[i].seed) for i in parts]
        for chunk in _chunks(len(parts), part(run.backend, "_train").stackable(network)):
            chosen = [parts[i] for i in chunk]
            _train(
                task, data, [runs[i] for i in chosen], [places[i] for i in chosen],
                [states[i] for i in chunk], first, advance,
            )  # fmt: skip


def _chunks(count: int, together: bool) -> Iterator[range]:
    size = LARGEST if together else 1
    return (range(i, min(i + size, count)) for i in range(0, count, size))


def _train(
    task: Task, data: Dataset, runs: Sequence[Run], places: Sequence[Place],
    states: Sequence[State], first: int, advance: Advance,
) -> None:  # fmt: skip
    rates, seeds = [run.recipe.rate for run in runs], [run.seed for run in runs]
    began = saved = time.perf_counter()

    def begin(stack: Stack) -> None:
        if first == 0:
            _learned(places, 0, stack)

    epochs = fit(task, data, rates, seeds, runs[0].backend, states=states, first=first, begin=begin)
    for epoch, losses, norms, scores, stack in epochs:
        now = time.perf_counter()
        lines = [_line(epoch, losses[i], norms[i], scores, i) for i in range(len(runs))]
        for place, line in zip(places, lines, strict=True):
            place.append(line, (now - began) / len(runs))
        _learned(places, epoch, stack)
        last = epoch == task.recipe.epochs
        if last or now - saved > _SECONDS_BETWEEN:
            saved = now
            for i, arrays in enumerate(stack.arrays()):
                if last:
                    places[i].finish(_final(lines[i], places[i]), weights_of(arrays))
                else:
                    places[i].checkpoint(epoch, arrays)
        advance(len(runs))
        began = time.perf_counter()


def _learned(places: Sequence[Place], epoch: int, stack: Stack) -> None:
    """Store what the activations have learned after so many epochs."""
    if learned := stack.learned():
        for i, place in enumerate(places):
            place.learn({"epoch": epoch, **{n: a[i].tolist() for n, a in learned.items()}})


def _line(epoch: int, loss: Any, norm: Any, scores: Scores, i: int) -> dict[str, Any]:
    accuracy = {} if scores.accuracy is None else {"test_accuracy": float(scores.accuracy[i])}
    return {
        "epoch": epoch,
        "train_loss": float(loss),
        "test_loss": float(scores.loss[i]),
        **accuracy,
        "gradient_norm": float(norm),
        "dead": float(scores.dead[i]),
    }


def _final(line: dict[str, Any], place: Place) -> dict[str, Any]:
    finite = math.isfinite(line["train_loss"]) and math.isfinite(line["test_loss"])
    return {**line, "finite": finite, "seconds": round(place.seconds(), 4)}
