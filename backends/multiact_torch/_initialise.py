"""Initialisation of weights that preserves variance through an activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from multiact.declare.activation import Activation

_LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
_FILLS: dict[str, Callable[..., Tensor]] = {
    "normal": nn.init.kaiming_normal_,
    "uniform": nn.init.kaiming_uniform_,
}
T = TypeVar("T", Tensor, nn.Module)


def init_(
    target: T,
    spec: str | Mapping[str, Any] | Activation,
    *,
    mode: str = "fan_in",
    distribution: str = "normal",
    generator: torch.Generator | None = None,
    **parameters: Any,
) -> T:
    """Initialise weights to preserve variance from layer to layer, as He's rule does for relu.

    Parameters
    ----------
    target
        A weight, which is filled in place as by `torch.nn.init`; or a module, in which the
        weights of every `Linear` and `Conv1d` to `Conv3d` are filled, their biases are set to
        zero, and all other parameters are left unchanged.
    spec
        The activation between the layers, as `multiact.get` takes it.
    mode
        "fan_in" preserves the variance of the pre-activations, "fan_out" that of their
        gradients.
    distribution
        "normal" or "uniform".
    generator
        The random number generator, by default torch's global one.
    **parameters
        Parameters of the activation, as `multiact.gain` takes them.

    Returns
    -------
    torch.Tensor or torch.nn.Module
        The target.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If `target` is neither, or the activation has no gain.
    ValueError
        If there is no such mode or distribution, if there is no layer to fill, if a layer has
        no shape yet, or if a weight has fewer than two axes.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> layer = multiact_torch.init_(torch.nn.Linear(1000, 1000), "relu")
    >>> round(layer.weight.std().item() * 1000**0.5, 1), layer.bias.any().item()
    (1.4, False)
    """
    from multiact.analysis.variance import fan_gain  # its imports take time

    fill = _FILLS.get(distribution)
    if fill is None:
        raise ValueError(f"distribution must be one of {', '.join(_FILLS)}, got {distribution!r}")
    weights, biases = _find_weights(target)
    gain = fan_gain(spec, mode, **parameters)
    with torch.no_grad():
        for weight in weights:
            # torch's own fan and sampler, with its gain of 1
            fill(weight, mode=mode, nonlinearity="linear", generator=generator).mul_(gain)
        for bias in biases:
            bias.zero_()
    return target


def _find_weights(target: Tensor | nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """Return the weights to fill and the biases to clear."""
    if isinstance(target, Tensor):
        return [target], []
    if not isinstance(target, nn.Module):
        raise TypeError(f"target must be a tensor or a module, got {type(target).__name__}")
    layers = [m for m in target.modules() if isinstance(m, _LAYERS)]
    if not layers:
        names = ", ".join(kind.__name__ for kind in _LAYERS)
        raise ValueError(f"{type(target).__name__} has no layer to initialise ({names})")
    lazy = [type(layer).__name__ for layer in layers if nn.parameter.is_lazy(layer.weight)]
    if lazy:
        raise ValueError(f"{lazy[0]} has no shape yet; run the module once before init_")
    return [m.weight for m in layers], [m.bias for m in layers if m.bias is not None]
