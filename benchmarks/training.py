"""Training: stacks of runs, and the loops that a user would write by hand.

python -m benchmarks.training [--seconds 1]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks import frameworks
from benchmarks.rivals import Place, Rivals
from benchmarks.timing import Run, compare
from multiact.experiments import Network, Recipe, mlp, start
from multiact.experiments.training import Task

ONE, MANY = 1.06, 0.25
STEPS = 20
BOOK = mlp([784, 256, 192, 128, 64, 10], "relu")
DIGITS = mlp([64, 64, 32, 10], "relu")
SGD = Recipe(optimizer="sgd", momentum=0.8, schedule="constant", batch_size=128)


def trainings() -> Iterator[Place]:
    """The trainings of each framework."""
    for backend in ("torch", "flax"):
        one = partial(_rivals, backend, BOOK, 128, 1)
        yield Place(backend, "20 steps of the book's network, one run", one, ONE)
        many = partial(_rivals, backend, DIGITS, 32, 40)
        yield Place(backend, "20 steps of the digits' network, 40 runs", many, MANY)


def _rivals(backend: str, network: Network, batch: int, runs: int) -> Rivals:
    """Our stack of runs, and as many runs of a loop, one after the other."""
    random = np.random.default_rng(0)
    count = STEPS * batch
    x = random.standard_normal((count, network[0].inputs)).astype(np.float32)  # type: ignore[union-attr]
    y = random.integers(0, 10, count)
    loop = _torch_loop if backend == "torch" else _flax_loop
    getattr(frameworks, "torch" if backend == "torch" else "jax")()
    ours = _stack(backend, network, batch, runs, x, y)
    theirs = loop(network, batch, x, y)
    return Rivals(ours, lambda: [theirs() for _ in range(runs)], time.process_time)


def _stack(
    backend: str, network: Network, batch: int, runs: int, x: np.ndarray, y: np.ndarray
) -> Run:
    recipe = Recipe(**{**SGD.as_dict(), "batch_size": batch})
    stack = import_module(f"multiact_{backend}._train").Stack(
        Task(network, recipe, True), [1e-3] * runs, range(runs), [start(network, 0)] * runs
    )
    orders = np.stack([np.random.default_rng(seed).permutation(len(x)) for seed in range(runs)])
    factors = np.ones(STEPS)
    return lambda: stack.epoch(x, y, orders, factors, lambda steps: None)


def _torch_loop(network: Network, batch: int, x: np.ndarray, y: np.ndarray) -> Run:
    torch = frameworks.torch()
    from multiact_torch._experiments import build

    model = build(network)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.8)
    loss_of = torch.nn.CrossEntropyLoss()
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y)

    def epoch() -> float:
        total = 0.0
        order = torch.from_numpy(np.random.default_rng(0).permutation(len(x)))
        for rows in order.split(batch):
            optimizer.zero_grad()
            loss = loss_of(model(inputs[rows]), targets[rows])
            loss.backward()
            optimizer.step()
            total += float(loss.detach())
        return total

    return epoch


def _flax_loop(network: Network, batch: int, x: np.ndarray, y: np.ndarray) -> Run:
    jax = frameworks.jax()
    import optax
    from flax import nnx
    from multiact_flax._experiments import NnxNetwork

    graph, state = nnx.split(NnxNetwork(network, nnx.Rngs(0)))
    optimizer = optax.sgd(1e-3, 0.8)
    inputs, targets = jax.numpy.asarray(x), jax.numpy.asarray(y)

    @jax.jit
    def step(state: Any, memory: Any, rows: Any) -> Any:
        def loss_of(state: Any) -> Any:
            logits = nnx.merge(graph, state)(inputs[rows])
            return optax.softmax_cross_entropy_with_integer_labels(logits, targets[rows]).mean()

        loss, gradient = jax.value_and_grad(loss_of)(state)
        changes, memory = optimizer.update(gradient, memory)
        return optax.apply_updates(state, changes), memory, loss

    def epoch() -> float:
        now, memory, total = state, optimizer.init(state), 0.0
        order = np.random.default_rng(0).permutation(len(x))
        for first in range(0, len(x), batch):
            now, memory, loss = step(now, memory, order[first : first + batch])
            total += float(loss)
        return total

    return epoch


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each row")
    args = parser.parse_args()
    print("| framework | what | ours / theirs | goal |\n|---|---|---|---|")
    for place in trainings():
        rivals = place.make()
        found = compare(rivals.ours, rivals.theirs, rivals.clock, args.seconds)
        print(f"| {place.backend} | {place.name} | {found.ratio:.2f} | {place.goal} |", flush=True)


if __name__ == "__main__":
    main()
