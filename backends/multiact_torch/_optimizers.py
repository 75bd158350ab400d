"""Optimisers with a learning rate for each run, which is a row of every parameter.

`torch.optim` has one rate for a tensor, so that the few lines of SGD and Adam stand here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from multiact.experiments.training import Adam as Constants


class Optimizer(ABC):
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
                if parameter.grad is None:  # a user's model may have some that it does not use
                    continue
                direction = self._direction(i, parameter.grad)
                shape = (-1, *[1] * (parameter.ndim - 1)) if parameter.ndim else ()
                parameter.addcmul_(direction, rates.view(shape), value=-1)

    @abstractmethod
    def _direction(self, i: int, gradient: Any) -> Tensor:
        """Return by what a parameter is changed at rate 1, and change the own tensors."""


class Sgd(Optimizer):
    """Gradient descent with momentum, as torch.optim.SGD."""

    names = ("momentum",)

    def _direction(self, i: int, gradient: Any) -> Tensor:
        return self.slots["momentum"][i].mul_(self.momentum).add_(gradient)


class Adam(Optimizer):
    """Adam, as torch.optim.Adam with its defaults."""

    names = ("mean", "square")

    def _direction(self, i: int, gradient: Any) -> Tensor:
        first = self.slots["mean"][i].lerp_(gradient, 1 - Constants.mean)
        second = self.slots["square"][i].mul_(Constants.square)
        second.addcmul_(gradient, gradient, value=1 - Constants.square)
        root = (second / (1 - Constants.square**self.steps)).sqrt_().add_(Constants.epsilon)
        return first / (1 - Constants.mean**self.steps) / root
