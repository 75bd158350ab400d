"""The loss as a function of the weights: curvature, landscapes, tangent kernels.

`multiact_torch.problem` and `multiact_flax.problem` make a `Problem` of a model, a loss and
mini-batches; everything here is computed from its losses, gradients and products of its Hessian
with vectors, by NumPy and SciPy alone.
"""

from multiact.geometry.kernel import WideKernel, kernel, ntk
from multiact.geometry.landscape import Landscape, interpolate, landscape, random_directions
from multiact.geometry.problem import Group, Problem, hessian
from multiact.geometry.spectrum import Spectrum, spectrum, top_eigenvalues
from multiact.geometry.stability import Stability, stability
from multiact.geometry.trace import Trace, trace

__all__ = [
    "Group",
    "Landscape",
    "Problem",
    "Spectrum",
    "Stability",
    "Trace",
    "WideKernel",
    "hessian",
    "interpolate",
    "kernel",
    "landscape",
    "ntk",
    "random_directions",
    "spectrum",
    "stability",
    "top_eigenvalues",
    "trace",
]
