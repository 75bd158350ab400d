"""Descriptions of networks, shared by all frameworks, and their starting weights.

A network is a tuple of layers.  Its data are (count, features), or (count, height, width,
channels) for convolutions; the names and layouts of its weights are PyTorch's.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from multiact.adapters.configuration import Configuration, configure
from multiact.checkpoints import fit, read
from multiact.declare import registry
from multiact.declare.activation import Activation

State = dict[str, np.ndarray]  # "dense1.weight" -> array


@dataclass(frozen=True)
class Dense:
    """A layer that multiplies by a matrix and adds a bias."""

    name: str
    inputs: int
    outputs: int


@dataclass(frozen=True)
class Conv:
    """A convolution with a square kernel and a bias; `padding` zeros on each side."""

    name: str
    inputs: int
    outputs: int
    kernel: int
    padding: int = 0


@dataclass(frozen=True)
class Pool:
    """The maximum of each square, beside one another."""

    name: str
    size: int = 2


@dataclass(frozen=True)
class Flatten:
    """All that belongs to one image in one row, the pixels of the first channel first."""

    name: str = "flatten"


@dataclass(frozen=True)
class Act:
    """An activation with the options of its modules, such as `channels`.

    Attributes
    ----------
    name
        Name of the layer.
    activation
        Name or record of the activation.
    options
        Arguments of the module's constructor.
    tie
        Name of an earlier layer whose module this one uses again, with its parameters.
    """

    name: str
    activation: str | Activation
    options: Mapping[str, Any] = field(default_factory=dict)
    tie: str | None = None

    def __hash__(self) -> int:
        return hash((self.name, self.activation, repr(self.options), self.tie))

    def configuration(self) -> Configuration:
        """Return the checked configuration from which modules are built."""
        return configure(registry.get(self.activation), (), self.options)


Layer = Dense | Conv | Pool | Flatten | Act
Network = tuple[Layer, ...]


def mlp(
    sizes: Sequence[int],
    activation: str | Activation,
    options: Sequence[Mapping[str, Any]] | None = None,
    *,
    tie: bool = False,
) -> Network:
    """Describe dense layers with an activation after each but the last.

    Parameters
    ----------
    sizes
        Number of inputs, then number of outputs of each layer.  Before a gate, which halves
        them, a layer has twice as many.
    activation
        Name or record of the activation.
    options
        Options of each activation; by default none.
    tie
        Whether all layers share one module, with one set of learned parameters.

    Returns
    -------
    tuple
        The layers, named dense1, act1, dense2 ...

    Raises
    ------
    ValueError
        If there are not as many options as activations.

    Examples
    --------
    >>> from multiact.experiments import mlp
    >>> [layer.name for layer in mlp([784, 256, 128, 10], "talu")]
    ['dense1', 'act1', 'dense2', 'act2', 'dense3']
    """
    count = len(sizes) - 2
    options = [{}] * count if options is None else options
    if len(options) != count:
        raise ValueError(f"{count} activations need as many options, got {len(options)}")
    act = registry.get(activation)
    factor = 2 if act.kind == "gated" else 1
    layers: list[Layer] = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes), 1):
        if i > count:
            layers.append(Dense(f"dense{i}", inputs, outputs))
        else:
            layers.append(Dense(f"dense{i}", inputs, factor * outputs))
            first = "act1" if tie and i > 1 else None
            layers.append(Act(f"act{i}", activation, options[i - 1], first))
    return tuple(layers)


def convolutional(
    shape: Sequence[int],
    channels: Sequence[int],
    hidden: Sequence[int],
    outputs: int,
    activation: str | Activation,
    options: Mapping[str, Any] | None = None,
    *,
    kernel: int = 3,
    padding: int = 1,
    tie: bool = False,
) -> Network:
    """Describe convolutions, each with an activation and a pool of 2 x 2, then dense layers.

    Parameters
    ----------
    shape
        Height, width and channels of an image.
    channels
        Number of channels after each convolution.
    hidden
        Number of outputs of the dense layers but the last.
    outputs
        Number of outputs of the last layer.
    activation
        Name or record of the activation, a function of one element.
    options
        Options of every activation.
    kernel, padding
        Of the convolutions.
    tie
        Whether all layers share one module.

    Returns
    -------
    tuple
        The layers, named conv1, act1, pool1, conv2 ... flatten, dense1 ...

    Raises
    ------
    ValueError
        If the image is too small.
    TypeError
        If the activation is no function of one element.
    """
    act = registry.get(activation)
    if act.kind != "elementwise":
        raise TypeError(f"{act.key} is {act.kind}; convolutions take elementwise activations")
    options = options or {}
    layers: list[Layer] = []
    height, width, inputs = shape
    for i, count in enumerate(channels, 1):
        height, width = ((n + 2 * padding - kernel + 1) // 2 for n in (height, width))
        if min(height, width) < 1:
            raise ValueError(f"images of {shape[0]} x {shape[1]} are too small for {i} pools")
        tied = "act1" if tie and i > 1 else None
        layers += [
            Conv(f"conv{i}", inputs, count, kernel, padding),
            Act(f"act{i}", activation, options, tied),
            Pool(f"pool{i}"),
        ]
        inputs = count
    layers.append(Flatten())
    dense = mlp([inputs * height * width, *hidden, outputs], activation)
    for layer in dense:
        if isinstance(layer, Act):
            number = len(channels) + int(layer.name.removeprefix("act"))
            layers.append(Act(f"act{number}", activation, options, "act1" if tie else None))
        else:
            layers.append(layer)
    return tuple(layers)


def start(network: Network, seed: int) -> State:
    """Draw starting weights, the same for every framework and activation.

    Parameters
    ----------
    network
        The layers.
    seed
        An integer of 0 or more.  A layer's weights depend on it, on the layer's position among
        those with weights, and on its shape, so that networks that differ in their activations
        start from the same weights.

    Returns
    -------
    dict of numpy.ndarray
        float32 arrays by PyTorch's names.  Weights and biases are uniform within
        1 / sqrt(fan_in), as in `torch.nn.Linear`.

    Examples
    --------
    >>> from multiact.experiments import mlp, start
    >>> start(mlp([4, 3, 2], "relu"), seed=0)["dense1.weight"].shape
    (3, 4)
    """
    state: State = {}
    weighted = [layer for layer in network if isinstance(layer, Dense | Conv)]
    for position, layer in enumerate(weighted):
        random = np.random.default_rng((seed, position))
        for name, shape in _weight_shapes(layer).items():
            bound = 1 / math.sqrt(_fan_in(layer))
            state[f"{layer.name}.{name}"] = random.uniform(-bound, bound, shape).astype(np.float32)
    for position, act in enumerate(acts(network)):
        if act.tie is None:
            draw = _Draw(np.random.default_rng((seed, len(weighted) + position)))
            c = act.configuration()
            for name, shape in _act_shapes(c).items():
                value = np.broadcast_to(np.asarray(c.start(name, draw, np)), shape)
                state[f"{act.name}.{name}"] = value.astype(np.float32)
    return {name: state[name] for name in shapes(network)}


class _Draw:
    """Random initial values of activations."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random

    def uniform(self, shape: tuple[int, ...]) -> np.ndarray:
        return self._random.random(shape)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        return self._random.standard_normal(shape)


def acts(network: Network) -> Iterator[Act]:
    """Yield the activations of a network."""
    return (layer for layer in network if isinstance(layer, Act))


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
        parameters: dict[str, tuple[int, ...]] = {}
        if isinstance(layer, Dense | Conv):
            parameters = _weight_shapes(layer)
        elif isinstance(layer, Act) and layer.tie is None:
            parameters = _act_shapes(layer.configuration())
        result |= {f"{layer.name}.{name}": shape for name, shape in parameters.items()}
    return result


def _weight_shapes(layer: Dense | Conv) -> dict[str, tuple[int, ...]]:
    kernel = (layer.kernel, layer.kernel) if isinstance(layer, Conv) else ()
    return {"weight": (layer.outputs, layer.inputs, *kernel), "bias": (layer.outputs,)}


def _act_shapes(c: Configuration) -> dict[str, tuple[int, ...]]:
    return {name: shape for name, shape in c.shapes.items() if shape or name in c.learnable}


def _fan_in(layer: Dense | Conv) -> int:
    return layer.inputs * (layer.kernel**2 if isinstance(layer, Conv) else 1)


def count(network: Network) -> int:
    """Count the parameters."""
    return sum(math.prod(shape) for shape in shapes(network).values())
