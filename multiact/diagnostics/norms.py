"""Means, deviations and norms of what layers give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from multiact.diagnostics.accumulator import Accumulator, Combined
from multiact.diagnostics.result import Cell, Result


@dataclass(frozen=True)
class Moments:
    """Mean, deviation and norm of a layer.

    Attributes
    ----------
    inputs, elements
        How many inputs, and elements of all of them, were seen.
    mean, deviation
        The mean and the standard deviation of the elements.
    norm
        The root mean square, over the inputs, of the Euclidean norm.
    """

    inputs: int
    elements: int
    mean: float
    deviation: float
    norm: float

    def summary(self) -> dict[str, Cell]:
        """Return the row of the table."""
        return {"mean": self.mean, "std": self.deviation, "norm": self.norm}


class Norms(Accumulator):
    """Measures the mean and standard deviation of elements, and the norm of an input's.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.diagnostics import Norms
    >>> norms = Norms()
    >>> norms.add("act1", np.asarray([[3.0, 4.0], [0.0, 0.0]]))
    >>> norms.add("act1", np.asarray([[1.0, 0.0]]))
    >>> found = norms.result()["act1"]
    >>> round(found.mean, 4), round(found.norm, 4)  # 8 / 6, sqrt((25 + 0 + 1) / 3)
    (1.3333, 2.9439)
    """

    def result(self) -> Result[Moments]:
        """Return what is known about each layer."""
        return Result({name: _moments(v) for name, v in self._layers.items()})

    def _reduce(self, x: Any, axis: int, xp: Any) -> dict[str, Any]:
        mean = xp.mean(x)
        squares = xp.sum((x - mean) ** 2)
        elements = int(np.prod(x.shape))
        return {"inputs": x.shape[0], "elements": elements, "mean": mean, "squares": squares}

    def _combine(self, a: Combined, b: Combined) -> Combined:
        """Combine by the formulas of Chan et al. (1979), in which no large numbers cancel."""
        elements = a["elements"] + b["elements"]
        step = b["mean"] - a["mean"]
        mean = a["mean"] + step * (b["elements"] / elements)
        between = step**2 * (a["elements"] * (b["elements"] / elements))
        squares = a["squares"] + b["squares"] + between
        inputs = a["inputs"] + b["inputs"]
        return {"inputs": inputs, "elements": elements, "mean": mean, "squares": squares}


def _moments(v: Combined) -> Moments:
    inputs, elements = int(v["inputs"]), int(v["elements"])
    mean, squares = float(v["mean"]), float(v["squares"])
    norm = math.sqrt((squares + elements * mean**2) / inputs)
    return Moments(inputs, elements, mean, math.sqrt(squares / elements), norm)
