"""Descriptions of networks, shared by all frameworks, and their starting weights.

A network is a tuple of layers.  Its data are (count, features), (count, height, width, channels)
for convolutions, or (count, positions) of the numbers of tokens; the names and layouts of its
weights are PyTorch's.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from multiact.adapters.configuration import Configuration, configure
from multiact.checkpoints import fit, read
from multiact.declare import registry
from multiact.declare.activation import Activation

State = dict[str, np.ndarray]  # "dense1.weight" -> array
#: deviation of the first embeddings
_EMBEDDED = 0.02


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
class Norm:
    """Mean 0 and deviation 1 over the features of each example, then a scale and a shift for each.

    Of images, over the channels of each pixel; of texts, over the features of each position.
    """

    name: str
    features: int
    epsilon: float = 1e-5


@dataclass(frozen=True)
class Embed:
    """The sum of two vectors: one that belongs to a token, and one to its position."""

    name: str
    tokens: int
    positions: int
    width: int


@dataclass(frozen=True)
class Attention:
    """Each position takes from the others, with `causal` from those before it and itself alone."""

    name: str
    width: int
    heads: int
    causal: bool = True


@dataclass(frozen=True)
class Residual:
    """Layers whose result is added to what they are given; their names start with its own."""

    name: str
    layers: tuple[Layer, ...]


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
        Full name of an earlier layer, such as "mlp1.act", whose module this one uses again, with
        its parameters.
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


@dataclass(frozen=True)
class Own:
    """A model of the user's, which is a network's only layer; see `multiact.experiments.own`.

    Attributes
    ----------
    name
        What calls it in errors: FILE.py:NAME.
    act
        The activation that it is made with.
    tied
        Whether all its activations are one module.
    shape
        Of one input, images with their channels last.
    result
        Of one output.
    """

    name: str
    act: Act
    tied: bool
    shape: tuple[int, ...]
    result: tuple[int, ...]


Layer = Dense | Conv | Pool | Flatten | Norm | Embed | Attention | Residual | Act | Own
Drawn = Dense | Conv | Embed | Attention  # their weights start at random
Network = tuple[Layer, ...]


def qualified(network: Network, prefix: str = "") -> Network:
    """Return a network with full names: "block1.conv1" for a layer of the residual "block1"."""
    return tuple(_qualified(layer, prefix) for layer in network)


def _qualified(layer: Layer, prefix: str) -> Layer:
    name = prefix + layer.name
    if isinstance(layer, Residual):
        return Residual(name, qualified(layer.layers, f"{name}."))
    return replace(layer, name=name) if prefix else layer


def leaves(network: Network) -> Iterator[Layer]:
    """Yield the layers that contain no others, in their order, by their full names."""
    return _leaves(qualified(network))


def _leaves(network: Network) -> Iterator[Layer]:
    for layer in network:
        if isinstance(layer, Residual):
            yield from _leaves(layer.layers)
        else:
            yield layer


def acts(network: Network) -> Iterator[Act]:
    """Yield the activations of a network, by their full names."""
    return (layer for layer in leaves(network) if isinstance(layer, Act))


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
        1 / sqrt(fan_in), as in `torch.nn.Linear`; embeddings are normal with deviation 0.02, as
        in GPT-2.  Of a user's own model there are none: it starts as its function makes it.

    Examples
    --------
    >>> from multiact.experiments import mlp, start
    >>> start(mlp([4, 3, 2], "relu"), seed=0)["dense1.weight"].shape
    (3, 4)
    """
    state: State = {}
    drawn = [layer for layer in leaves(network) if isinstance(layer, Drawn)]
    for position, layer in enumerate(drawn):
        random = np.random.default_rng((seed, position))
        for name, shape in _weight_shapes(layer).items():
            state[f"{layer.name}.{name}"] = _draw_weights(layer, shape, random).astype(np.float32)
    for norm in leaves(network):
        if isinstance(norm, Norm):
            state[f"{norm.name}.weight"] = np.ones(norm.features, np.float32)
            state[f"{norm.name}.bias"] = np.zeros(norm.features, np.float32)
    for position, act in enumerate(acts(network)):
        if act.tie is None:
            draw = _Draw(np.random.default_rng((seed, len(drawn) + position)))
            c = act.configuration()
            for name, shape in _act_shapes(c).items():
                value = np.broadcast_to(np.asarray(c.start(name, draw, np)), shape)
                state[f"{act.name}.{name}"] = value.astype(np.float32)
    return {name: state[name] for name in shapes(network)}


def _draw_weights(layer: Drawn, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    if isinstance(layer, Embed):
        return random.normal(0, _EMBEDDED, shape)
    bound = 1 / math.sqrt(_fan_in(layer))
    return random.uniform(-bound, bound, shape)


class _Draw:
    """Random initial values of activations."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random

    def uniform(self, shape: tuple[int, ...]) -> np.ndarray:
        return self._random.random(shape)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        return self._random.standard_normal(shape)


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
    for layer in leaves(network):
        parameters: dict[str, tuple[int, ...]] = {}
        if isinstance(layer, Drawn | Norm):
            parameters = _weight_shapes(layer)
        elif isinstance(layer, Act) and layer.tie is None:
            parameters = _act_shapes(layer.configuration())
        result |= {f"{layer.name}.{name}": shape for name, shape in parameters.items()}
    return result


def learned(network: Network) -> list[str]:
    """Return the names of what activations learn: parameters, and running statistics."""
    return [
        f"{act.name}.{name}"
        for act in acts(network)
        if act.tie is None
        for name in changing(act.configuration())
    ]


def changing(c: Configuration) -> list[str]:
    """Return the names of the parameters of an activation that training changes."""
    kept = (*c.learnable, *c.activation.running)
    return [name for name in _act_shapes(c) if name in kept]


def _weight_shapes(layer: Drawn | Norm) -> dict[str, tuple[int, ...]]:
    if isinstance(layer, Norm):
        return {"weight": (layer.features,), "bias": (layer.features,)}
    if isinstance(layer, Embed):
        width = layer.width
        return {
            "tokens.weight": (layer.tokens, width),
            "positions.weight": (layer.positions, width),
        }
    if isinstance(layer, Attention):
        n = layer.width
        inner = {"qkv.weight": (3 * n, n), "qkv.bias": (3 * n,)}
        return {**inner, "out.weight": (n, n), "out.bias": (n,)}
    kernel = (layer.kernel, layer.kernel) if isinstance(layer, Conv) else ()
    return {"weight": (layer.outputs, layer.inputs, *kernel), "bias": (layer.outputs,)}


def _act_shapes(c: Configuration) -> dict[str, tuple[int, ...]]:
    return {name: shape for name, shape in c.shapes.items() if shape or name in c.learnable}


def _fan_in(layer: Dense | Conv | Attention) -> int:
    if isinstance(layer, Attention):
        return layer.width
    return layer.inputs * (layer.kernel**2 if isinstance(layer, Conv) else 1)


def count(network: Network) -> int:
    """Count the parameters."""
    return sum(math.prod(shape) for shape in shapes(network).values())
