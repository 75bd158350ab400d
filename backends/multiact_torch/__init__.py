"""Activations for PyTorch: functions such as `talu`, modules such as `TaLU`.

Every registered activation is an attribute, including those that you register yourself.
"""

from multiact._adapters import require

require("torch", "multiact_torch", "torch")

from multiact.adapters.package import Package
from multiact_torch._files import load
from multiact_torch._functions import Function, function
from multiact_torch._initialise import init_
from multiact_torch._modules import ActivationModule, create, module_class
from multiact_torch._problem import problem

__all__ = [
    "ActivationModule",
    "Function",
    "create",
    "function",
    "init_",
    "load",
    "module_class",
    "problem",
]

_package = Package(__name__, __all__, function=function, module_class=module_class)
__getattr__, __dir__ = _package.attribute, _package.words
