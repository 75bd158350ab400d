"""The networks of `multiact.experiments` in PyTorch: training, saving and evaluation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

from multiact.experiments.data import batches
from multiact.experiments.network import Act, Dense, Network
from multiact.experiments.recipe import Recipe
from multiact_torch._files import load
from multiact_torch._modules import create

Report = Callable[[float], None]


def build(network: Network) -> nn.Sequential:
    """Build a network with new weights from torch's global generator."""
    return nn.Sequential(OrderedDict((layer.name, _layer(layer)) for layer in network))


def train(
    network: Network,
    images: np.ndarray,
    labels: np.ndarray,
    recipe: Recipe,
    file: Path,
    report: Report,
) -> list[float]:
    """Train on the CPU, save the weights, and return the mean loss of every epoch."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        model = build(network)
    with _one_thread():
        losses = _fit(model, images, labels, recipe, report)
    save_file(model.state_dict(), file)
    return losses


@contextmanager
def _one_thread() -> Iterator[None]:
    """Use one thread: small steps gain nothing from more, and stall when a core is busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _fit(
    model: nn.Module, images: np.ndarray, labels: np.ndarray, recipe: Recipe, report: Report
) -> list[float]:
    x, target = torch.from_numpy(images).flatten(1), torch.from_numpy(labels.astype(np.int64))
    loss_function = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = LambdaLR(optimizer, recipe.decay(len(labels)))
    means = []
    for epoch in range(recipe.epochs):
        total = 0.0
        order = batches(len(labels), recipe.batch_size, seed=recipe.seed, epoch=epoch)
        for indices in map(torch.from_numpy, order):
            optimizer.zero_grad()
            loss = loss_function(model(x[indices]), target[indices])
            loss.backward()
            optimizer.step()
            schedule.step()
            report(loss.item())
            total += loss.item() * len(indices)
        means.append(total / len(labels))
    return means


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


def _layer(layer: Dense | Act) -> nn.Module:
    if isinstance(layer, Dense):
        return nn.Linear(layer.inputs, layer.outputs)
    made: nn.Module = create(layer.activation, **layer.options)
    return made
