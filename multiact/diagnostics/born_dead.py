"""The probability that a network of relu is dead before training."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_AT_ONCE = 2**22  # numbers in one array of weights


@dataclass(frozen=True)
class BornDead:
    """How many of a number of random networks are dead.

    Attributes
    ----------
    dead, networks
        The number of dead networks, and of all.
    interval
        Wilson's 95 % confidence interval of the probability.
    """

    dead: int
    networks: int
    interval: tuple[float, float]

    @property
    def share(self) -> float:
        """The share of dead networks, an estimate of the probability."""
        return self.dead / self.networks


def born_dead(
    depth: int,
    width: int,
    *,
    inputs: Any = ((-1.0,), (1.0,)),
    bias_variance: float = 0.0,
    networks: int = 1000,
    seed: int = 0,
) -> BornDead:
    """Estimate the probability that a new network of relu gives one output for all inputs.

    A network is dead if all units of one of its hidden layers are zero for every input.  Weights
    are normal with variance 2 / fan_in (He's rule).  Without biases, the scale of symmetric
    weights does not matter.

    Parameters
    ----------
    depth, width
        The number of hidden layers, and of the units of each.
    inputs
        The inputs, of shape (count, features).  By default the two that decide for all inputs if
        there is one feature and there are no biases.
    bias_variance
        The variance of normal biases, 0 by default: none.
    networks
        How many networks are drawn.
    seed
        Of the random numbers.

    Returns
    -------
    BornDead
        The share of dead networks and its confidence interval.

    Raises
    ------
    ValueError
        If a number is out of its range, or if `inputs` does not have two axes.

    References
    ----------
    Lu et al. 2019, Dying ReLU and Initialization, arXiv:1903.06733: with one input, the
    probability is 1 - (1 - 2^-width)^depth, and never more for several inputs.

    Examples
    --------
    >>> from multiact.diagnostics import born_dead
    >>> found = born_dead(10, 3, inputs=[[1.0]])
    >>> found.interval[0] < 1 - (1 - 2**-3) ** 10 < found.interval[1]
    True
    """
    for name, value in {"depth": depth, "width": width, "networks": networks}.items():
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, got {value}")
    if not (0 <= bias_variance < math.inf):
        raise ValueError(f"bias_variance must be 0 or more, got {bias_variance}")
    points = np.asarray(inputs, np.float64)
    if points.ndim != 2 or not points.size:
        raise ValueError(f"inputs must have the shape (count, features), got {points.shape}")
    rng = np.random.default_rng(seed)
    largest = width * max(width, *points.shape)
    dead = sum(
        int(_are_dead(rng, points, depth, width, bias_variance, count).sum())
        for count in _parts(networks, max(1, _AT_ONCE // largest))
    )
    return BornDead(dead, networks, _wilson(dead, networks))


def _parts(total: int, most: int) -> Iterator[int]:
    yield from (min(most, total - done) for done in range(0, total, most))


def _are_dead(
    rng: np.random.Generator,
    points: np.ndarray,
    depth: int,
    width: int,
    bias_variance: float,
    count: int,
) -> np.ndarray:
    """Draw so many networks and return which of them are dead."""
    values = np.broadcast_to(points, (count, *points.shape))
    dead = np.zeros(count, bool)
    for _ in range(depth):
        fan_in = values.shape[-1]
        weights = rng.normal(scale=math.sqrt(2 / fan_in), size=(count, fan_in, width))
        biases = rng.normal(scale=math.sqrt(bias_variance), size=(count, 1, width))
        values = np.maximum(values @ weights + biases, 0.0)
        dead |= ~values.any(axis=(1, 2))
    return dead


def _wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return Wilson's interval, which holds near 0 and 1, too."""
    from statistics import NormalDist  # not at the top: it imports much

    z2 = NormalDist().inv_cdf(0.975) ** 2
    share = successes / trials
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = math.sqrt(z2 * (share * (1 - share) / trials + z2 / (4 * trials**2)))
    half /= 1 + z2 / trials
    return max(0.0, centre - half), min(1.0, centre + half)
