"""Activation functions as formulas: one declaration, every array library.

>>> import numpy as np, multiact
>>> multiact.talu(np.asarray([-1.0, 0.0, 2.0])).round(4).tolist()
[-0.7616, 0.0, 2.0]
"""

from typing import TYPE_CHECKING, Any

from multiact import catalogue, special
from multiact.declare.activation import Activation
from multiact.declare.decorator import activation
from multiact.declare.registry import get, names
from multiact.derivatives import derivative
from multiact.kernels import engine, use_engine

if TYPE_CHECKING:
    from multiact.analysis import gain, latex

__all__ = [
    "Activation",
    "activation",
    "catalogue",
    "derivative",
    "engine",
    "gain",
    "get",
    "latex",
    "names",
    "special",
    "use_engine",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in ("gain", "latex"):  # their imports take longer than all the others
        from multiact import analysis

        return getattr(analysis, name)
    if name == "testing":
        from importlib import import_module

        return import_module("multiact.testing")
    if not name.startswith("_"):
        try:
            found = get(name)
        except LookupError:
            found = None
        if found is not None and found.key == name:
            return found
        from multiact._suggest import nearest

        words = [*__all__, *names()]
        raise AttributeError(f"multiact has no attribute {name!r}; {nearest(name, words)}")
    raise AttributeError(name)


def __dir__() -> list[Any]:
    return sorted([*__all__, *names()])
