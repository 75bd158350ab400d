"""Whole training steps: small networks with our activations, and with the framework's own.

Both networks start with the same weights, and are given the same batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from benchmarks import frameworks
from benchmarks.rivals import NATIVE, Place, Rivals
from benchmarks.timing import Run

GOAL = 1.03
BATCH = 64


def steps() -> Iterator[Place]:
    """The steps of each framework."""
    for name in ("relu", "gelu", "silu"):
        yield _torch_step("MLP", name)
    for layout in ("NCHW", "channels_last"):
        for name in ("relu", "silu"):
            yield _torch_step(f"ResNet {layout}", name)
    yield _torch_step("transformer", "gelu")
    for mode in ("compiled", "bfloat16"):
        yield _torch_step("MLP", "gelu", mode)
        yield _torch_step("transformer", "gelu", mode)
    for name in ("relu", "gelu", "silu"):
        yield Place("flax", f"step of an MLP, {name}", partial(_flax_step, name), GOAL)


def _torch_step(network: str, name: str, mode: str = "eager") -> Place:
    title = f"step of a {network}, {name}, {mode}".replace("a MLP", "an MLP")
    return Place("torch", title, partial(_torch_rivals, network, name, mode), GOAL)


def _torch_rivals(network: str, name: str, mode: str) -> Rivals:
    torch = frameworks.torch()
    import multiact_torch

    make, shape = _NETWORKS[network.partition(" ")[0]]
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    if network.endswith("channels_last"):
        x = x.to(memory_format=torch.channels_last)
    native = getattr(torch.nn, NATIVE[name])

    def run(activation: Callable[[], Any]) -> Run:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = make(activation)
        if network.endswith("channels_last"):
            model = model.to(memory_format=torch.channels_last)
        called = torch.compile(model) if mode == "compiled" else model
        parameters = list(model.parameters())

        def step() -> Any:
            with torch.autocast("cpu", enabled=mode == "bfloat16"):
                loss = called(x).float().square().mean()
            return torch.autograd.grad(loss, parameters)

        return step

    return Rivals(run(multiact_torch.module_class(name)), run(native))


def _mlp(activation: Callable[[], Any]) -> Any:
    nn = frameworks.torch().nn
    sizes = (784, 256, 192, 128)
    layers = [layer for n, m in pairwise(sizes) for layer in (nn.Linear(n, m), activation())]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 10))


def resnet(activation: Callable[[], Any], width: int = 32, blocks: int = 3) -> Any:
    """Convolutions of images with three channels, and blocks whose result is added."""
    nn = frameworks.torch().nn

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, channels: int) -> None:
            super().__init__()
            self.first = nn.Conv2d(channels, channels, 3, padding=1)
            self.second = nn.Conv2d(channels, channels, 3, padding=1)
            self.between, self.after = activation(), activation()

        def forward(self, x: Any) -> Any:
            return self.after(x + self.second(self.between(self.first(x))))

    stem = (nn.Conv2d(3, width, 3, padding=1), activation())
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))
    return nn.Sequential(*stem, *(Block(width) for _ in range(blocks)), *head)


def transformer(activation: Callable[[], Any], width: int = 128, blocks: int = 2) -> Any:
    """Blocks of attention with four heads, and of dense layers of four times the width."""
    nn = frameworks.torch().nn

    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, width: int) -> None:
            super().__init__()
            self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
            self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(2)])
            self.mlp = nn.Sequential(
                nn.Linear(width, 4 * width), activation(), nn.Linear(4 * width, width)
            )

        def forward(self, x: Any) -> Any:
            h = self.norms[0](x)
            x = x + self.attention(h, h, h, need_weights=False)[0]
            return x + self.mlp(self.norms[1](x))

    return nn.Sequential(*(Block(width) for _ in range(blocks)))


_NETWORKS: dict[str, tuple[Callable[[Callable[[], Any]], Any], tuple[int, ...]]] = {
    "MLP": (_mlp, (BATCH, 784)),
    "ResNet": (resnet, (16, 3, 32, 32)),
    "transformer": (transformer, (16, 64, 128)),
}


def _flax_step(name: str) -> Rivals:
    jax = frameworks.jax()
    import multiact_flax
    from flax import nnx

    sizes = (784, 256, 192, 128)
    x = jax.random.normal(jax.random.key(0), (BATCH, sizes[0]))

    def run(activation: Callable[[Any], Any]) -> Run:
        rngs = nnx.Rngs(0)
        layers = [
            layer for n, m in pairwise(sizes) for layer in (nnx.Linear(n, m, rngs=rngs), activation)
        ]
        model = nnx.Sequential(*layers, nnx.Linear(sizes[-1], 10, rngs=rngs))
        graph, state = nnx.split(model)

        @jax.jit
        def step(state: Any) -> Any:
            gradients = jax.grad(lambda s: (nnx.merge(graph, s)(x) ** 2).mean())(state)
            return jax.tree.leaves(gradients)

        return lambda: jax.block_until_ready(step(state))

    theirs = partial(nnx.gelu, approximate=False) if name == "gelu" else getattr(nnx, name)
    return Rivals(run(getattr(multiact_flax, name)), run(theirs), time.process_time)
