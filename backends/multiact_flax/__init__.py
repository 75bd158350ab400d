"""Activations as Flax modules: nnx here, linen in `multiact_flax.linen`.

Every registered activation is an attribute, also those that you register yourself: `TaLU` is
the module, `talu` the function.  Channels are on the last axis, as in Flax.
"""

from multiact._adapters import require

require("flax", "multiact_flax", "flax")

from multiact.adapters.package import Package
from multiact_flax._initialise import initializer
from multiact_flax._modules import CLASSES, ActivationModule, Fixed, module_class
from multiact_flax._nnx_files import load, save
from multiact_flax._problem import problem
from multiact_flax._shared import function

__all__ = [
    "ActivationModule",
    "Fixed",
    "create",
    "initializer",
    "load",
    "module_class",
    "problem",
    "save",
]

create = CLASSES.create
_package = Package(
    __name__, __all__, function=function, module_class=module_class, submodules=["linen"]
)
__getattr__, __dir__ = _package.attribute, _package.words
