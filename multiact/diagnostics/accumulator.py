"""What all accumulators share: a batch is reduced in its own library, reductions are combined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from multiact._arrays import bits_of, namespace_of

Reduced = Mapping[str, Any]
Combined = Mapping[str, np.ndarray]


class Accumulator(ABC):
    """A statistic of layers, collected batch by batch in memory that does not grow.

    A subclass says how an array is reduced, in operations of the array API, which run where the
    array is, also inside `jax.jit`; how two reductions are combined; and what the result is.
    """

    #: what is to be added: a layer's outputs, or its slopes, the derivatives of its elements
    watches: ClassVar[Literal["outputs", "slopes"]] = "outputs"

    def __init__(self) -> None:
        self._layers: dict[str, Combined] = {}

    def add(self, layer: str, x: Any, axis: int = -1) -> None:
        """Add an array of a layer.

        Parameters
        ----------
        layer
            The layer's name.
        x
            What the accumulator watches, of shape (inputs, ..., units) if `axis` is the last.
        axis
            The axis of the units; all others are those of inputs and positions.

        Raises
        ------
        ValueError
            If there is no such axis, if the array is empty, or if its units are not as many as
            before.
        """
        self.merge(layer, self.reduce(x, axis))

    def reduce(self, x: Any, axis: int = -1) -> dict[str, Any]:
        """Reduce an array to a few small ones of the same library, which `merge` takes."""
        xp = namespace_of(x)
        x = x if bits_of(x) > 16 else xp.astype(x, xp.float32)
        if x.ndim < 2:  # one input
            x = xp.reshape(x, (1, -1))
        if 0 in x.shape:
            raise ValueError(f"an array of shape {tuple(x.shape)} has no elements to add")
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(f"axis must be one of the {x.ndim} axes of the array, got {axis}")
        return self._reduce(x, axis % x.ndim, xp)

    def merge(self, layer: str, reduced: Reduced) -> None:
        """Add what an array of a layer was reduced to; the values may be arrays of NumPy."""
        new: Combined = {name: np.asarray(value) for name, value in reduced.items()}
        old = self._layers.get(layer)
        if old is None:  # what is combined with wide numbers later becomes wide by that
            new = {name: _wide(value) for name, value in new.items()}
        else:
            for name, value in new.items():
                if value.shape != old[name].shape:
                    had = f"{value.size} units here, and {old[name].size} before"
                    raise ValueError(f"{layer}: {had}")
            new = self._combine(old, new)
        self._layers[layer] = new

    @abstractmethod
    def _reduce(self, x: Any, axis: int, xp: Any) -> dict[str, Any]:
        """Reduce an array of two axes or more."""

    @abstractmethod
    def _combine(self, a: Combined, b: Combined) -> Combined:
        """Combine two reductions of one layer."""


def _wide(value: np.ndarray) -> np.ndarray:
    return value.astype(np.int64 if value.dtype.kind in "iu" else np.float64)
