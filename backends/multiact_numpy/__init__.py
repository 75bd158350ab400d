"""Activations as NumPy functions: `multiact_numpy.talu(x, alpha=1.0, out=None)`.

Every registered activation is an attribute, under its function name and its aliases.  Lists
and numbers are converted to float64; arrays of integers are rejected.  A function's method
`.derivative(order=1, wrt="x")` returns its derivative, which is again a function.
"""

from multiact.adapters.package import Package
from multiact_numpy._functions import Function, create, function

__all__ = ["Function", "create", "function"]

_package = Package(__name__, __all__, function=function)
__getattr__, __dir__ = _package.attribute, _package.words
