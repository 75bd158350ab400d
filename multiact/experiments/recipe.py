"""The hyperparameters of training, independent of the framework."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Adam on the cross entropy, with a learning rate that falls linearly to zero.

    Attributes
    ----------
    epochs
        How many times every image is seen.
    seed
        Determines the initial weights and the order of the images.
    batch_size
        Images per step.
    learning_rate
        Learning rate of the first step.
    label_smoothing
        The share of the label that is spread over all classes.  Besides its usual purpose, it
        keeps the logits small, so that they can be compared in absolute terms.
    """

    epochs: int = 3
    seed: int = 0
    batch_size: int = 128
    learning_rate: float = 1.5e-3
    label_smoothing: float = 0.1

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, got {self.seed}")

    @staticmethod
    def enough_epochs(count: int) -> int:
        """Return how many epochs suit this many images: 3 for 60000, 15 for a few thousand."""
        return 3 if count >= 30000 else 15

    def steps(self, count: int) -> int:
        """Return the total number of steps for this many images."""
        return self.epochs * math.ceil(count / self.batch_size)

    def decay(self, count: int) -> Callable[[int], float]:
        """Return the function from the step, counted from 0, to the learning rate's factor."""
        steps = self.steps(count)
        return lambda step: 1 - step / steps
