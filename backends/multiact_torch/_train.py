"""Training in PyTorch: several runs side by side, as one model with an axis more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from multiact.experiments.network import Own, State
from multiact.experiments.training import Advance, Scores, Task
from multiact_torch._optimizers import Adam, Sgd
from multiact_torch._own import OwnModel
from multiact_torch._stacked import Stacked, stackable

__all__ = ["Stack", "one_thread", "stackable"]

_EVALUATED_TOGETHER = 2000
_IMAGES_TOGETHER = 128  # what their layers give fills memory that has to be fetched anew each time


class Stack:
    """Runs that differ in their seeds and rates alone: the first axis of all arrays is theirs.

    A run's numbers do not depend on the other runs, bit for bit.
    """

    def __init__(
        self, task: Task, rates: Sequence[float], seeds: Sequence[int], states: Sequence[State]
    ) -> None:
        self._task, self._runs = task, len(rates)
        self._rates = torch.tensor(rates, dtype=torch.float32)
        own = task.network[0]
        self._model: Stacked | OwnModel = (
            OwnModel(own, seeds[0], states[0])
            if isinstance(own, Own)
            else Stacked(task.network, states)
        )
        learned = {n: p for n, p in self._model.tensors.items() if p.requires_grad}
        self._names, self._parameters = list(learned), list(learned.values())
        optimizer = Adam if task.recipe.optimizer == "adam" else Sgd
        self._optimizer = optimizer(self._parameters, task.recipe.momentum)
        for name, slots in self._optimizer.slots.items():
            for parameter, slot in zip(self._names, slots, strict=True):
                if f"~{name}.{parameter}" in states[0]:
                    arrays = [state[f"~{name}.{parameter}"] for state in states]
                    slot.copy_(self._model.stacked(parameter, arrays).reshape(slot.shape))
        self._optimizer.steps = int(states[0].get("~steps", 0))
        self._random = _random_state(seeds[0], states[0]) if self._model.noisy else None

    def epoch(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        orders: np.ndarray,
        factors: np.ndarray,
        advance: Advance,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Train on all examples, each run in its order; return losses and sums of squares."""
        x, y = self._images(inputs), torch.from_numpy(targets)
        size, count = self._task.recipe.batch_size, orders.shape[1]
        order = torch.from_numpy(orders)
        total = torch.zeros(self._runs)
        with one_thread(), self._training():
            for step, first in enumerate(range(0, count, size)):
                rows = order[:, first : first + size]
                losses = self._losses(self._taken(x, self._filled(rows)), self._taken(y, rows))
                for parameter in self._parameters:
                    parameter.grad = None
                torch.autograd.backward(losses.sum())
                self._optimizer.step(self._rates * float(factors[step]))
                total += losses.detach() * rows.shape[1]
                advance(self._runs)
            squares = self._squares()
        return (total / count).numpy(), squares.numpy()

    def _taken(self, x: Tensor, rows: Tensor) -> Tensor:
        return x[rows] if self._runs > 1 else x[rows[0]][None]

    def _filled(self, rows: Tensor) -> Tensor:
        """Repeat the last of the rows (runs, count) until a stack's products are aligned."""
        more = -rows.shape[1] % self._model.filled
        return torch.cat([rows, rows[:, -1:].expand(-1, more)], 1)

    def _images(self, inputs: np.ndarray) -> Tensor:
        """Give images the order of PyTorch's axes; in memory, the channels stay last.

        Convolutions and pools are faster so (a step of `cnn-32-64-128` takes 0.7 of the time), but
        a model of a user's may rely on the usual layout.
        """
        x = torch.from_numpy(inputs)
        x = x.permute(0, 3, 1, 2) if x.ndim == 4 else x
        return x.contiguous() if isinstance(self._model, OwnModel) else x

    @contextmanager
    def _training(self) -> Iterator[None]:
        """Draw noise from the run's own numbers, and leave the global generator as it was."""
        self._model.train(True)
        with torch.random.fork_rng(devices=[]):
            if self._random is not None:
                torch.set_rng_state(self._random)
            yield
            if self._random is not None:
                self._random = torch.get_rng_state()
        self._model.train(False)

    def _losses(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the mean loss of a batch, for each run; x may have more rows, which are filled."""
        outputs = self._model.forward(x)[:, : y.shape[1]]
        return self._each(outputs, y, self._task.recipe.label_smoothing).mean(1)

    def _each(self, outputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        """Return the loss of each example, for each run."""
        if not self._task.classification:
            return (outputs - targets).square().flatten(2).mean(2) / 2
        each = nn.functional.cross_entropy(
            outputs.flatten(0, -2), targets.flatten(), reduction="none", label_smoothing=smoothing
        )
        return _of_examples(each.reshape(targets.shape))

    def _squares(self) -> Tensor:
        squares = torch.zeros(self._runs)
        for parameter in self._parameters:
            if parameter.grad is not None:
                squares += parameter.grad.square().reshape(self._runs, -1).sum(1)
        return squares

    @torch.no_grad()
    def evaluate(self, inputs: np.ndarray, targets: np.ndarray) -> Scores:
        """Return the scores of all runs."""
        x, y = self._images(inputs), torch.from_numpy(targets)
        together = _IMAGES_TOGETHER if x.ndim == 4 else _EVALUATED_TOGETHER
        seen: dict[str, tuple[Tensor, Tensor]] = {}

        def see(name: str, out: Tensor, axis: int) -> None:
            """Note least and largest of units, which are along an axis (0 being the runs')."""
            others = [i for i in range(1, out.ndim) if i != axis % out.ndim]
            low, high = (out.amin(others), out.amax(others)) if others else (out, out)
            if name in seen:
                low, high = torch.minimum(low, seen[name][0]), torch.maximum(high, seen[name][1])
            seen[name] = low, high

        loss, right = torch.zeros(self._runs), torch.zeros(self._runs)
        with one_thread():
            for first in range(0, len(x), together):
                some = torch.arange(first, min(first + together, len(x)))
                rows, target = x[self._filled(some[None])[0]], y[some]
                target = target.expand(self._runs, *target.shape)
                outputs = self._model.forward(rows.expand(self._runs, *rows.shape), see)
                outputs = outputs[:, : len(some)]
                loss += self._each(outputs, target, 0.0).sum(1)
                if self._task.classification:
                    right += _of_examples(outputs.argmax(-1) == target).sum(1)
        dead = [low == high for low, high in seen.values()]
        share = torch.cat(dead, 1).float().mean(1) if dead else torch.zeros(self._runs)
        accuracy = (right / len(x)).numpy() if self._task.classification else None
        return Scores((loss / len(x)).numpy(), accuracy, share.numpy())

    def arrays(self) -> list[State]:
        """Return what each run needs to go on."""
        stored = {name: (name, tensor) for name, tensor in self._model.tensors.items()}
        for slot, tensors in self._optimizer.slots.items():
            for name, tensor in zip(self._names, tensors, strict=True):
                stored[f"~{slot}.{name}"] = name, tensor
        common = {"~steps": np.asarray(self._optimizer.steps)}
        if self._random is not None:  # then the stack has one run
            common["~random"] = self._random.numpy()
        states: list[State] = [dict(common) for _ in range(self._runs)]
        for key, (name, tensor) in stored.items():
            for state, array in zip(states, self._model.unstacked(name, tensor), strict=True):
                state[key] = array
        return states

    def learned(self) -> State:
        """Return what activations learned, with an axis in front for the runs."""
        return self._model.learned()


def _of_examples(values: Tensor) -> Tensor:
    """Return one number for each example (runs, count), of texts the mean over the positions."""
    return values if values.ndim == 2 else values.float().flatten(2).mean(2)


def _random_state(seed: int, state: State) -> Tensor:
    if "~random" in state:
        return torch.from_numpy(state["~random"])
    return torch.Generator().manual_seed(seed).get_state()


@contextmanager
def one_thread() -> Iterator[None]:
    """Use one thread: small steps gain nothing from more, and stall when a core is busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
