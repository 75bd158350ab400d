"""The networks of `multiact.experiments` in Flax, nnx and linen: evaluation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn
from flax import nnx

from multiact.experiments.network import (
    Act,
    Attention,
    Conv,
    Dense,
    Embed,
    Flatten,
    Layer,
    Network,
    Norm,
    Pool,
    Residual,
)
from multiact_flax import create, linen, load
from multiact_flax._layers import LinenAttention, LinenEmbed, NnxAttention, NnxEmbed

Forward = Callable[[np.ndarray], np.ndarray]


def forwards(network: Network, file: Path) -> dict[str, Forward]:
    """Return functions from images to logits, by backend name."""
    return {"flax.nnx": _nnx(network, file), "flax.linen": _linen(network, file)}


class NnxNetwork(nnx.Module):
    """The network with nnx modules."""

    def __init__(
        self,
        network: Network,
        rngs: nnx.Rngs,
        made: dict[str, Any] | None = None,
        prefix: str = "",
    ) -> None:
        self.network = network
        made = {} if made is None else made  # all modules by full names
        for layer in network:
            full = prefix + layer.name
            if isinstance(layer, Pool | Flatten):
                continue
            if isinstance(layer, Residual):
                made[full] = NnxNetwork(layer.layers, rngs, made, f"{full}.")
            elif isinstance(layer, Act) and layer.tie is not None:
                made[full] = made[layer.tie]
            else:
                made[full] = _nnx_layer(layer, rngs)
            setattr(self, layer.name, made[full])

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits."""
        return self.watched(x)[0]

    def watched(self, x: jax.Array) -> tuple[jax.Array, list[jax.Array]]:
        """Return the logits, and the outputs of all activations."""
        seen = []
        for layer in self.network:
            if isinstance(layer, Pool | Flatten):
                x = _without_weights(layer, x)
            elif isinstance(layer, Residual):
                y, inside = getattr(self, layer.name).watched(x)
                x = x + y
                seen += inside
            else:
                x = getattr(self, layer.name)(x)
            if isinstance(layer, Act):
                seen.append(x)
        return x, seen


class LinenNetwork(nn.Module):
    """The network with linen modules."""

    network: Network
    prefix: str = ""

    @nn.compact
    def __call__(self, x: jax.Array, made: dict[str, Any] | None = None) -> jax.Array:
        """Return the logits; `made` has all modules by full names."""
        made = {} if made is None else made
        for layer in self.network:
            full = self.prefix + layer.name
            if isinstance(layer, Pool | Flatten):
                x = _without_weights(layer, x)
            elif isinstance(layer, Residual):
                inner = LinenNetwork(layer.layers, f"{full}.", name=layer.name)
                x = x + inner(x, made)
            else:
                first = layer.tie if isinstance(layer, Act) else None
                made[full] = made[first] if first else _linen_layer(layer)
                x = made[full](x)
        return x


def _without_weights(layer: Pool | Flatten, x: jax.Array) -> jax.Array:
    if isinstance(layer, Pool):
        window = (layer.size, layer.size)
        pooled: jax.Array = nn.max_pool(x, window, window)  # type: ignore[no-untyped-call]
        return pooled
    # PyTorch has the channels first, and so have the weights of the next layer
    return jnp.moveaxis(x, -1, 1).reshape(len(x), -1)


def _nnx(network: Network, file: Path) -> Forward:
    # shapes only: the file provides the values
    model = nnx.eval_shape(lambda: NnxNetwork(network, nnx.Rngs(0)))
    load(model, file)
    return _run(nnx.jit(model))


def _linen(network: Network, file: Path) -> Forward:
    model = LinenNetwork(network)
    x = np.empty((1, next(n.inputs for n in network if isinstance(n, Dense))), np.float32)
    variables = linen.load(jax.eval_shape(model.init, jax.random.key(0), x), file)
    return _run(jax.jit(lambda x: model.apply(variables, x)))


def _run(logits: Callable[[Any], Any]) -> Forward:
    def run(images: np.ndarray) -> np.ndarray:
        # the default precision of GPUs and TPUs is lower than float32
        with jax.default_matmul_precision("highest"):
            return np.asarray(logits(jnp.asarray(images).reshape(len(images), -1)))

    return run


def _nnx_layer(layer: Layer, rngs: nnx.Rngs) -> Any:
    if isinstance(layer, Dense):
        return nnx.Linear(layer.inputs, layer.outputs, rngs=rngs)
    if isinstance(layer, Conv):
        kernel = (layer.kernel, layer.kernel)
        return nnx.Conv(layer.inputs, layer.outputs, kernel, padding=layer.padding, rngs=rngs)
    if isinstance(layer, Norm):
        return nnx.LayerNorm(
            layer.features, epsilon=layer.epsilon, use_fast_variance=False, rngs=rngs
        )
    if isinstance(layer, Embed):
        return NnxEmbed(layer, rngs)
    if isinstance(layer, Attention):
        return NnxAttention(layer, rngs)
    assert isinstance(layer, Act)
    return create(layer.activation, rngs=rngs, **layer.options)


def _linen_layer(layer: Layer) -> Any:
    if isinstance(layer, Dense):
        return nn.Dense(layer.outputs, name=layer.name)
    if isinstance(layer, Conv):
        kernel = (layer.kernel, layer.kernel)
        return nn.Conv(layer.outputs, kernel, padding=layer.padding, name=layer.name)
    if isinstance(layer, Norm):
        return nn.LayerNorm(layer.epsilon, use_fast_variance=False, name=layer.name)
    if isinstance(layer, Embed):
        return LinenEmbed(layer, name=layer.name)
    if isinstance(layer, Attention):
        return LinenAttention(layer, name=layer.name)
    assert isinstance(layer, Act)
    return linen.create(layer.activation, name=layer.name, **layer.options)
