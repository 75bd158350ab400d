"""Activation functions as formulas: one declaration, every array library.

>>> import numpy as np, multiact
>>> multiact.talu(np.asarray([-1.0, 0.0, 2.0])).round(4).tolist()
[-0.7616, 0.0, 2.0]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from multiact import display
from multiact.adapters.package import Package
from multiact.declare.activation import Activation
from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.derivatives import derivative
from multiact.kernels import engine, use_engine
from multiact.libraries import names_of
from multiact.selection import names

if TYPE_CHECKING:
    from multiact.analysis import gain, latex
    from multiact.relations import relatives

__all__ = [
    "Activation",
    "activation",
    "derivative",
    "engine",
    "gain",
    "get",
    "latex",
    "names",
    "names_of",
    "relatives",
    "use_engine",
]
__version__ = "0.1.0"

Activation.display = display

_SUBMODULES = (
    "adapters analysis calculus catalogue checkpoints cli declare diagnostics display errata "
    "experiments geometry kernels libraries notation parameters plotting relations selection "
    "special testing"
).split()
_package = Package(__name__, __all__, function=get, submodules=_SUBMODULES)
__dir__ = _package.words


def __getattr__(name: str) -> Any:
    if name in ("gain", "latex"):  # lazily: their imports take longer than all others
        return getattr(import_module("multiact.analysis"), name)
    if name == "relatives":
        return import_module("multiact.relations").relatives
    return _package.attribute(name)
