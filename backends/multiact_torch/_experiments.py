"""The networks of `multiact.experiments` in PyTorch: modules and evaluation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

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
    Own,
    Pool,
    Residual,
)
from multiact_torch import _layers
from multiact_torch._files import load
from multiact_torch._modules import create


def build(network: Network) -> nn.Sequential:
    """Build a network with new weights from torch's global generator."""
    return nn.Sequential(_modules(network, {}, ""))


def _modules(
    network: Network, made: dict[str, nn.Module], prefix: str
) -> OrderedDict[str, nn.Module]:
    """Return modules by the names of their layers; `made` has all by full names."""
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in network:
        full = prefix + layer.name
        if isinstance(layer, Residual):
            module: nn.Module = _layers.Residual(_modules(layer.layers, made, f"{full}."))
        elif isinstance(layer, Act) and layer.tie:
            module = made[layer.tie]
        else:
            module = _layer(layer)
        modules[layer.name] = made[full] = module
    return modules


def forwards(network: Network, file: Path) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return functions from images to logits, by backend name."""
    with torch.random.fork_rng(devices=[]):
        model = build(network).eval()
    load(model, file)

    def run(images: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            logits: np.ndarray = model(torch.from_numpy(images).flatten(1)).numpy()
        return logits

    return {"torch": run}


def _layer(layer: Layer) -> nn.Module:
    assert not isinstance(layer, Residual | Own)
    if isinstance(layer, Dense):
        return nn.Linear(layer.inputs, layer.outputs)
    if isinstance(layer, Conv):
        return nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, padding=layer.padding)
    if isinstance(layer, Pool):
        return nn.MaxPool2d(layer.size)
    if isinstance(layer, Flatten):
        return nn.Flatten()
    if isinstance(layer, Norm):
        return _layers.Norm(layer)
    if isinstance(layer, Embed):
        return _layers.Embed(layer)
    if isinstance(layer, Attention):
        return _layers.Attention(layer)
    made: nn.Module = create(layer.activation, **layer.options)
    return made
