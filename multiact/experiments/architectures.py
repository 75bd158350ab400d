"""Architectures: networks described from a few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from multiact.declare import registry
from multiact.declare.activation import Activation
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
    Pool,
    Residual,
)

#: from the width of a transformer to that between two dense layers of a block
_EXPANSION = 4


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
    _check_elementwise(activation)
    options = options or {}
    layers: list[Layer] = []
    height, width, inputs = shape
    for i, count in enumerate(channels, 1):
        height, width = ((n + 2 * padding - kernel + 1) // 2 for n in (height, width))
        _check_size(shape, (height, width), i)
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


def residual(
    shape: Sequence[int],
    channels: Sequence[int],
    outputs: int,
    activation: str | Activation,
    options: Mapping[str, Any] | None = None,
    *,
    tie: bool = False,
) -> Network:
    """Describe convolutions, each with a pool of 2 x 2 and two more that are added to its result.

    Parameters
    ----------
    shape
        Height, width and channels of an image.
    channels
        Number of channels after each pool.
    outputs
        Number of outputs.
    activation
        Name or record of the activation, a function of one element.
    options
        Options of every activation.
    tie
        Whether all layers share one module.

    Returns
    -------
    tuple
        The layers, named conv1, act1, pool1, block1, conv2 ... norm, flatten, dense.  The blocks
        are those of He et al. 2016 (arXiv:1603.05027), normalised over the channels of each pixel:
        a batch has no influence on its examples.

    Raises
    ------
    ValueError
        If the image is too small.
    TypeError
        If the activation is no function of one element.
    """
    _check_elementwise(activation)
    options, first = options or {}, "act1" if tie else None
    layers: list[Layer] = []
    height, width, inputs = shape
    for i, count in enumerate(channels, 1):
        height, width = height // 2, width // 2
        _check_size(shape, (height, width), i)
        layers += [
            Conv(f"conv{i}", inputs, count, 3, 1),
            Act(f"act{i}", activation, options, first if i > 1 else None),
            Pool(f"pool{i}"),
            Residual(f"block{i}", tuple(_convolutions(count, activation, options, first))),
        ]
        inputs = count
    dense = Dense("dense", inputs * height * width, outputs)
    return (*layers, Norm("norm", inputs), Flatten(), dense)


def _convolutions(
    count: int, activation: str | Activation, options: Mapping[str, Any], first: str | None
) -> Iterator[Layer]:
    for i in (1, 2):
        yield Norm(f"norm{i}", count)
        yield Act(f"act{i}", activation, options, first)
        yield Conv(f"conv{i}", count, count, 3, 1)


def transformer(
    tokens: int,
    positions: int,
    sizes: Sequence[int],
    activation: str | Activation,
    options: Mapping[str, Any] | None = None,
    *,
    tie: bool = False,
) -> Network:
    """Describe a transformer that predicts, at each position of a text, the token that follows.

    Parameters
    ----------
    tokens
        How many different ones there are.
    positions
        How many tokens it sees at once.
    sizes
        Width, number of blocks and number of heads.
    activation
        Name or record of the activation.
    options
        Options of every activation.
    tie
        Whether all layers share one module.

    Returns
    -------
    tuple
        The layers, as in GPT-2: embed, attend1, mlp1, attend2 ... norm, head.  Between the dense
        layers of a block are four times the width; before a gate, which halves them, eight times.

    Raises
    ------
    ValueError
        If the heads do not divide the width.

    Examples
    --------
    >>> from multiact.experiments.architectures import transformer
    >>> from multiact.experiments.network import count
    >>> count(transformer(80, 64, (64, 2, 4), "gelu"))
    114512
    """
    width, blocks, heads = sizes
    if width % heads:
        raise ValueError(f"{heads} heads do not divide a width of {width}")
    act, options = registry.get(activation), options or {}
    hidden, factor = _EXPANSION * width, 2 if act.kind == "gated" else 1
    layers: list[Layer] = [Embed("embed", tokens, positions, width)]
    for i in range(1, blocks + 1):
        first = "mlp1.act" if tie and i > 1 else None
        dense = (
            Dense("dense1", width, factor * hidden),
            Act("act", activation, options, first),
            Dense("dense2", hidden, width),
        )
        layers += [
            Residual(f"attend{i}", (Norm("norm", width), Attention("attention", width, heads))),
            Residual(f"mlp{i}", (Norm("norm", width), *dense)),
        ]
    return (*layers, Norm("norm", width), Dense("head", width, tokens))


def _check_elementwise(activation: str | Activation) -> None:
    act = registry.get(activation)
    if act.kind != "elementwise":
        raise TypeError(f"{act.key} is {act.kind}; convolutions take elementwise activations")


def _check_size(shape: Sequence[int], left: Sequence[int], pools: int) -> None:
    if min(left) < 1:
        raise ValueError(f"images of {shape[0]} x {shape[1]} are too small for {pools} pools")
