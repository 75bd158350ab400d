"""Descriptions of networks of dense layers and activations, shared by all frameworks."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from multiact.adapters.configuration import Configuration, configure
from multiact.checkpoints import fit, read
from multiact.declare import registry

State = dict[str, np.ndarray]  # "dense1.weight" -> array


@dataclass(frozen=True)
class Dense:
    """A layer that multiplies by a matrix and adds a bias."""

    name: str
    inputs: int
    outputs: int


@dataclass(frozen=True)
class Act:
    """An activation with the options of its modules, such as `channels`."""

    name: str
    activation: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def configuration(self) -> Configuration:
        """Return the checked configuration from which modules are built."""
        return configure(registry.get(self.activation), (), self.options)


Network = tuple[Dense | Act, ...]


def classifier(
    sizes: Sequence[int] = (784, 256, 128, 10),
    activation: str = "talu",
    options: Sequence[Mapping[str, Any]] = ({}, {"channels": 128}),
) -> Network:
    """Describe dense layers with an activation after each but the last.

    Parameters
    ----------
    sizes
        Number of inputs, then number of outputs of each layer.
    activation
        Name of the activation.
    options
        Options of each activation; by default, the first learns a single number and the second
        one for each of its 128 channels.

    Returns
    -------
    tuple
        The layers, named dense1, act1, dense2 ...

    Examples
    --------
    >>> from multiact.experiments import classifier
    >>> [layer.name for layer in classifier()]
    ['dense1', 'act1', 'dense2', 'act2', 'dense3']
    """
    dense = [Dense(f"dense{i}", *pair) for i, pair in enumerate(pairwise(sizes), 1)]
    if len(options) != len(dense) - 1:
        raise ValueError(f"{len(dense) - 1} activations need as many options, got {len(options)}")
    acts = [Act(f"act{i}", activation, option) for i, option in enumerate(options, 1)]
    return (*(layer for pair in zip(dense, acts, strict=False) for layer in pair), dense[-1])


def read_state(network: Network, file: str | os.PathLike[str]) -> State:
    """Read the parameters of a network.

    Parameters
    ----------
    network
        The network that was saved.
    file
        A safetensors file.

    Returns
    -------
    dict of numpy.ndarray
        The arrays by PyTorch's names, such as "dense1.weight", bit for bit.

    Raises
    ------
    ValueError
        If the file lacks a parameter, has one too many, or has one with another shape.
    """
    empty = {name: np.empty(shape, np.float32) for name, shape in shapes(network).items()}
    return fit(read(file), empty, file)


def shapes(network: Network) -> dict[str, tuple[int, ...]]:
    """Return names and shapes of all parameters, as PyTorch saves them."""
    result: dict[str, tuple[int, ...]] = {}
    for layer in network:
        if isinstance(layer, Dense):
            parameters = {"weight": (layer.outputs, layer.inputs), "bias": (layer.outputs,)}
        else:
            c = layer.configuration()
            parameters = {n: s for n, s in c.shapes.items() if s or n in c.learnable}
        result |= {f"{layer.name}.{name}": shape for name, shape in parameters.items()}
    return result


def count(network: Network) -> int:
    """Count the parameters."""
    return sum(math.prod(shape) for shape in shapes(network).values())
