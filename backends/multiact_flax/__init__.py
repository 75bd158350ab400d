"""Activations as Flax modules: nnx here, linen in `multiact_flax.linen`.

Every registered activation is an attribute under its class name, such as `TaLU`, including
those that you register yourself.  Functions are in `multiact_jax`.
"""

from multiact.adapters.package import Package
from multiact_flax._initialise import initializer
from multiact_flax._modules import CLASSES, ActivationModule, Fixed, module_class
from multiact_flax._nnx_files import load, save

__all__ = [
    "ActivationModule",
    "Fixed",
    "create",
    "initializer",
    "load",
    "module_class",
    "save",
]

create = CLASSES.create
_package = Package(__name__, __all__, module_class=module_class, submodules=["linen"])
__getattr__, __dir__ = _package.attribute, _package.words
