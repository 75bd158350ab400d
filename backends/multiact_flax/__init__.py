"""Activations as Flax modules: nnx here, linen in `multiact_flax.linen`.

Every registered activation is an attribute, by its class name, such as `TaLU`, also one
that you register yourself.  Functions are in `multiact_jax`.
"""

from multiact.adapters.package import Package
from multiact_flax._initialise import initializer
from multiact_flax._modules import CLASSES, ActivationModule, Fixed, module_class
from multiact_flax._nnx_files import load, save

__all__ = [
    "ActivationModule",
    "Fixed",
    "initializer",
    "load",
    "module",
    "module_class",
    "save",
]

module = CLASSES.module
_package = Package(__name__, __all__, module_class=module_class, submodules=["linen"])
__getattr__, __dir__ = _package.attribute, _package.words
