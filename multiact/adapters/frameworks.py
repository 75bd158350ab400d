"""The frameworks there are adapters for, and their parts that only some commands need."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from multiact._adapters import installed

#: frameworks whose adapters come with multiact, and the commands that install them
KNOWN = {
    "numpy": "pip install multiact",
    "torch": "pip install 'multiact[torch]'",
    "jax": "pip install 'multiact[jax]'",
    "flax": "pip install 'multiact[flax]'",
}


class Unavailable(Exception):  # noqa: N818  a state, not a fault
    """A framework, or something its adapter needs, is not installed; says the command."""


def part(framework: str, name: str) -> ModuleType:
    """A module of an adapter, such as `_testing` or `_experiments`.

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
        if missing.startswith("multiact"):  # a fault of ours, not a missing package
            raise
        extra = "pip install 'multiact[experiments]'"
        command = extra if missing == "safetensors" else KNOWN[framework]
        raise Unavailable(f"{missing} is not installed: {command}") from error
