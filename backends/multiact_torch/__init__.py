"""Activations for PyTorch: functions such as `talu`, modules such as `TaLU`.

Every registered activation is an attribute, also one that you register yourself.
"""

from __future__ import annotations

from typing import Any

from multiact_torch._files import load
from multiact_torch._functions import Function, function
from multiact_torch._initialise import init_
from multiact_torch._modules import ActivationModule, module, module_class

__all__ = ["ActivationModule", "Function", "function", "init_", "load", "module", "module_class"]


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    from multiact.declare import registry

    try:
        act = registry.get(name)
    except LookupError as error:
        raise AttributeError(f"multiact_torch: {error}") from None
    return module_class(act) if name[0].isupper() else function(act)


def __dir__() -> list[Any]:
    import multiact

    return sorted([*__all__, *multiact.names(), *(multiact.get(n).name for n in multiact.names())])
