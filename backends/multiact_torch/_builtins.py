"""torch's own kernels, where they are as accurate as ours, take the same slopes and are faster."""

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
    """torch's function of the same name and parameters, to be used by the engine `auto`."""
    found = _BUILTINS.get(act.key)
    ours = found is not None and act.function.__module__.startswith("multiact.catalogue.")
    return found if ours else None


def applies(operands: Any) -> bool:
    """Whether torch's function takes these operands: a plain tensor, then numbers.

    Subclasses of tensors may lack a rule for it (DTensor has none for relu6's gradient).
    """
    return type(operands[0]) is Tensor and are_numbers(operands[1:]) and engine() == "auto"


def are_numbers(parameters: Any) -> bool:
    """Whether all are Python numbers, which is what torch's functions take."""
    for v in parameters:  # noqa: SIM110  a generator takes as long as the rest of the call
        if not isinstance(v, (int, float)):
            return False
    return True
