"""What curvature is computed of: a loss as a function of one vector of weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

Product = Callable[[np.ndarray], np.ndarray]  # of a symmetric matrix with a vector


@dataclass(frozen=True)
class Group:
    """A parameter of a model, whose elements follow each other in the vector of weights.

    Attributes
    ----------
    name, shape
        As the framework has them.
    axis
        The axis along which the filters of a weight are counted, those of units or channels.
    """

    name: str
    shape: tuple[int, ...]
    axis: int = 0

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)


class Problem(Protocol):
    """A loss of weights; vectors are float64 and of shape (size,).

    `multiact_torch.problem` and `multiact_flax.problem` make one from a model and data; any
    other object with these attributes does as well.
    """

    @property
    def start(self) -> np.ndarray:
        """The weights of the model: where curvature is computed."""

    @property
    def groups(self) -> Sequence[Group]:
        """The parameters, in the order of the vector."""

    @property
    def parts(self) -> Sequence[Problem]:
        """The problem of each mini-batch."""

    def loss(self, w: np.ndarray) -> float:
        """Return the mean loss over all examples."""

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss."""

    def hvp(self, w: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return the product of the Hessian of the loss with a vector."""

    def outputs(self, w: np.ndarray) -> np.ndarray:
        """Return what the model computes, of shape (examples, outputs)."""

    def jacobian(self, w: np.ndarray) -> np.ndarray:
        """Return the derivatives of the outputs, of shape (examples, outputs, size)."""


class Functions(Protocol):
    """A model and its loss, as functions of one mini-batch, in a framework."""

    def loss(self, w: np.ndarray, inputs: Any, targets: Any) -> float:
        """Return the mean loss."""

    def gradient(self, w: np.ndarray, inputs: Any, targets: Any) -> np.ndarray:
        """Return its gradient."""

    def hvp(self, w: np.ndarray, v: np.ndarray, inputs: Any, targets: Any) -> np.ndarray:
        """Return the product of its Hessian with a vector."""

    def outputs(self, w: np.ndarray, inputs: Any) -> np.ndarray:
        """Return the outputs, of shape (examples, outputs)."""

    def jacobian(self, w: np.ndarray, inputs: Any) -> np.ndarray:
        """Return their derivatives, of shape (examples, outputs, size)."""


@dataclass(frozen=True, eq=False)
class BatchedProblem:
    """A problem of mini-batches: means over them, weighted by their numbers of examples.

    Attributes
    ----------
    functions
        What the framework computes of one mini-batch.
    start, groups
        As of every `Problem`.
    batches
        Pairs of inputs and targets, arrays of the framework.
    """

    functions: Functions
    start: np.ndarray
    groups: tuple[Group, ...]
    batches: tuple[tuple[Any, Any], ...]

    @property
    def parts(self) -> list[BatchedProblem]:
        """The problem of each mini-batch."""
        return [replace(self, batches=(batch,)) for batch in self.batches]

    def loss(self, w: np.ndarray) -> float:
        """Return the mean loss over all examples."""
        return float(self._mean(partial(self.functions.loss, w)))

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient of the loss."""
        return np.asarray(self._mean(partial(self.functions.gradient, w)))

    def hvp(self, w: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return the product of the Hessian of the loss with a vector."""
        return np.asarray(self._mean(partial(self.functions.hvp, w, v)))

    def outputs(self, w: np.ndarray) -> np.ndarray:
        """Return what the model computes, of shape (examples, outputs)."""
        return np.concatenate([self.functions.outputs(w, x) for x, _ in self.batches])

    def jacobian(self, w: np.ndarray) -> np.ndarray:
        """Return the derivatives of the outputs, of shape (examples, outputs, size)."""
        return np.concatenate([self.functions.jacobian(w, x) for x, _ in self.batches])

    def _mean(self, of_batch: Callable[[Any, Any], Any]) -> Any:
        total = sum(len(x) * of_batch(x, y) for x, y in self.batches)
        return total / sum(len(x) for x, _ in self.batches)


def hessian_product(problem: Problem) -> Product:
    """Return the function that multiplies by the Hessian at the start."""

    def product(v: np.ndarray) -> np.ndarray:
        y = problem.hvp(problem.start, v)
        if not np.isfinite(y).all():
            raise ValueError("the second derivatives of the loss at `start` are not finite")
        return y

    return product


def hessian(problem: Problem) -> np.ndarray:
    """Compute the Hessian of the loss by its product with every unit vector.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`; the matrix has the square of
        its number of weights.

    Returns
    -------
    numpy.ndarray
        Of shape (size, size), symmetric.

    Raises
    ------
    ValueError
        If second derivatives are not finite.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import hessian
    >>> x, y = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(2, 1)
    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> hessian(multiact_torch.problem(model, torch.nn.MSELoss(), [(x, y)]))
    array([[1., 0.],
           [0., 4.]])
    """
    product = hessian_product(problem)
    columns = np.stack([product(v) for v in np.eye(len(problem.start))])
    symmetric: np.ndarray = (columns + columns.T) / 2  # but for rounding
    return symmetric


def pairs(batches: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Read the mini-batches, each a pair of inputs and targets."""
    read = [tuple(batch) if isinstance(batch, list) else batch for batch in batches]
    for k, batch in enumerate(read):
        if not (isinstance(batch, tuple) and len(batch) == 2):
            raise TypeError(f"batch {k} must be a pair of inputs and targets, got {_brief(batch)}")
    if not read:
        raise ValueError("batches must have one pair of inputs and targets or more, got none")
    return read


def _brief(batch: Any) -> str:
    kind = type(batch).__name__
    return f"a {kind} of {len(batch)}" if isinstance(batch, tuple | dict) else f"a {kind}"


def signs(size: int, count: int, seed: int | tuple[int, ...]) -> np.ndarray:
    """Draw vectors of +-1 (Rademacher), of shape (count, size)."""
    return np.random.default_rng(seed).choice([-1.0, 1.0], (count, size))


def check_count(name: str, value: int, least: int = 1) -> None:
    """Refuse a number of products, steps or points that is too small."""
    if value < least:
        raise ValueError(f"{name} must be {least} or more, got {value}")
