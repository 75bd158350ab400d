"""Activations as NumPy functions: `multiact_numpy.talu(x, alpha=1.0, out=None)`.

Every registered activation is an attribute, by its function name or an alias.  Lists and
numbers are taken as float64; arrays of integers are refused.  `.derivative(order=1,
wrt="x")` of a function is its derivative, a function too.
"""

from multiact.adapters.package import Package
from multiact_numpy._functions import Function, function

__all__ = ["Function", "function"]

_package = Package(__name__, __all__, function=function)
__getattr__, __dir__ = _package.attribute, _package.words
