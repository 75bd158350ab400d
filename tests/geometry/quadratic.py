"""A problem in NumPy of which everything is known: mean of (A w)^2 / 2 plus a slope."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from multiact.geometry import Group


@dataclass(frozen=True, eq=False)
class Quadratic:
    """loss(w) = w H w / 2 + g w, whose gradient at 0 is g."""

    matrix: np.ndarray
    slope: np.ndarray | None = None
    parts: list[Quadratic] = field(default_factory=list)

    @property
    def start(self):
        return np.zeros(len(self.matrix))

    @property
    def groups(self):
        return [Group("w", (len(self.matrix),))]

    def loss(self, w):
        return w @ self.matrix @ w / 2 + w @ self.gradient(0 * w)

    def gradient(self, w):
        return self.matrix @ w + (0.0 if self.slope is None else self.slope)

    def hvp(self, w, v):
        return self.matrix @ v


def symmetric(values, seed=0):
    """A matrix with these eigenvalues in random directions."""
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values),) * 2))
    return q * np.asarray(values) @ q.T
