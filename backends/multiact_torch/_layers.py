"""The layers of `multiact.experiments` that PyTorch has no module or function for."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn
from torch.nn import functional

from multiact.experiments import network as records


def normalised(x: Tensor, layer: records.Norm, weight: Tensor, bias: Tensor) -> Tensor:
    """Normalise over the features, of images (count, channels, height, width) over the channels."""
    images = x.ndim == 4
    x = x.movedim(1, -1) if images else x
    y = functional.layer_norm(x, weight.shape, weight, bias, layer.epsilon)
    return y.movedim(-1, 1) if images else y


def embedded(x: Tensor, tensors: Mapping[str, Tensor]) -> Tensor:
    """Return the sums of the vectors of tokens (count, positions) and of their positions."""
    return functional.embedding(x, tensors["tokens.weight"]) + tensors["positions.weight"]


def attended(x: Tensor, layer: records.Attention, tensors: Mapping[str, Tensor]) -> Tensor:
    """Return what each position of (count, positions, width) takes from the others."""
    count, positions, width = x.shape
    every = functional.linear(x, tensors["qkv.weight"], tensors["qkv.bias"])
    split = every.view(count, positions, 3, layer.heads, width // layer.heads)
    query, key, value = split.permute(2, 0, 3, 1, 4)
    taken = functional.scaled_dot_product_attention(query, key, value, is_causal=layer.causal)
    joined = taken.transpose(1, 2).reshape(x.shape)
    return functional.linear(joined, tensors["out.weight"], tensors["out.bias"])


class Norm(nn.LayerNorm):
    """Layer normalisation, of images over the channels of each pixel."""

    def __init__(self, layer: records.Norm) -> None:
        super().__init__(layer.features, layer.epsilon)
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        """Normalise."""
        return normalised(x, self.layer, self.weight, self.bias)


class Embed(nn.Module):
    """Vectors of tokens and of their positions."""

    def __init__(self, layer: records.Embed) -> None:
        super().__init__()
        self.tokens = nn.Embedding(layer.tokens, layer.width)
        self.positions = nn.Embedding(layer.positions, layer.width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the vectors of tokens (count, positions)."""
        return embedded(x, dict(self.named_parameters()))


class Attention(nn.Module):
    """Self-attention."""

    def __init__(self, layer: records.Attention) -> None:
        super().__init__()
        self.layer = layer
        self.qkv = nn.Linear(layer.width, 3 * layer.width)
        self.out = nn.Linear(layer.width, layer.width)

    def forward(self, x: Tensor) -> Tensor:
        """Return what each position takes from the others."""
        return attended(x, self.layer, dict(self.named_parameters()))


class Residual(nn.Sequential):
    """Layers whose result is added to what they are given."""

    def forward(self, x: Tensor) -> Tensor:
        """Add."""
        y = x
        for module in self:
            y = module(y)
        return x + y
