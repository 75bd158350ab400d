"""torch's own kernels, used where they are faster, as accurate, and agree on slopes at kinks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  the name that torch's documentation uses
from torch import Tensor
from torch.nn import Parameter

from multiact.declare.activation import Activation
from multiact.kernels import engine
from multiact_torch._autograd import is_transformed

_BUILTINS: dict[str, Callable[..., Any]] = {
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky_relu": F.leaky_relu,
    "hardtanh": F.hardtanh,
}


_SOFTMAX, _LOG_SOFTMAX = torch.softmax, torch.log_softmax
_NEAR = -0.5  #: the logarithm of a probability from which on its last digits may be lost


def softmax(formula: Callable[..., Any], x: Tensor, axis: int) -> Tensor:
    """torch's softmax, whose backward pass is a single one; in the layout of x."""
    if not _is_plain(x):
        return formula(x, axis)  # type: ignore[no-any-return]
    if torch.compiler.is_compiling() or x.is_contiguous():
        return _SOFTMAX(x, axis)
    strides = x.stride()
    order = sorted(range(x.ndim), key=lambda i: -strides[i])
    back = [order.index(i) for i in range(x.ndim)]
    return _SOFTMAX(x.permute(order), order.index(axis)).permute(back)


def log_softmax(formula: Callable[..., Any], x: Tensor, axis: int) -> Tensor:
    """torch's log_softmax, with the values of the formula where a probability is near 1.

    There torch's rounds the sum that it takes the logarithm of; its derivatives are right.
    """
    tracing = torch.compiler.is_compiling() or torch._C._get_tracing_state() is not None
    if tracing or is_transformed() or not _is_plain(x) or not x.is_cpu or not x.numel():
        return formula(x, axis)  # type: ignore[no-any-return]
    y = _LOG_SOFTMAX(x, axis)
    with torch.no_grad():
        near = y.amax(axis) > _NEAR
        if near.any():
            # `.data`: the backward pass, which reads these values, may have the better ones
            y.data.movedim(axis, -1)[near] = formula(x.detach().movedim(axis, -1)[near], 1)
    return y


def depthwise_convolution(formula: Callable[..., Any], image: Tensor, weight: Tensor) -> Tensor:
    """torch's convolution of every channel with its own kernel, for images (..., C, H, W)."""
    if not (_is_plain(image) and _is_plain(weight) and image.dtype is weight.dtype):
        return formula(image, weight)  # type: ignore[no-any-return]
    flat = image.reshape(-1, *image.shape[-3:])
    y = F.conv2d(flat, weight.unsqueeze(1), padding=1, groups=len(weight))
    return y.reshape(image.shape)


def _is_plain(x: Tensor) -> bool:
    if torch.compiler.is_compiling():
        return True
    return type(x) in (Tensor, Parameter) and engine() == "auto"


def builtin(act: Activation) -> Callable[..., Any] | None:
    """Return torch's equivalent function, which the engine `auto` uses; None if there is none."""
    function = _BUILTINS.get(act.key)
    ours = function is not None and act.function.__module__.startswith("multiact.catalogue.")
    return function if ours else None


def applies(operands: Any) -> bool:
    """Whether torch's function can be used for these operands: a plain tensor, then numbers.

    Subclasses of Tensor may not support it (DTensor has no rule for relu6's gradient).
    """
    return type(operands[0]) is Tensor and are_numbers(operands[1:]) and engine() == "auto"


def are_numbers(parameters: Any) -> bool:
    """Whether all parameters are Python numbers, as torch's functions require."""
    for v in parameters:  # noqa: SIM110  a generator would double the time of the call
        if not isinstance(v, (int, float)):
            return False
    return True
