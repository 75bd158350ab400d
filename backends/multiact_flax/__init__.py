"""Activations as Flax modules: nnx here, linen in `multiact_flax.linen`.

Every registered activation is an attribute, by its class name, such as `TaLU`, also one
that you register yourself.  Functions are in `multiact_jax`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from multiact_flax._initialise import initializer
from multiact_flax._modules import CLASSES, ActivationModule, Fixed
from multiact_flax._nnx_files import load, save
from multiact_flax._shared import class_names

__all__ = [
    "ActivationModule",
    "Fixed",
    "initializer",
    "linen",
    "load",
    "module",
    "module_class",
    "save",
]

module, module_class = CLASSES.module, CLASSES.module_class


def __getattr__(name: str) -> Any:
    if name == "linen":  # on demand: its import takes time
        return import_module("multiact_flax.linen")
    return CLASSES.named(name)


def __dir__() -> list[str]:
    return sorted([*__all__, *class_names()])
