"""The layers of `multiact.experiments` that Flax has no module for, in nnx and linen.

Flax's own attention has its weights by heads, which no file of PyTorch's layouts has.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import linen as nn
from flax import nnx

from multiact.experiments.network import Attention, Embed


class NnxEmbed(nnx.Module):
    """Vectors of tokens and of their positions."""

    def __init__(self, layer: Embed, rngs: nnx.Rngs) -> None:
        self.tokens = nnx.Embed(layer.tokens, layer.width, rngs=rngs)
        self.positions = nnx.Embed(layer.positions, layer.width, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the vectors of tokens (count, positions)."""
        return self.tokens(x) + self.positions(jnp.arange(x.shape[-1]))


class NnxAttention(nnx.Module):
    """Self-attention."""

    def __init__(self, layer: Attention, rngs: nnx.Rngs) -> None:
        self.layer = layer
        self.qkv = nnx.Linear(layer.width, 3 * layer.width, rngs=rngs)
        self.out = nnx.Linear(layer.width, layer.width, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return what each position of (count, positions, width) takes from the others."""
        return self.out(_taken(self.qkv(x), self.layer))


class LinenEmbed(nn.Module):
    """Vectors of tokens and of their positions."""

    layer: Embed

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the vectors of tokens (count, positions)."""
        tokens = nn.Embed(self.layer.tokens, self.layer.width, name="tokens")
        positions = nn.Embed(self.layer.positions, self.layer.width, name="positions")
        return tokens(x) + positions(jnp.arange(x.shape[-1]))


class LinenAttention(nn.Module):
    """Self-attention."""

    layer: Attention

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return what each position of (count, positions, width) takes from the others."""
        every = nn.Dense(3 * self.layer.width, name="qkv")(x)
        return nn.Dense(self.layer.width, name="out")(_taken(every, self.layer))


def _taken(every: jax.Array, layer: Attention) -> jax.Array:
    """Return the weighted means of values, from queries, keys and values in one row."""
    split = every.reshape(*every.shape[:-1], 3, layer.heads, layer.width // layer.heads)
    query, key, value = jnp.moveaxis(split, -3, 0)
    taken = jax.nn.dot_product_attention(query, key, value, is_causal=layer.causal)
    return taken.reshape(*taken.shape[:-2], layer.width)
