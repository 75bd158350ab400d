"""Networks that are described by layers, several side by side: the first axis is the runs'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from multiact.experiments.network import (
    Act,
    Attention,
    Conv,
    Dense,
    Embed,
    Layer,
    Network,
    Norm,
    Pool,
    Residual,
    State,
    acts,
    learned,
    leaves,
    qualified,
    shapes,
)
from multiact_torch._layers import attended, embedded, normalised
from multiact_torch._modules import create

#: called with the name of an activation, its output, and the axis of the units in it
See = Callable[[str, Tensor, int], None]
#: MKL's products round by where the result starts, in units of 16 bytes: each run's matrices must
#: have a multiple of this many numbers, or a run would depend on its place in the stack
ALIGNED = 4


class Stacked:
    """Networks of one shape, whose tensors have an axis in front for the runs.

    Attributes
    ----------
    tensors
        All weights by name; of those of activations the axis is that of their channels.
    noisy
        Whether training draws random numbers.
    filled
        The multiple to which the rows of a batch have to be filled.
    """

    def __init__(self, network: Network, states: Sequence[State]) -> None:
        self._network, self._runs = qualified(network), len(states)
        self._shapes = shapes(network)
        self._side_by_side = stackable(network)
        self.filled = ALIGNED if self._side_by_side else 1
        dense = (layer.name for layer in leaves(network) if isinstance(layer, Dense))
        self._matrices = frozenset(f"{name}.weight" for name in dense)
        self._modules: dict[str, nn.Module] = {}
        for act in acts(network):
            self._modules[act.name] = self._modules[act.tie] if act.tie else self._module(act)
        self.tensors = {name: self._tensor(name, states) for name in self._shapes}
        self.noisy = any(layer.configuration().activation.noise for layer in acts(network))
        self._learned = learned(network)
        self._parts: dict[str, dict[str, str]] = {layer.name: {} for layer in leaves(network)}
        for layer in leaves(network):
            for name in self._shapes:
                if name.startswith(f"{layer.name}."):
                    self._parts[layer.name][name.removeprefix(f"{layer.name}.")] = name

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
            return self.stacked(name, arrays).requires_grad_()
        tensor: Tensor = getattr(module, last)
        with torch.no_grad():
            tensor.copy_(self.stacked(name, arrays).reshape(tensor.shape))
        return tensor

    def stacked(self, name: str, arrays: Sequence[np.ndarray]) -> Tensor:
        """Return arrays that belong to a parameter, one for each run, in its layout."""
        return self._turned(name, torch.from_numpy(np.stack(arrays))).contiguous()

    def unstacked(self, name: str, tensor: Tensor) -> list[np.ndarray]:
        """Return the arrays of all runs that a tensor in the layout of a parameter has."""
        rows = self._turned(name, tensor.detach()).reshape(self._runs, *self._shapes[name])
        return [row.clone(memory_format=torch.contiguous_format).numpy() for row in rows]

    def _turned(self, name: str, stack: Tensor) -> Tensor:
        """Exchange the axes of matrices, which a step multiplies by faster so."""
        return stack.transpose(1, 2) if name in self._matrices else stack

    def learned(self) -> State:
        """Return what activations learned, with an axis in front for the runs."""
        return {n: np.stack(self.unstacked(n, self.tensors[n])) for n in self._learned}

    def train(self, mode: bool) -> None:
        """Let activations draw noise, or not."""
        for module in self._modules.values():
            module.train(mode)

    def forward(self, x: Tensor, see: See | None = None) -> Tensor:
        """Return the outputs for (runs, count, ...) inputs; `see` is shown what activations do."""
        for layer in self._network:
            x = self._applied(layer, x, see)
        return x

    def _applied(self, layer: Layer, x: Tensor, see: See | None) -> Tensor:
        if isinstance(layer, Act):
            module = self._modules[layer.name]
            # the axis of the runs would be a batch's or a channel's to other modules (x[0] has
            # a gradient that is copied into zeros)
            y: Tensor = module(x) if self._side_by_side else module(x.squeeze(0))[None]
            if see is not None:
                see(layer.name, y, 2 if y.ndim == 5 else -1)
            return y
        if isinstance(layer, Dense):
            weight, bias = (self.tensors[f"{layer.name}.{n}"] for n in ("weight", "bias"))
            rows = x if x.ndim == 3 else x.flatten(1, -2)  # a text has several in an example
            product = torch.baddbmm(bias[:, None], rows, weight)
            return product if x.ndim == 3 else product.reshape(*x.shape[:-1], -1)
        if isinstance(layer, Residual):
            inner = x
            for part in layer.layers:
                inner = self._applied(part, inner, see)
            return x + inner
        return self._alone(layer, x.squeeze(0))[None]

    def _alone(self, layer: Layer, x: Tensor) -> Tensor:
        """Apply a layer that is not in networks with several runs, or that has no weights."""
        if isinstance(layer, Pool):
            return nn.functional.max_pool2d(x, layer.size)
        if isinstance(layer, Conv):
            given = self._of(layer)
            # with one channel, the weights alone tell in which layout to compute
            weight = given["weight"].contiguous(memory_format=torch.channels_last)
            return nn.functional.conv2d(x, weight, given["bias"], padding=layer.padding)
        if isinstance(layer, Norm):
            return normalised(x, layer, **self._of(layer))
        if isinstance(layer, Embed):
            return embedded(x, self._of(layer))
        if isinstance(layer, Attention):
            return attended(x, layer, self._of(layer))
        return x.flatten(1)

    def _of(self, layer: Layer) -> dict[str, Any]:
        """Return the tensors of a layer of the only run, by their names in it."""
        return {
            last: self.tensors[name].squeeze(0) for last, name in self._parts[layer.name].items()
        }


def stackable(network: Network) -> bool:
    """Whether several runs can be trained side by side, with the same result as one by one.

    Convolutions would be slower than one by one, and attention no faster; noise and statistics of
    batches belong to a run; parameters that are no single numbers have no place for another axis;
    and matrices of another size than a multiple of 4 numbers would be multiplied in another way at
    another place.
    """
    plain = all(isinstance(layer, Act) or _fits(layer) for layer in network)
    return plain and all(map(_has_an_axis, acts(network)))


def _fits(layer: Layer) -> bool:
    """Whether a layer can have another axis, and its matrices are aligned for each run."""
    if isinstance(layer, Dense):
        return layer.inputs * layer.outputs % ALIGNED == 0
    return False


def _has_an_axis(layer: Act) -> bool:
    """Whether an activation can have an axis for the runs."""
    c = layer.configuration()
    act = c.activation
    if act.noise or act.running or c.channels is not None:
        return False
    plain = all(p.shaped is None for p in act.parameters)
    return plain and (act.kind == "elementwise" or (act.kind == "gated" and not c.learnable))
