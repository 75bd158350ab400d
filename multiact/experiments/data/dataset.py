"""What a set of examples is, and the order in which training sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np


@dataclass(frozen=True, eq=False)
class Split:
    """Examples: inputs, and what is to be learnt of them.

    Attributes
    ----------
    inputs
        An array of shape (count, ...): uint8 for pixels and symbols, otherwise floats.
    targets
        For classification, the indices of the classes, uint8 of shape (count,), for texts
        (count, positions); for regression, floats of shape (count, outputs).
    """

    inputs: np.ndarray
    targets: np.ndarray

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        return f"<{len(self)} examples of shape {self.inputs.shape[1:]}, {self.inputs.dtype}>"

    def take(self, indices: np.ndarray) -> Split:
        """Return the examples with these indices, in their order."""
        return Split(self.inputs[indices], self.targets[indices])


@dataclass(frozen=True, eq=False)
class Dataset:
    """A set of examples, divided into a part for training and a part for testing.

    Attributes
    ----------
    name
        The name by which `load` finds it.
    source
        The folder that was read, or the library that the set comes with.
    train, test
        The two splits.
    mean, std
        Mean and standard deviation of the inputs of the full training set, with pixels in units of
        1/255: numbers, or arrays where channels or columns have their own.
    classes
        The names of the classes; none for regression.
    symbols
        What the numbers in the inputs stand for, in texts.
    """

    name: str
    source: str
    train: Split
    test: Split
    mean: float | np.ndarray
    std: float | np.ndarray
    classes: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<{self.describe()}>"

    @property
    def task(self) -> Literal["classification", "regression"]:
        """What is to be learnt: classes or numbers."""
        return "classification" if self.classes else "regression"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return self.train.inputs.shape[1:]

    @property
    def image(self) -> tuple[int, ...]:
        """Height, width and channels of one input; () if it is no image."""
        *colours, height, width = self.shape if len(self.shape) > 1 else (0, 0)
        return (height, width, *(colours or (1,))) if height else ()

    def standardise(self, inputs: np.ndarray) -> np.ndarray:
        """Convert inputs to float32 with mean near 0 and standard deviation near 1."""
        unit = 255 if inputs.dtype == np.uint8 else 1
        scale = np.asarray(1 / (unit * self.std), np.float32)
        return inputs.astype(np.float32) * scale - np.asarray(self.mean / self.std, np.float32)

    def describe(self) -> str:
        """Describe the set in one line: name, number of examples and source."""
        counts = f"{len(self.train)} training and {len(self.test)} test examples"
        return f"{self.name}, {counts}, from {self.source}"

    def holdout(self, fraction: float = 1 / 6, seed: int = 0) -> Dataset:
        """Divide the training part in two, so that choices need not look at the test part.

        Parameters
        ----------
        fraction
            The share of the training examples that is held out.
        seed
            Determines which ones; 0 or more.

        Returns
        -------
        Dataset
            Its `train` has the other examples, its `test` those held out, both in their old
            order; all else, the statistics included, is that of the whole set.

        Raises
        ------
        ValueError
            If one of the two parts would be empty.

        Examples
        --------
        >>> from multiact.experiments import load
        >>> part = load("fashion-mnist-subset").holdout()
        >>> len(part.train), len(part.test)
        (5000, 1000)
        """
        count = len(self.train)
        held = round(fraction * count)
        if not 0 < held < count:
            raise ValueError(
                f"holdout: fraction {fraction:g} of {count} training examples holds out {held}; "
                "both parts need 1 or more"
            )
        order = np.random.default_rng(seed).permutation(count)
        rest, out = (self.train.take(np.sort(part)) for part in (order[held:], order[:held]))
        return replace(self, train=rest, test=out)


def batches(count: int, size: int, *, seed: int, epoch: int = 0) -> Iterator[np.ndarray]:
    """Yield the indices of each batch of one epoch, in an order set by seed and epoch.

    Parameters
    ----------
    count
        Number of examples.
    size
        Examples per batch; the last batch of an epoch may be smaller.
    seed, epoch
        Integers of 0 or more.

    Yields
    ------
    numpy.ndarray
        Indices; over the epoch, each number of `range(count)` occurs once.

    Examples
    --------
    >>> from multiact.experiments import batches
    >>> [len(batch) for batch in batches(10, 4, seed=0)]
    [4, 4, 2]
    """
    if size < 1:
        raise ValueError(f"a batch needs 1 example or more, got {size}")
    order = np.random.default_rng((seed, epoch)).permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]
