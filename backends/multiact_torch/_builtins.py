"""torch's own kernels, used where they are faster, as accurate, and agree on slopes at kinks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch.nn.functional as F  # noqa: N812  the name that torch's documentation uses
from torch import Tensor

from multiact.declare.activation import Activation
from multiact.kernels import engine

_BUILTINS: dict[str, Callable[..., Any]] = {
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky_relu": F.leaky_relu,
    "hardtanh": F.hardtanh,
}


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
