"""Activations as JAX functions: `multiact_jax.talu(x, alpha=1.0)`.

Every registered activation is an attribute, under its function name and its aliases.  The
functions work under jit, vmap, grad of any order, scan, checkpoint and export.
"""

from multiact._adapters import require

require("jax", "multiact_jax", "jax")

from multiact.adapters.package import Package
from multiact_jax._functions import Function, create, function

__all__ = ["Function", "create", "function"]

_package = Package(__name__, __all__, function=function)
__getattr__, __dir__ = _package.attribute, _package.words
