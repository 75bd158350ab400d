"""Saturation: the share of a layer's elements at which its activation is nearly flat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from multiact._arrays import namespace_of
from multiact.diagnostics.accumulator import Accumulator, Combined
from multiact.diagnostics.result import Cell, Result

THRESHOLD = 0.01


@dataclass(frozen=True)
class Slopes:
    """How many slopes of a layer are small.

    Attributes
    ----------
    elements
        How many elements were seen.
    saturated
        At how many of them the slope is below the threshold.
    unknown
        How many have no slope of their own, because the layer mixes elements.
    """

    elements: int
    saturated: int
    unknown: int

    @property
    def share(self) -> float | None:
        """The saturated share of the elements; None if the layer is not elementwise."""
        return None if self.unknown == self.elements else self.saturated / self.elements

    def summary(self) -> dict[str, Cell]:
        """Return the row of the table."""
        note = "mixes elements: no slopes" if self.share is None else ""
        return {"elements": self.elements, "saturated": self.share, "note": note}


class Saturation(Accumulator):
    """Counts the elements at which the absolute slope of an activation is below a threshold.

    It is to be given slopes, f'(x), not outputs.  The negative half of relu is saturated at any
    threshold.

    Parameters
    ----------
    threshold
        The slopes below it count, 0.01 by default.

    Examples
    --------
    >>> import numpy as np, multiact
    >>> from multiact.diagnostics import Saturation
    >>> slopes = Saturation()
    >>> slopes.add("act1", multiact.derivative("tanh")(np.linspace(-4, 4, 9)))
    >>> round(slopes.result()["act1"].share, 4)  # at -4, -3, 3 and 4
    0.4444
    """

    watches = "slopes"

    def __init__(self, threshold: float = THRESHOLD) -> None:
        super().__init__()
        if not threshold > 0:
            raise ValueError(f"threshold must be positive, got {threshold}")
        self.threshold = threshold

    def result(self) -> Result[Slopes]:
        """Return what is known about each layer."""
        layers = self._layers.items()
        return Result({name: Slopes(**{k: int(v) for k, v in a.items()}) for name, a in layers})

    def _reduce(self, x: Any, axis: int, xp: Any) -> dict[str, Any]:
        saturated = xp.sum(xp.astype(xp.abs(x) < self.threshold, xp.int32))
        unknown = xp.sum(xp.astype(xp.isnan(x), xp.int32))
        elements = int(np.prod(x.shape))
        return {"elements": elements, "saturated": saturated, "unknown": unknown}

    def _combine(self, a: Combined, b: Combined) -> Combined:
        return {name: a[name] + b[name] for name in a}


@lru_cache(maxsize=8)
def signs(shape: tuple[int, ...]) -> np.ndarray:
    """Return random signs, with which `slopes_of_elements` tells elementwise layers."""
    return np.random.default_rng(0).choice(np.asarray([-1, 1], np.float32), shape)


def slopes_of_elements(plain: Any, signed: Any, signs: Any) -> Any:
    """Return the slopes of a layer, or NaN if it mixes elements.

    Parameters
    ----------
    plain, signed
        Products of the layer's Jacobian, or its transpose, with ones and with random signs.  If
        the Jacobian is diagonal, they differ by the signs alone.
    signs
        The signs.
    """
    xp = namespace_of(plain)
    difference = xp.abs(signed - signs * plain)
    mixes = xp.any(difference > 1e-3 * (1 + xp.abs(plain)))
    return xp.where(mixes, xp.asarray(float("nan"), dtype=plain.dtype), plain)
