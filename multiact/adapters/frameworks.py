"""The frameworks that have adapters, and access to adapter modules that few commands need."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from multiact._adapters import installed

#: the frameworks whose adapters are part of multiact, and the command that installs each
KNOWN = {
    "numpy": "pip install multiact",
    "torch": "pip install 'multiact[torch]'",
    "jax": "pip install 'multiact[jax]'",
    "flax": "pip install 'multiact[flax]'",
}


class Unavailable(Exception):  # noqa: N818  a state, not a fault
    """A framework or a dependency of its adapter is missing; the message says how to install it."""


def part(framework: str, name: str) -> ModuleType:
    """Import a module of an adapter, such as `_testing` or `_experiments`.

    Raises
    ------
    Unavailable
        If the framework, or multiact's adapter for it, is not installed.
    """
    package = installed(framework)
    if package is None:
        raise Unavailable(f"{framework} is not available: install it with {KNOWN[framework]}")
    try:
        return import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing.startswith("multiact"):  # a bug of ours, not a missing package
            raise
        extra = "pip install 'multiact[experiments]'"
        command = extra if missing == "safetensors" else KNOWN[framework]
        raise Unavailable(f"{missing} is not installed: {command}") from error
