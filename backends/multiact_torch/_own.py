"""A model of the user's in training: one run, with whatever the model has and does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from multiact.diagnostics.layers import Calls
from multiact.experiments import own as core
from multiact.experiments.network import Own, State, changing
from multiact.experiments.training import weights_of
from multiact_torch._files import load
from multiact_torch._hooks import hooks
from multiact_torch._modules import ActivationModule, create
from multiact_torch._stacked import See


class OwnModel:
    """A model as a stack of one run: the first axis of its inputs and outputs is that of the run.

    Attributes
    ----------
    tensors
        Its parameters and buffers by name, without an axis for the run; a shared one has one name.
    noisy
        Whether training draws random numbers: it may.
    filled
        The multiple to which the rows of a batch have to be filled.
    """

    def __init__(self, own: Own, seed: int, state: State) -> None:
        self._own, self.noisy, self.filled = own, True, 1
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._model, made = _made(own, seed)
        if state:
            load(self._model, weights_of(state))
        saved = self._model.state_dict(keep_vars=True).values()
        named = (*self._model.named_parameters(), *self._model.named_buffers())
        self.tensors = {name: t for name, t in named if any(t is s for s in saved)}
        self._modules = {name: m for name, m in self._model.named_modules() if id(m) in made}

    def stacked(self, name: str, arrays: Sequence[np.ndarray]) -> Tensor:
        """Return an array that belongs to a parameter as a tensor."""
        return torch.from_numpy(arrays[0])

    def unstacked(self, name: str, tensor: Tensor) -> list[np.ndarray]:
        """Return a tensor that belongs to a parameter as an array."""
        return [tensor.detach().clone(memory_format=torch.contiguous_format).numpy()]

    def learned(self) -> State:
        """Return what activations learned, with an axis in front for the run."""
        return {
            f"{layer}.{name}": getattr(module, name).detach().numpy().reshape(1, *shape).copy()
            for layer, module in self._modules.items()
            if isinstance(module, ActivationModule)
            for name in changing(module.configuration)
            for shape in [module.configuration.shapes[name]]
        }

    def train(self, mode: bool) -> None:
        """Put the model into the mode of training, or of evaluation."""
        self._model.train(mode)

    def forward(self, x: Tensor, see: See | None = None) -> Tensor:
        """Return the outputs for (1, count, ...) inputs; `see` is shown what activations do."""
        y: Tensor = self._model(x[0]) if see is None else self._watched(x[0], see)
        core.check_result(self._own, tuple(y.shape))
        return y[None]

    def _watched(self, x: Tensor, see: See) -> Tensor:
        calls = Calls()

        def after(name: str, output: Tensor, axis: int) -> None:
            see(calls.label(name), output[None], axis + 1 if axis >= 0 else axis)

        with hooks(self._model, self._modules, None, after):
            y: Tensor = self._model(x)
        return y


def _made(own: Own, seed: int) -> tuple[nn.Module, set[int]]:
    """Return the model, and which of its modules are its activations."""
    channels = own.shape[-1:] if len(own.shape) == 3 else ()
    shape = (*channels, *own.shape[: len(own.shape) - len(channels)])
    model, modules = core.make(own, create, nn.Module, shape, seed)
    return model, {id(module) for module in modules}
