"""One training step of two small networks with an activation, ours or another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from benchmarks.gpu.clock import Machine
from benchmarks.gpu.rivals import functions

NAMES = ("mish", "gelu", "talu")


class Applied(nn.Module):
    """A function of tensors as a module."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> Any:
        """Apply it."""
        return self.function(x)


class Transformer(nn.Module):
    """One layer of a transformer with a feed-forward part of four times the width."""

    def __init__(self, width: int, act: nn.Module) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.forth, self.back = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.act = act

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Attend, then transform each position."""
        y = self.norms[0](x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        result: torch.Tensor = x + self.back(self.act(self.forth(self.norms[1](x))))
        return result


class ResNetBlock(nn.Module):
    """A basic block of a residual network."""

    def __init__(self, channels: int, act: nn.Module) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(2))
        self.act = act

    def forward(self, x: torch.Tensor) -> Any:
        """Convolve twice, and add."""
        y = self.act(self.norms[0](self.convolutions[0](x)))
        return self.act(x + self.norms[1](self.convolutions[1](y)))


def steps(machine: Machine) -> dict[str, Any]:
    """Measure a step of each network with each rival of some activations, in seconds."""
    width, length, batch = (32, 8, 2) if machine.dry else (512, 512, 16)
    channels, side = (8, 6) if machine.dry else (128, 56)
    networks: dict[str, tuple[Callable[[nn.Module], nn.Module], tuple[int, ...]]] = {
        "transformer": (lambda act: Transformer(width, act), (batch, length, width)),
        "ResNet block": (lambda act: ResNetBlock(channels, act), (batch, channels, side, side)),
    }
    found: dict[str, Any] = {}
    for what, (make, shape) in networks.items():
        for name in NAMES[:1] if machine.dry else NAMES:
            for rival, run in functions(name, machine).items():
                if not isinstance(run, str) and rival not in ("copy", "jax.nn"):
                    step = _step(make(Applied(run)), machine.numbers(*shape), machine)
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
