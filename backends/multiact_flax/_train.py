"""Training in Flax: several runs side by side by vmap, an epoch at once by scan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from multiact.experiments.network import (
    Attention,
    Conv,
    Network,
    Own,
    State,
    changing,
    leaves,
    shapes,
)
from multiact.experiments.recipe import Recipe
from multiact.experiments.training import Adam, Advance, Scores, Task, weights_of
from multiact_flax._experiments import NnxNetwork
from multiact_flax._modules import ActivationModule
from multiact_flax._nnx_files import arrays_of, load
from multiact_flax._own import make, outputs_of, watched

_EVALUATED_TOGETHER = 2000


class _Run(NamedTuple):
    """What changes in training: parameters, all other variables, the optimiser's arrays."""

    parameters: Any
    others: Any
    optimizer: Any


class Stack:
    """Runs that differ in their seeds and rates alone: the first axis of all arrays is theirs."""

    def __init__(
        self, task: Task, rates: Sequence[float], seeds: Sequence[int], states: Sequence[State]
    ) -> None:
        self._task = task
        self._rates = jnp.asarray(rates, jnp.float32)
        self._optimizer = _optimizer(task.recipe)
        self._definition = _divided(_made(task.network, seeds[0]))[0]
        runs = [self._run(seed, state) for seed, state in zip(seeds, states, strict=True)]
        self._state: _Run = jax.tree.map(lambda *leaves: jnp.stack(leaves), *runs)
        self._programs = _programs(self._definition, task)

    def _run(self, seed: int, state: State) -> _Run:
        """Return a run that starts from a state, or goes on from it."""
        model = _made(self._task.network, seed)
        if state:
            load(model, weights_of(state))
        _, parameters, others = _divided(model)
        fresh = _Run(parameters, others, self._optimizer.init(parameters))
        saved = {n: a for n, a in state.items() if n.startswith("~")}
        if not saved:
            return fresh
        leaves, structure = jax.tree.flatten((_keys_as_numbers(fresh.others), fresh.optimizer))
        stored = [jnp.asarray(saved[f"~{i}"]) for i in range(len(leaves))]
        others, optimizer = jax.tree.unflatten(structure, stored)
        return fresh._replace(others=_as_keys(others, fresh.others), optimizer=optimizer)

    def epoch(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        orders: np.ndarray,
        factors: np.ndarray,
        advance: Advance,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on all examples, each run in its order; return losses and sums of squares."""
        x, y = jnp.asarray(inputs), jnp.asarray(targets)
        size = self._task.recipe.batch_size
        runs, count = orders.shape
        # XLA on the CPU runs convolutions several times slower inside of a loop
        # (https://github.com/jax-ml/jax/issues/12868)
        full = count // size if stackable(self._task.network) else 0
        total = np.zeros(runs)
        factors = factors.astype(np.float32)
        squares: Any = np.zeros(runs)
        if full:
            rows = orders[:, : full * size].reshape(runs, full, size)
            self._state, (losses, every) = self._programs.steps(
                self._state, self._rates, rows, factors[:full], x, y
            )
            total += np.asarray(losses, np.float64).sum(0) * size
            squares = every[-1]
            advance(runs * full)
        for step, first in enumerate(range(full * size, count, size), full):
            rows = orders[:, first : first + size]
            self._state, (loss, squares) = self._programs.step(
                self._state, self._rates, rows, factors[step], x, y
            )
            total += np.asarray(loss, np.float64) * rows.shape[1]
            advance(runs)
        return (total / count).astype(np.float32), np.asarray(squares)

    def evaluate(self, inputs: np.ndarray, targets: np.ndarray) -> Scores:
        """Return the scores of all runs."""
        runs, count = len(self._rates), len(inputs)
        loss, right = np.zeros(runs), np.zeros(runs)
        low: Any = None
        high: Any = None
        for first in range(0, count, _EVALUATED_TOGETHER):
            part = slice(first, first + _EVALUATED_TOGETHER)
            losses, rights, lows, highs = self._programs.score(
                self._state, inputs[part], targets[part]
            )
            loss += np.asarray(losses, np.float64)
            right += np.asarray(rights)
            low = lows if low is None else jnp.minimum(low, lows)
            high = highs if high is None else jnp.maximum(high, highs)
        dead = np.asarray(low == high).mean(1) if low.shape[1] else np.zeros(runs)
        accuracy = right / count if self._task.classification else None
        return Scores(loss / count, accuracy, dead)

    def arrays(self) -> list[State]:
        """Return what each run needs to go on."""
        return [self._arrays(i) for i in range(len(self._rates))]

    def _arrays(self, i: int) -> State:
        run = jax.tree.map(lambda leaf: leaf[i], self._state)
        model = nnx.merge(self._definition, run.parameters, run.others)
        weights = arrays_of(model)
        wanted = shapes(self._task.network)
        state = {n: np.asarray(a).reshape(wanted.get(n, a.shape)) for n, a in weights.items()}
        leaves = jax.tree.leaves((_keys_as_numbers(run.others), run.optimizer))
        return state | {f"~{k}": np.asarray(leaf) for k, leaf in enumerate(leaves)}

    def learned(self) -> State:
        """Return what activations learned, with an axis in front for the runs."""
        model = nnx.merge(self._definition, self._state.parameters, self._state.others)
        found: State = {}
        for path, module in nnx.iter_modules(model):
            if isinstance(module, ActivationModule):
                for name in changing(module.configuration):
                    array = np.asarray(getattr(module, name)[...])
                    shape = module.configuration.shapes[name]
                    found[".".join(map(str, (*path, name)))] = array.reshape(-1, *shape)
        return found


def _made(network: Network, seed: int) -> Any:
    """Return the model of a network."""
    own = network[0]
    return make(own, seed) if isinstance(own, Own) else NnxNetwork(network, nnx.Rngs(seed))


def stackable(network: Network) -> bool:
    """Whether several runs are trained side by side: some layers are slower so, or no faster."""
    return not any(isinstance(layer, Conv | Attention | Own) for layer in leaves(network))


def _optimizer(recipe: Recipe) -> Any:
    """Return the optimiser at rate 1: each run multiplies the change by its own."""
    if recipe.optimizer == "adam":
        return optax.adam(1.0, Adam.mean, Adam.square, Adam.epsilon)
    return optax.sgd(1.0, recipe.momentum or None)


class _Programs(NamedTuple):
    """The compiled functions of a stack."""

    step: Any
    steps: Any
    score: Any


@lru_cache(maxsize=8)
def _programs(definition: Any, task: Task) -> _Programs:
    """Return the functions for all stacks of a task, so that each is compiled once."""
    step = partial(_step, definition, task, _optimizer(task.recipe))
    every = jax.vmap(step, in_axes=(0, 0, 0, None, None, None))
    score = jax.vmap(partial(_score, definition, task), in_axes=(0, None, None))
    scanned = jax.jit(partial(_scanned, every), donate_argnums=0)
    return _Programs(jax.jit(every, donate_argnums=0), scanned, jax.jit(score))


def _divided(model: nnx.Module) -> tuple[Any, Any, Any]:
    """Return the definition of a model, its parameters, and all other variables."""
    divided: Any = nnx.split(model, nnx.Param, ...)
    definition, parameters, others = divided
    return definition, parameters, others


def _keys_as_numbers(tree: Any) -> Any:
    """Replace the keys of random numbers by their data, which can be stored."""
    return jax.tree.map(lambda a: jax.random.key_data(a) if _is_key(a) else a, tree)


def _as_keys(tree: Any, like: Any) -> Any:
    return jax.tree.map(lambda a, b: jax.random.wrap_key_data(a) if _is_key(b) else a, tree, like)


def _is_key(array: Any) -> bool:
    return bool(jnp.issubdtype(array.dtype, jax.dtypes.prng_key))


def _step(
    definition: Any, task: Task, optimizer: Any, run: _Run, rate: Any, rows: Any, factor: Any,
    x: Any, y: Any,
) -> tuple[_Run, tuple[Any, Any]]:  # fmt: skip
    """Make one step of one run; return it, its loss, and the squared norm of its gradient."""
    smoothing = task.recipe.label_smoothing

    def loss_of(parameters: Any) -> tuple[Any, Any]:
        # a copy, whose random numbers may be counted here
        model = nnx.merge(definition, parameters, run.others, copy=True)
        loss = _losses(task, _outputs(task, model, x[rows]), y[rows], smoothing).mean()
        return loss, _divided(model)[2]

    gradient_of = jax.value_and_grad(loss_of, has_aux=True)
    with jax.default_matmul_precision("highest"):  # as float32 is on the CPU
        (loss, others), gradient = gradient_of(run.parameters)
    changes, state = optimizer.update(gradient, run.optimizer, run.parameters)
    scaled = jax.tree.map(lambda change: change * (rate * factor), changes)
    parameters = optax.apply_updates(run.parameters, scaled)
    square = sum(jnp.sum(leaf * leaf) for leaf in jax.tree.leaves(gradient))
    return _Run(parameters, others, state), (loss, square)


def _scanned(every: Any, state: Any, rates: Any, rows: Any, factors: Any, x: Any, y: Any) -> Any:
    """Make the steps of an epoch."""

    def step(state: Any, now: Any) -> Any:
        return every(state, rates, *now, x, y)

    return jax.lax.scan(step, state, (jnp.moveaxis(rows, 1, 0), factors))


def _outputs(task: Task, model: Any, x: Any) -> Any:
    own = task.network[0]
    return outputs_of(own, model, x) if isinstance(own, Own) else model(x)


def _losses(task: Task, outputs: Any, targets: Any, smoothing: float) -> Any:
    """Return the loss of each example."""
    if not task.classification:
        return jnp.mean((outputs - targets) ** 2, axis=1) / 2
    labels = jax.nn.one_hot(targets, outputs.shape[-1])
    each = optax.softmax_cross_entropy(outputs, optax.smooth_labels(labels, smoothing))
    return _of_examples(each)


def _of_examples(values: Any) -> Any:
    """Return one number for each example, of texts the mean over the positions."""
    return values.mean(tuple(range(1, values.ndim))) if values.ndim > 1 else values


def _score(definition: Any, task: Task, run: _Run, x: Any, y: Any) -> Any:
    """Return the sum of losses, the number of right answers, and each unit's least and largest."""
    model = nnx.merge(definition, run.parameters, run.others, copy=True)
    model.eval()
    own = task.network[0]
    outputs, seen = watched(own, model, x) if isinstance(own, Own) else model.watched(x)
    loss = _losses(task, outputs, y, 0.0).sum()
    right = jnp.zeros(())
    if task.classification:
        right = _of_examples(outputs.argmax(-1) == y).sum()
    units = [a.reshape(-1, a.shape[-1]) for a in seen]
    low = jnp.concatenate([jnp.zeros(0), *(a.min(0) for a in units)])
    high = jnp.concatenate([jnp.zeros(0), *(a.max(0) for a in units)])
    return loss, right, low, high
