"""The demonstration: train in PyTorch, save, and run the file in every other framework."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from multiact.adapters.frameworks import Unavailable, part
from multiact.checkpoints import write
from multiact.declare import registry
from multiact.experiments.architectures import mlp
from multiact.experiments.data import Dataset
from multiact.experiments.network import Act, Network, State, count, read_state
from multiact.experiments.recipe import Recipe
from multiact.experiments.result import Result, Score
from multiact.experiments.training import Advance, Task, fit, prepare, weights_of
from multiact.testing.backend import backends

if TYPE_CHECKING:
    from multiact.testing.check import Row


def described() -> Network:
    """Describe the network: the first activation learns one number, the second one a channel."""
    return mlp([784, 256, 128, 10], "talu", ({}, {"channels": 128}))


def run(
    images: Dataset, recipe: Recipe, seed: int = 0, file: Path | None = None,
    advance: Advance = lambda steps: None,
) -> Result:  # fmt: skip
    """Train a network, run the saved weights in every framework, and compare.

    Parameters
    ----------
    images
        From `load`; images of 28 x 28 pixels, of ten classes.
    recipe
        How to train.
    seed
        Determines the starting weights and the order of the images.
    file
        Where to store the weights; by default they are removed afterwards.
    advance
        Called with the number of steps that were made.

    Returns
    -------
    Result

    Raises
    ------
    Unavailable
        If PyTorch or safetensors is not installed.
    """
    start = time.perf_counter()
    network = described()
    with tempfile.TemporaryDirectory() as scratch:
        saved = file or Path(scratch) / "demo.safetensors"
        losses = _train(network, images, recipe, seed, saved, advance)
        skipped: list[str] = []
        scores = tuple(_scores(network, saved, images, skipped))
        state = read_state(network, saved)
    return Result(
        data=images.describe(),
        parameters=count(network),
        losses=tuple(losses),
        file=None if file is None else str(file),
        scores=scores,
        learned=_learned(network, state),
        checks=check_used(network, skipped),
        skipped=tuple(skipped),
        seconds=time.perf_counter() - start,
    )


def _train(
    network: Network, images: Dataset, recipe: Recipe, seed: int, file: Path, advance: Advance
) -> list[float]:
    """Train in PyTorch, save the weights, and return the mean loss of every epoch."""
    data = prepare(images, recipe, network)
    losses = []
    epochs = fit(Task(network, recipe, True), data, [recipe.rate], [seed], "torch", advance)
    for _, means, _, _, stack in epochs:  # noqa: B007
        losses.append(float(means[0]))
    write(weights_of(stack.arrays()[0]), file)
    return losses


def check_used(network: Network, skipped: list[str]) -> tuple[Row, ...]:
    """Check the activations of a network on every available backend."""
    from multiact.testing.check import check  # imports mpmath

    used = {layer.activation: None for layer in network if isinstance(layer, Act)}
    available = list(backends())
    if not available:
        skipped.append("check skipped: no backend is registered; install multiact with pip")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the frameworks' own warnings while they compile
        return tuple(check(map(registry.get, used), available))


def _scores(network: Network, saved: Path, images: Dataset, skipped: list[str]) -> Iterator[Score]:
    """Run the file in every framework, PyTorch first since the others are compared with it."""
    inputs = images.standardise(images.test.inputs)
    exact = _only(part("numpy", "_experiments").forwards(network, saved))(inputs.astype(np.float64))
    reference: np.ndarray | None = None
    for name in ("torch", "flax", "numpy"):
        start = time.perf_counter()
        try:
            forwards = part(name, "_experiments").forwards(network, saved)
        except Unavailable as missing:
            skipped.append(f"{name} skipped: {missing}")
            continue
        for backend, forward in forwards.items():
            logits = forward(inputs)
            reference = logits if reference is None else reference
            accuracy = float(np.mean(logits.argmax(1) == images.test.targets))
            difference, rounding = (_max_difference(logits, other) for other in (reference, exact))
            yield Score(backend, accuracy, difference, rounding, time.perf_counter() - start)
            start = time.perf_counter()


def _max_difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).max())


def _only(forwards: dict[str, Callable[[np.ndarray], np.ndarray]]) -> Callable[..., np.ndarray]:
    (forward,) = forwards.values()
    return forward


def _learned(network: Network, state: State) -> dict[str, tuple[np.ndarray, float]]:
    starts = {
        f"{layer.name}.{name}": float(start)
        for layer in network
        if isinstance(layer, Act)
        for name, start in layer.configuration().values.items()
    }
    return {name: (state[name], start) for name, start in starts.items() if name in state}
