"""The Lanczos iteration: a symmetric matrix as a small tridiagonal one."""

from __future__ import annotations

import numpy as np

from multiact.geometry.problem import Product

#: what is left of a vector, relative to the matrix, if the space is exhausted.  More is kept: a
#: direction of this length changes the weights of quadrature by its square
_EXHAUSTED = 1e-10


def lanczos(product: Product, start: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the diagonal and the off-diagonal of the matrix in the Krylov space of a vector.

    The basis is kept and made orthogonal in full, so that no eigenvalue is found twice.
    """
    steps = min(steps, len(start))
    basis = np.empty((steps, len(start)))
    diagonal, off_diagonal = np.zeros(steps), np.zeros(max(steps - 1, 0))
    v, scale = start / np.linalg.norm(start), 0.0
    for k in range(steps):
        basis[k] = v
        y = product(v)
        scale = max(scale, float(np.linalg.norm(y)))
        diagonal[k] = v @ y
        for _ in range(2):  # the first time leaves errors of the size of rounding what it removes
            y = y - basis[: k + 1].T @ (basis[: k + 1] @ y)
        length = float(np.linalg.norm(y))
        if k + 1 == steps or length <= _EXHAUSTED * scale:
            return diagonal[: k + 1], off_diagonal[:k]
        off_diagonal[k] = length
        v = y / length
    return diagonal, off_diagonal


def quadrature(diagonal: np.ndarray, off_diagonal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Gauss's nodes and weights, whose sum is 1, of a tridiagonal matrix."""
    matrix = np.diag(diagonal) + np.diag(off_diagonal, 1) + np.diag(off_diagonal, -1)
    nodes, vectors = np.linalg.eigh(matrix)
    return nodes, vectors[0] ** 2
