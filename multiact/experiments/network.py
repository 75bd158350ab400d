"""Networks of dense layers and activations, described once for every framework.

A saved network is a safetensors file with the names and shapes of PyTorch's state_dict;
`read_state` turns it into what every other framework takes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from multiact import registry
from multiact._words import nearest
from multiact.module import Configuration, configure

State = dict[str, dict[str, np.ndarray]]  # layer, parameter -> array


@dataclass(frozen=True)
class Dense:
    """A layer that multiplies with a matrix and adds a bias."""

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
        """The checked configuration that modules are made from."""
        return configure(registry.get(self.activation), (), self.options)


Network = tuple[Dense | Act, ...]


def classifier(
    sizes: Sequence[int] = (784, 256, 128, 10),
    activation: str = "talu",
    options: Sequence[Mapping[str, Any]] = ({}, {"channels": 128}),
) -> Network:
    """Dense layers with an activation after each but the last.

    Parameters
    ----------
    sizes
        Number of inputs, then of the outputs of each layer.
    activation
        Name of the activation.
    options
        Options of each activation; the default is one learned number for the first and one
        for each of the 128 channels of the second.

    Returns
    -------
    tuple
        Layers named dense1, act1, dense2 ...

    Examples
    --------
    >>> from multiact.experiments import classifier
    >>> [layer.name for layer in classifier()]
    ['dense1', 'act1', 'dense2', 'act2', 'dense3']
    """
    dense = [Dense(f"dense{i}", *pair) for i, pair in enumerate(pairwise(sizes), 1)]
    if len(options) != len(dense) - 1:
        raise ValueError(f"{len(dense) - 1} activations need as many options, got {len(options)}")
    acts = [Act(f"act{i}", activation, given) for i, given in enumerate(options, 1)]
    return (*(layer for pair in zip(dense, acts, strict=False) for layer in pair), dense[-1])


def read_state(network: Network, file: str | os.PathLike[str]) -> State:
    """Read what PyTorch saved, as the other frameworks take it.

    Parameters
    ----------
    network
        The network that was saved.
    file
        A safetensors file with the names of PyTorch, such as "dense1.weight".

    Returns
    -------
    dict of dict of numpy.ndarray
        Layer, then parameter: "kernel" and "bias" of a dense layer, and the parameters of an
        activation under their own names.  The arrays are those of the file, bit for bit.

    Raises
    ------
    ValueError
        If the file is damaged, lacks a parameter, has one too many, or one in another shape.

    Notes
    -----
    This is the one place that transposes.  PyTorch's Linear keeps `weight` as (outputs,
    inputs) and computes `x @ weight.T`; Flax keeps `kernel` as (inputs, outputs) and computes
    `x @ kernel`.  So `kernel = weight.T`; nothing else differs.
    """
    saved = _arrays(Path(file))
    _compare(shapes(network), {name: array.shape for name, array in saved.items()}, file)
    state: State = {layer.name: {} for layer in network}
    dense = {layer.name for layer in network if isinstance(layer, Dense)}
    for full_name, array in saved.items():
        layer, name = full_name.rsplit(".", 1)
        if layer in dense and name == "weight":
            state[layer]["kernel"] = array.T
        else:
            state[layer][name] = array
    return state


def _arrays(file: Path) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays: dict[str, np.ndarray] = load_file(file)
    # the others: a dtype that NumPy does not have, such as bfloat16
    except (SafetensorError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file}: not a safetensors file that NumPy can read: {error}") from error
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise ValueError(f"{file}: {name} must be of floating point, got {array.dtype}")
    return arrays


def shapes(network: Network) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all parameters, as PyTorch saves them."""
    result: dict[str, tuple[int, ...]] = {}
    for layer in network:
        if isinstance(layer, Dense):
            own = {"weight": (layer.outputs, layer.inputs), "bias": (layer.outputs,)}
        else:
            c = layer.configuration()
            own = {n: s for n, s in c.shapes.items() if s or n in c.learnable}
        result |= {f"{layer.name}.{name}": shape for name, shape in own.items()}
    return result


def _compare(
    expected: dict[str, tuple[int, ...]],
    found: dict[str, tuple[int, ...]],
    file: str | os.PathLike[str],
) -> None:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            raise ValueError(f"{file}: {name} is missing")
        if name not in expected:
            close = nearest(name, sorted(expected))
            raise ValueError(f"{file}: {name} is no parameter of this network; {close}")
        if found[name] != expected[name]:
            raise ValueError(f"{file}: {name} has shape {found[name]}, expected {expected[name]}")


def count(network: Network) -> int:
    """Number of parameters."""
    return sum(math.prod(shape) for shape in shapes(network).values())
