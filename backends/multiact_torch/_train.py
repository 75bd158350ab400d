"""Training in PyTorch: several runs side by side, as one model with an axis more."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from multiact.experiments.network import (
    Act,
    Conv,
    Dense,
    Layer,
    Network,
    Pool,
    State,
    acts,
    shapes,
)
from multiact.experiments.training import Adam, Advance, Scores, Task
from multiact_torch._modules import create

_EVALUATED_TOGETHER = 2000
#: MKL's products round by where the result starts, in units of 16 bytes: each run's matrices must
#: have a multiple of this many numbers, or a run would depend on its place in the stack
_ALIGNED = 4


class Stack:
    """Runs that differ in their seeds and rates alone: the first axis of all arrays is theirs.

    A run's numbers do not depend on the other runs, bit for bit.  `torch.optim` has one rate for
    a tensor; here each row has its own, so that the few lines of SGD and Adam stand below.
    """

    def __init__(
        self, task: Task, rates: Sequence[float], seeds: Sequence[int], states: Sequence[State]
    ) -> None:
        self._task, self._runs = task, len(rates)
        self._rates = torch.tensor(rates, dtype=torch.float32)
        self._side_by_side = stackable(task.network)
        dense = (layer.name for layer in task.network if isinstance(layer, Dense))
        self._matrices = frozenset(f"{name}.weight" for name in dense)
        self._modules: dict[str, nn.Module] = {}
        for layer in acts(task.network):
            first = layer.tie
            self._modules[layer.name] = self._modules[first] if first else self._module(layer)
        self._tensors = {name: self._tensor(name, states) for name in shapes(task.network)}
        learned = {n: p for n, p in self._tensors.items() if p.requires_grad}
        self._names, self._parameters = list(learned), list(learned.values())
        optimizer = _Adam if task.recipe.optimizer == "adam" else _Sgd
        self._optimizer = optimizer(self._parameters, task.recipe.momentum)
        for name, slots in self._optimizer.slots.items():
            for parameter, slot in zip(self._names, slots, strict=True):
                if f"~{name}.{parameter}" in states[0]:
                    arrays = [state[f"~{name}.{parameter}"] for state in states]
                    slot.copy_(self._stacked(parameter, arrays).reshape(slot.shape))
        self._optimizer.steps = int(states[0].get("~steps", 0))
        noisy = any(layer.configuration().activation.noise for layer in acts(task.network))
        self._random = _random_state(seeds[0], states[0]) if noisy else None

    def _module(self, layer: Act) -> nn.Module:
        """Return the module of an activation, with a value of each parameter for each run."""
        learned = self._side_by_side and layer.configuration().learnable
        options = {"channels": self._runs, "axis": 0} if learned else {}
        module: nn.Module = create(layer.activation, **layer.options, **options)
        return module

    def _tensor(self, name: str, states: Sequence[State]) -> Tensor:
        """Return a parameter of all runs, with their values."""
        layer, _, last = name.rpartition(".")
        arrays = [state[name] for state in states]
        module = self._modules.get(layer)
        if module is None:
            return self._stacked(name, arrays).requires_grad_()
        tensor: Tensor = getattr(module, last)
        with torch.no_grad():
            tensor.copy_(self._stacked(name, arrays).reshape(tensor.shape))
        return tensor

    def _stacked(self, name: str, arrays: Sequence[np.ndarray]) -> Tensor:
        return self._turned(name, torch.from_numpy(np.stack(arrays))).contiguous()

    def _turned(self, name: str, stack: Tensor) -> Tensor:
        """Exchange the axes of matrices, which a step multiplies by faster so."""
        return stack.transpose(1, 2) if name in self._matrices else stack

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
        more = -rows.shape[1] % _ALIGNED if self._side_by_side else 0
        return torch.cat([rows, rows[:, -1:].expand(-1, more)], 1)

    def _images(self, inputs: np.ndarray) -> Tensor:
        """Convert images with the channels last to PyTorch's layout."""
        x = torch.from_numpy(inputs)
        return x.permute(0, 3, 1, 2).contiguous() if x.ndim == 4 else x

    @contextmanager
    def _training(self) -> Iterator[None]:
        """Draw noise from the run's own numbers, and leave the global generator as it was."""
        for module in self._modules.values():
            module.train()
        with torch.random.fork_rng(devices=[]):
            if self._random is not None:
                torch.set_rng_state(self._random)
            yield
            if self._random is not None:
                self._random = torch.get_rng_state()
        for module in self._modules.values():
            module.eval()

    def _losses(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the mean loss of a batch, for each run; x may have more rows, which are filled."""
        outputs = self._forward(x)[:, : y.shape[1]]
        return self._each(outputs, y, self._task.recipe.label_smoothing).mean(1)

    def _each(self, outputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        """Return the loss of each example, for each run."""
        if not self._task.classification:
            return (outputs - targets).square().flatten(2).mean(2) / 2
        each = nn.functional.cross_entropy(
            outputs.flatten(0, 1), targets.flatten(), reduction="none", label_smoothing=smoothing
        )
        return each.reshape(self._runs, -1)

    def _forward(self, x: Tensor, see: Callable[[str, Tensor], None] | None = None) -> Tensor:
        """Return the outputs for (runs, count, ...) inputs; `see` is shown what activations do."""
        for layer in self._task.network:
            x = self._applied(layer, x)
            if see is not None and isinstance(layer, Act):
                see(layer.name, x)
        return x

    def _applied(self, layer: Layer, x: Tensor) -> Tensor:
        if isinstance(layer, Act):
            module = self._modules[layer.name]
            # the axis of the runs would be a batch's or a channel's to other modules
            y: Tensor = module(x) if self._side_by_side else module(x[0])[None]
            return y
        if isinstance(layer, Pool):
            return nn.functional.max_pool2d(x[0], layer.size)[None]
        if not isinstance(layer, Dense | Conv):
            return x.flatten(2)
        weight, bias = (self._tensors[f"{layer.name}.{n}"] for n in ("weight", "bias"))
        if isinstance(layer, Conv):
            return nn.functional.conv2d(x[0], weight[0], bias[0], padding=layer.padding)[None]
        return torch.baddbmm(bias[:, None], x, weight)

    def _squares(self) -> Tensor:
        squares = torch.zeros(self._runs)
        for parameter in self._parameters:
            assert parameter.grad is not None
            squares += parameter.grad.square().reshape(self._runs, -1).sum(1)
        return squares

    @torch.no_grad()
    def evaluate(self, inputs: np.ndarray, targets: np.ndarray) -> Scores:
        """Return the scores of all runs."""
        x, y = self._images(inputs), torch.from_numpy(targets)
        seen: dict[str, tuple[Tensor, Tensor]] = {}

        def see(name: str, out: Tensor) -> None:
            units = out.movedim(2, 1).flatten(2) if out.ndim > 2 else out[..., None]
            low, high = units.amin(2), units.amax(2)
            if name in seen:
                low, high = torch.minimum(low, seen[name][0]), torch.maximum(high, seen[name][1])
            seen[name] = low, high

        loss, right = torch.zeros(self._runs), torch.zeros(self._runs)
        with one_thread():
            for first in range(0, len(x), _EVALUATED_TOGETHER):
                some = torch.arange(first, min(first + _EVALUATED_TOGETHER, len(x)))
                rows, target = x[self._filled(some[None])[0]], y[some]
                target = target.expand(self._runs, *target.shape)
                outputs = self._forward(rows.expand(self._runs, *rows.shape), see)
                outputs = outputs[:, : len(some)]
                loss += self._each(outputs, target, 0.0).sum(1)
                if self._task.classification:
                    right += (outputs.argmax(2) == target).sum(1)
        dead = [low == high for low, high in seen.values()]
        share = torch.cat(dead, 1).float().mean(1) if dead else torch.zeros(self._runs)
        accuracy = (right / len(x)).numpy() if self._task.classification else None
        return Scores((loss / len(x)).numpy(), accuracy, share.numpy())

    def arrays(self) -> list[State]:
        """Return what each run needs to go on."""
        shape = shapes(self._task.network)
        stored = {name: (name, tensor) for name, tensor in self._tensors.items()}
        for slot, tensors in self._optimizer.slots.items():
            for name, tensor in zip(self._names, tensors, strict=True):
                stored[f"~{slot}.{name}"] = name, tensor
        common = {"~steps": np.asarray(self._optimizer.steps)}
        if self._random is not None:  # then the stack has one run
            common["~random"] = self._random.numpy()
        states: list[State] = [dict(common) for _ in range(self._runs)]
        for key, (name, tensor) in stored.items():
            rows = self._turned(name, tensor.detach()).reshape(self._runs, *shape[name])
            for state, row in zip(states, rows, strict=True):
                state[key] = row.clone(memory_format=torch.contiguous_format).numpy()
        return states


def stackable(network: Network) -> bool:
    """Whether several runs can be trained side by side, with the same result as one by one.

    Convolutions would be slower than one by one; noise and statistics of batches belong to a run;
    parameters that are no single numbers have no place for another axis; and matrices of another
    size than a multiple of 4 numbers would be multiplied in another way at another place.
    """
    return all(_fits(layer) for layer in network) and all(map(_has_an_axis, acts(network)))


def _fits(layer: Layer) -> bool:
    """Whether the matrices of a layer are aligned for each run."""
    if isinstance(layer, Dense):
        return layer.inputs * layer.outputs % _ALIGNED == 0
    return not isinstance(layer, Conv)


def _has_an_axis(layer: Act) -> bool:
    """Whether an activation can have an axis for the runs."""
    c = layer.configuration()
    act = c.activation
    if act.noise or act.running or c.channels is not None:
        return False
    plain = all(p.shaped is None for p in act.parameters)
    return plain and (act.kind == "elementwise" or (act.kind == "gated" and not c.learnable))


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


class _Optimizer(ABC):
    """Base of the optimisers: tensors of their own beside each parameter, by name."""

    names: tuple[str, ...]

    def __init__(self, parameters: Sequence[Tensor], momentum: float) -> None:
        self.parameters, self.momentum, self.steps = list(parameters), momentum, 0
        self.slots = {n: [torch.zeros_like(p) for p in parameters] for n in self.names}

    def step(self, rates: Tensor) -> None:
        """Change the parameters, each run's at its rate."""
        self.steps += 1
        with torch.no_grad():
            for i, parameter in enumerate(self.parameters):
                direction = self._direction(i, parameter.grad)
                shape = (-1, *[1] * (parameter.ndim - 1)) if parameter.ndim else ()
                parameter.addcmul_(direction, rates.view(shape), value=-1)

    @abstractmethod
    def _direction(self, i: int, gradient: Any) -> Tensor:
        """Return by what a parameter is changed at rate 1, and change the own tensors."""


class _Sgd(_Optimizer):
    """Gradient descent with momentum, as torch.optim.SGD."""

    names = ("momentum",)

    def _direction(self, i: int, gradient: Any) -> Tensor:
        return self.slots["momentum"][i].mul_(self.momentum).add_(gradient)


class _Adam(_Optimizer):
    """Adam, as torch.optim.Adam with its defaults."""

    names = ("mean", "square")

    def _direction(self, i: int, gradient: Any) -> Tensor:
        first = self.slots["mean"][i].lerp_(gradient, 1 - Adam.mean)
        second = self.slots["square"][i].mul_(Adam.square)
        second.addcmul_(gradient, gradient, value=1 - Adam.square)
        root = (second / (1 - Adam.square**self.steps)).sqrt_().add_(Adam.epsilon)
        return first / (1 - Adam.mean**self.steps) / root
