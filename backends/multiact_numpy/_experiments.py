"""The networks of `multiact.experiments` in plain NumPy: evaluation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from multiact.experiments.network import Act, Dense, Network, State, read_state
from multiact_numpy._functions import function


def forward(network: Network, state: State, images: np.ndarray) -> np.ndarray:
    """Compute the logits, in the precision of the images."""
    x = images.reshape(len(images), -1)
    for layer in network:
        parameters = {
            n.rpartition(".")[2]: v for n, v in state.items() if n.startswith(f"{layer.name}.")
        }
        if isinstance(layer, Dense):
            x = x @ parameters["weight"].T + parameters["bias"]
        else:
            assert isinstance(layer, Act), "the demonstration has dense layers alone"
            c = layer.configuration()
            values = {n: c.broadcast(n, parameters.get(n, v), x.ndim) for n, v in c.values.items()}
            x = function(layer.activation)(x, **c.arguments(values))
    return x


def forwards(network: Network, file: Path) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return functions from images to logits, by backend name."""
    state = read_state(network, file)
    return {"numpy": lambda images: forward(network, state, images)}
