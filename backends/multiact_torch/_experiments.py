"""The networks of `multiact.experiments` in PyTorch: modules and evaluation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from multiact.experiments.network import Conv, Dense, Flatten, Layer, Network, Pool
from multiact_torch._files import load
from multiact_torch._modules import create


def build(network: Network) -> nn.Sequential:
    """Build a network with new weights from torch's global generator."""
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in network:
        first = getattr(layer, "tie", None)
        modules[layer.name] = modules[first] if first else _layer(layer)
    return nn.Sequential(modules)


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
    if isinstance(layer, Dense):
        return nn.Linear(layer.inputs, layer.outputs)
    if isinstance(layer, Conv):
        return nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, padding=layer.padding)
    if isinstance(layer, Pool):
        return nn.MaxPool2d(layer.size)
    if isinstance(layer, Flatten):
        return nn.Flatten()
    made: nn.Module = create(layer.activation, **layer.options)
    return made
