"""Neural tangent kernels: of a network as it is, and of infinite width."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.analysis.dual_kernel import DualKernel, dual_kernel
from multiact.declare.activation import Activation
from multiact.declare.registry import get
from multiact.geometry.problem import Problem, check_count


def ntk(problem: Problem) -> np.ndarray:
    """Compute the empirical neural tangent kernel of all pairs of examples.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.  The derivatives of all outputs
        by all weights are kept in memory.

    Returns
    -------
    numpy.ndarray
        Of shape (examples, examples): products of the gradients of an output for two examples,
        their mean over the outputs.  Symmetric, without negative eigenvalues.

    References
    ----------
    Jacot, Gabriel and Hongler 2018, Neural Tangent Kernel: Convergence and Generalization in
    Neural Networks, arXiv:1806.07572.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import ntk
    >>> x, y = torch.tensor([[1.0, 0.0], [1.0, 2.0]]), torch.zeros(2, 1)
    >>> problem = multiact_torch.problem(torch.nn.Linear(2, 1), torch.nn.MSELoss(), [(x, y)])
    >>> ntk(problem)
    array([[2., 2.],
           [2., 6.]])
    """
    jacobian = problem.jacobian(problem.start)
    outputs = np.moveaxis(jacobian, 1, 0)
    return np.asarray(sum(rows @ rows.T for rows in outputs) / len(outputs))


@dataclass(frozen=True)
class WideKernel:
    """The kernels of a network whose layers are infinitely wide.

    Attributes
    ----------
    values, slopes
        The dual kernels of the activation and of its derivative.
    depth
        The number of hidden layers.
    """

    values: DualKernel
    slopes: DualKernel
    depth: int

    def nngp(self, correlation: Any) -> Any:
        """Return the covariance of the outputs at random weights, for inputs of a correlation."""
        return self._both(correlation)[0]

    def ntk(self, correlation: Any) -> Any:
        """Return the neural tangent kernel, for inputs of a correlation from -1 to 1."""
        return self._both(correlation)[1]

    def _both(self, correlation: Any) -> tuple[Any, Any]:
        """Go from layer to layer: Arora et al., equations 8 and 9."""
        scale = 1 / self.values(1.0)
        covariance = tangent = np.asarray(correlation, np.float64)
        for _ in range(self.depth):
            change = tangent * scale * self.slopes(covariance)
            covariance = np.clip(scale * self.values(covariance), -1.0, 1.0)  # but for rounding
            tangent = covariance + change
        return covariance[()], tangent[()]


def kernel(spec: str | Mapping[str, Any] | Activation, depth: int, **parameters: Any) -> WideKernel:
    r"""Compute the kernels of infinitely wide networks with an activation, of any formula.

    A network has `depth` hidden layers, no biases, and weights of variance 1 in the NTK's
    parametrisation: x goes to W x / sqrt(fan_in) in the first layer and to
    gain W f(x) / sqrt(fan_in) in the others, with the gain of `multiact.gain`.  So for inputs
    with mean square 1 all pre-activations and the outputs have variance 1, and both kernels are
    functions of the correlation of two inputs.

    Parameters
    ----------
    spec
        What `multiact.get` takes, a function of one element without noise.
    depth
        The number of hidden layers.
    **parameters
        Values of parameters and settings that replace the defaults.

    Returns
    -------
    WideKernel
        Its errors are those of `multiact.analysis.dual_kernel`: that of rounding for smooth
        activations, 1e-6 for the nngp of relu, and 1e-3 for its ntk next to correlation 1.

    Raises
    ------
    LookupError
        If there is no such activation.
    TypeError
        If it is not a function of one element without noise, or if a parameter does not exist.
    ValueError
        If `depth` is less than 1, or if the mean square is zero or infinite.

    References
    ----------
    Arora et al. 2019, On Exact Computation with an Infinitely Wide Neural Net, arXiv:1904.11955.
    Lee et al. 2018, Deep Neural Networks as Gaussian Processes, arXiv:1711.00165.

    Examples
    --------
    >>> from multiact.geometry import kernel
    >>> wide = kernel("relu", depth=2)
    >>> [round(float(wide.nngp(c)), 4) for c in (0.0, 0.5, 1.0)]
    [0.4937, 0.6839, 1.0]
    >>> round(float(wide.ntk(0.5)), 3)
    1.351
    """
    check_count("depth", depth)
    values = dual_kernel(spec, **parameters)
    if not values(1.0) > 0:
        raise ValueError(f"{get(spec).key} is zero everywhere: it has no kernel of variance 1")
    return WideKernel(values, dual_kernel(spec, slopes=True, **parameters), depth)
