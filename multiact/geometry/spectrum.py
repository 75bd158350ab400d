"""The eigenvalues of the Hessian: all of them, their distribution, the largest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from multiact._adapters import require
from multiact.geometry.lanczos import lanczos, quadrature
from multiact.geometry.problem import Problem, check_count, hessian, hessian_product, signs

_ZERO = 1e-3  # of the largest magnitude
_WIDTH = 0.01  # of the range of the nodes


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A distribution of eigenvalues: nodes in ascending order, and weights whose sum is 1.

    Attributes
    ----------
    nodes
        The eigenvalues, or those that stand for them.
    weights
        The share of each.
    """

    nodes: np.ndarray
    weights: np.ndarray

    def negative(self, tolerance: float = _ZERO) -> float:
        """Return the share of eigenvalues below -tolerance times the largest magnitude.

        Eigenvalues next to zero, of which the Hessians of networks have many, come out with
        either sign: by rounding if all are computed, and by quadrature if they are estimated,
        which puts one node for many of them.
        """
        return float(self.weights[self.nodes < -tolerance * np.abs(self.nodes).max()].sum())

    @property
    def width(self) -> float:
        """A hundredth of the range of the nodes; 1 if all are the same."""
        return _WIDTH * float(np.ptp(self.nodes)) or 1.0

    def density(self, points: np.ndarray, width: float | None = None) -> np.ndarray:
        """Return a smooth density for pictures: a normal one around each node.

        The standard deviation is `self.width` by default.
        Numbers are better taken from nodes and weights.
        """
        width = self.width if width is None else width
        z = (np.asarray(points)[..., None] - self.nodes) / width
        heights: np.ndarray = np.exp(-z * z / 2) @ self.weights
        return heights / (width * math.sqrt(2 * math.pi))


def spectrum(
    problem: Problem, steps: int | None = None, probes: int = 10, seed: int = 0
) -> Spectrum:
    """Compute the distribution of the eigenvalues of the Hessian.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.
    steps
        Without them, all eigenvalues are computed from the whole matrix: for a few thousand
        weights.  With them it is stochastic Lanczos quadrature: so many steps from each random
        vector, such as 50, which takes steps * probes products and memory for `steps` vectors.
    probes
        How many random vectors, of signs.
    seed
        Of the random vectors.

    Returns
    -------
    Spectrum
        Without `steps`, every eigenvalue has the same weight.

    Raises
    ------
    ValueError
        If `steps` or `probes` is less than 1, or if second derivatives are not finite.

    References
    ----------
    Ubaru, Chen and Saad 2017, Fast Estimation of tr(f(A)) via Stochastic Lanczos Quadrature,
    SIAM J. Matrix Anal. Appl. 38.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import spectrum
    >>> x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(2, 1)
    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> found = spectrum(multiact_torch.problem(model, torch.nn.MSELoss(), [(x, y)]))
    >>> found.nodes, found.weights, found.negative()
    (array([1., 4.]), array([0.5, 0.5]), 0.0)
    """
    if steps is None:
        values = np.linalg.eigvalsh(hessian(problem))
        return Spectrum(values, np.full(len(values), 1 / len(values)))
    check_count("steps", steps)
    check_count("probes", probes)
    product = hessian_product(problem)
    vectors = signs(len(problem.start), probes, seed)
    found = [quadrature(*lanczos(product, v, steps)) for v in vectors]
    nodes, weights = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    order = np.argsort(nodes, kind="stable")
    return Spectrum(nodes[order], weights[order] / probes)


def top_eigenvalues(problem: Problem, k: int = 1) -> np.ndarray:
    """Compute the largest eigenvalues of the Hessian; the first is called sharpness.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.
    k
        How many.

    Returns
    -------
    numpy.ndarray
        Of shape (k,), the largest first.

    Raises
    ------
    ModuleNotFoundError
        If SciPy is not installed.
    ValueError
        If there are not so many, or if second derivatives are not finite.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import top_eigenvalues
    >>> x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(2, 1)
    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> top_eigenvalues(multiact_torch.problem(model, torch.nn.MSELoss(), [(x, y)]), k=1)
    array([4.])
    """
    require("scipy", "top_eigenvalues", "experiments")
    from scipy.sparse.linalg import LinearOperator, eigsh

    size = len(problem.start)
    if not 1 <= k <= size:
        raise ValueError(f"k must be from 1 to the number of weights, {size}, got {k}")
    if k == size:  # which ARPACK cannot
        return np.linalg.eigvalsh(hessian(problem))[::-1]
    operator = LinearOperator((size, size), hessian_product(problem), dtype=np.float64)
    values = eigsh(operator, k, which="LA", v0=signs(size, 1, 0)[0], return_eigenvectors=False)
    return np.sort(values)[::-1]
