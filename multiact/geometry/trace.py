"""The trace of the Hessian, from products with random vectors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from multiact.geometry.problem import Problem, Product, check_count, hessian_product, signs


@dataclass(frozen=True)
class Trace:
    """An estimate of a trace.

    Attributes
    ----------
    value
        The estimate, without bias.
    error
        Its standard error, from the spread of the random vectors; 0 if it is exact.
    """

    value: float
    error: float


def trace(problem: Problem, products: int = 99, seed: int = 0) -> Trace:
    """Estimate the trace of the Hessian by Hutch++.

    A third of the products finds the directions in which the matrix is large, a third computes
    its trace on them, and the last, with Hutchinson's estimator, what is left.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.
    products
        Of the Hessian with a vector, 6 or more; a third of them are kept in memory.  From three
        times the number of weights on, the trace is exact.
    seed
        Of the random vectors.

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If `products` is less than 6, or if second derivatives are not finite.

    References
    ----------
    Meyer, Musco, Musco and Woodruff 2021, Hutch++: Optimal Stochastic Trace Estimation,
    arXiv:2010.09649.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import trace
    >>> x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(2, 1)
    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> trace(multiact_torch.problem(model, torch.nn.MSELoss(), [(x, y)])).value
    5.0
    """
    check_count("products", products, 6)
    product, size, count = hessian_product(problem), len(problem.start), products // 3
    if count >= size:
        return Trace(float(sum(product(v) @ v for v in np.eye(size))), 0.0)
    random = signs(size, 2 * count, seed)
    basis, _ = np.linalg.qr(_times(product, random[:count]).T)
    inside = float((basis.T * _times(product, basis.T)).sum())
    rest = random[count:] - random[count:] @ basis @ basis.T
    squares = (rest * _times(product, rest)).sum(axis=1)
    error = squares.std(ddof=1) / math.sqrt(count)
    return Trace(inside + float(squares.mean()), float(error))


def _times(product: Product, vectors: np.ndarray) -> np.ndarray:
    """Multiply the Hessian with each row."""
    return np.stack([product(v) for v in vectors])
