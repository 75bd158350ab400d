"""The loss along lines and planes through the weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from multiact.geometry.problem import Group, Problem, check_count


@dataclass(frozen=True, eq=False)
class Landscape:
    """Losses on a line or in a plane.

    Attributes
    ----------
    positions
        Multiples of each direction, of shape (points,).
    losses
        Of shape (points,) or (points, points), the first direction along the first axis.
    """

    positions: np.ndarray
    losses: np.ndarray


def random_directions(problem: Problem, count: int = 2, seed: int = 0) -> np.ndarray:
    """Draw random directions, of which each filter is as long as that of the weights.

    A filter is what makes one unit or channel: a row of a dense layer's matrix.  So normalised,
    pictures of networks whose weights differ in scale can be compared.  Biases and other
    parameters with a single axis, or without one, do not move.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.
    count
        How many.
    seed
        Of the random numbers.

    Returns
    -------
    numpy.ndarray
        Of shape (count, size).

    Raises
    ------
    ValueError
        If `count` is less than 1.

    References
    ----------
    Li, Xu, Taylor, Studer and Goldstein 2018, Visualizing the Loss Landscape of Neural Nets,
    arXiv:1712.09913.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import random_directions
    >>> model, x, y = torch.nn.Linear(2, 3), torch.ones(1, 2), torch.zeros(1, 3)
    >>> problem = multiact_torch.problem(model, torch.nn.MSELoss(), [(x, y)])
    >>> [one] = random_directions(problem, count=1)
    >>> lengths = [(d[:6].reshape(3, 2) ** 2).sum(1) for d in (one, problem.start)]
    >>> bool(abs(lengths[0] - lengths[1]).max() < 1e-12), one[6:]
    (True, array([0., 0., 0.]))
    """
    check_count("count", count)
    random = np.random.default_rng(seed).standard_normal((count, len(problem.start)))
    ends = np.cumsum([group.size for group in problem.groups])[:-1]
    weights = np.split(problem.start, ends)
    return np.stack(
        [
            np.concatenate(
                [
                    _like(group, w, d)
                    for group, w, d in zip(
                        problem.groups, weights, np.split(row, ends), strict=True
                    )
                ]
            )
            for row in random
        ]
    )


def landscape(
    problem: Problem, directions: np.ndarray, extent: float = 1.0, points: int = 21
) -> Landscape:
    """Compute the loss on a line or in a plane around the weights.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.
    directions
        Of shape (1, size) or (2, size): those of `random_directions`, or others.
    extent
        Multiples of the directions go from -extent to extent.
    points
        Along each direction; an odd number has the weights themselves in the middle.

    Returns
    -------
    Landscape

    Raises
    ------
    ValueError
        If the directions have another shape, or if `points` is less than 2.

    Examples
    --------
    >>> import numpy as np, torch, multiact_torch
    >>> from multiact.geometry import landscape
    >>> model = torch.nn.Linear(1, 1, bias=False)
    >>> data = torch.ones(1, 1), model.weight.detach().clone()
    >>> problem = multiact_torch.problem(model, torch.nn.MSELoss(), [data])
    >>> landscape(problem, np.ones((1, 1)), points=5).losses
    array([1. , 0.25, 0. , 0.25, 1. ])
    """
    directions = np.asarray(directions, np.float64)
    size = len(problem.start)
    if directions.shape not in {(1, size), (2, size)}:
        raise ValueError(
            f"directions must have the shape (1, {size}) or (2, {size}), got {directions.shape}"
        )
    check_count("points", points, 2)
    positions = np.linspace(-extent, extent, points)
    count = len(directions)
    losses = [
        problem.loss(problem.start + np.asarray(multiples) @ directions)
        for multiples in product(positions, repeat=count)
    ]
    return Landscape(positions, np.reshape(losses, (points,) * count))


def interpolate(problem: Problem, a: Any, b: Any, points: int = 21) -> Landscape:
    """Compute the loss on the straight line from weights `a` to weights `b`.

    Parameters
    ----------
    problem
        From `multiact_torch.problem` or `multiact_flax.problem`.
    a, b
        Weights of shape (size,), such as `start` of the problems of two trained models.
    points
        How many, both ends included.

    Returns
    -------
    Landscape
        Its positions go from 0, at `a`, to 1, at `b`.

    Raises
    ------
    ValueError
        If a vector has another shape, or if `points` is less than 2.

    References
    ----------
    Goodfellow, Vinyals and Saxe 2015, Qualitatively Characterizing Neural Network Optimization
    Problems, arXiv:1412.6544.

    Examples
    --------
    >>> import torch, multiact_torch
    >>> from multiact.geometry import interpolate
    >>> model = torch.nn.Linear(1, 1, bias=False)
    >>> data = torch.ones(1, 1), torch.zeros(1, 1)
    >>> problem = multiact_torch.problem(model, torch.nn.MSELoss(), [data])
    >>> interpolate(problem, [-1.0], [1.0], points=5).losses
    array([1. , 0.25, 0. , 0.25, 1. ])
    """
    ends = {"a": np.asarray(a, np.float64), "b": np.asarray(b, np.float64)}
    for name, end in ends.items():
        if end.shape != problem.start.shape:
            raise ValueError(f"{name} must have the shape {problem.start.shape}, got {end.shape}")
    check_count("points", points, 2)
    positions = np.linspace(0.0, 1.0, points)
    losses = [problem.loss((1 - t) * ends["a"] + t * ends["b"]) for t in positions]
    return Landscape(positions, np.asarray(losses))


def _like(group: Group, weights: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Scale each filter of a direction to the length of that of the weights."""
    if len(group.shape) < 2:
        return np.zeros_like(direction)
    filters, drawn = (
        np.moveaxis(a.reshape(group.shape), group.axis, 0) for a in (weights, direction)
    )
    others = tuple(range(1, filters.ndim))
    lengths, found = (np.sqrt((a * a).sum(axis=others, keepdims=True)) for a in (filters, drawn))
    return np.asarray(np.moveaxis(drawn * (lengths / found), 0, group.axis).ravel())
