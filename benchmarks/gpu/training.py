"""One training step of two small networks with an activation, ours or another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from benchmarks.gpu.clock import Machine
from benchmarks.gpu.rivals import functions
from benchmarks.steps import resnet, transformer

NAMES = ("mish", "gelu", "talu")


class Applied(nn.Module):
    """A function of tensors as a module."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> Any:
        """Apply it."""
        return self.function(x)


def steps(machine: Machine) -> dict[str, Any]:
    """Measure a step of each network with each rival of some activations, in seconds."""
    width, length, batch = (32, 8, 2) if machine.dry else (512, 512, 16)
    channels, side = (8, 6) if machine.dry else (128, 56)
    networks: dict[str, tuple[Callable[[Callable[[], Any]], Any], tuple[int, ...]]] = {
        "transformer": (partial(transformer, width=width, blocks=1), (batch, length, width)),
        "ResNet": (partial(resnet, width=channels, blocks=1), (batch, 3, side, side)),
    }
    found: dict[str, Any] = {}
    for what, (make, shape) in networks.items():
        for name in NAMES[:1] if machine.dry else NAMES:
            for rival, run in functions(name, machine).items():
                if not isinstance(run, str) and rival not in ("copy", "jax.nn"):
                    step = _step(make(partial(Applied, run)), machine.numbers(*shape), machine)
                    found[f"{what}, {name}, {rival}"] = machine.seconds(step)
    return found


def _step(network: Any, x: torch.Tensor, machine: Machine) -> Callable[[], None]:
    network.to(machine.device)
    optimiser: Any = torch.optim.SGD(network.parameters(), lr=1e-4)

    def step() -> None:
        optimiser.zero_grad()
        loss = network(x).square().mean()
        loss.backward()
        optimiser.step()

    return step
