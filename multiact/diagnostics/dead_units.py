"""Dead units: those whose output is zero for every input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from multiact.diagnostics.accumulator import Accumulator, Combined
from multiact.diagnostics.result import Cell, Result


@dataclass(frozen=True)
class UnitRanges:
    """The ranges of the outputs of a layer's units.

    Attributes
    ----------
    inputs
        How many inputs were seen.
    low, high
        The smallest and the largest output of each unit, of shape (units,).
    tolerance
        What counts as zero.
    """

    inputs: int
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)
    tolerance: float = 0.0

    @property
    def dead(self) -> np.ndarray:
        """Which units' outputs were zero for every input, of shape (units,)."""
        return (self.low >= -self.tolerance) & (self.high <= self.tolerance)

    @property
    def constant(self) -> np.ndarray:
        """Which units' outputs were the same for every input, as those of dead units are."""
        same: np.ndarray = self.high <= self.low + self.tolerance
        return same

    def summary(self) -> dict[str, Cell]:
        """Return the row of the table."""
        units, dead = len(self.low), int(self.dead.sum())
        row = {"units": units, "dead": dead, "share": dead / units}
        return {**row, "constant": int(self.constant.sum())}


class DeadUnits(Accumulator):
    """Finds the units of layers that are zero, or constant, for every input of a data set.

    A unit of relu is dead if its output is zero for every input: nothing is learned there, as
    the slope is zero, too.  Units of functions that are zero nowhere, or only at zero, die
    differently: a saturated unit of tanh gives the same output for every input.  Such units are
    counted as constant; dead ones are constant, too.

    Parameters
    ----------
    tolerance
        The largest absolute output that counts as zero, and the largest difference of outputs
        that counts as none.  With 0 the results for relu are exact; a few 1e-3 find units of
        silu or tanh that do next to nothing.

    References
    ----------
    Lu et al. 2019, Dying ReLU and Initialization, arXiv:1903.06733.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.diagnostics import DeadUnits
    >>> units = DeadUnits()
    >>> units.add("act1", np.asarray([[0, 1.5, 0, 1, 1], [0, 0, 0, 0, 1], [0, 1, 0, 1.2, 1]]))
    >>> units.result()["act1"].dead.tolist()
    [True, False, True, False, False]
    >>> units.add("act1", np.asarray([[1.1, 1, 0, 1, 1], [1, 0, 0, 0, 1], [0, 1, 0, 1, 1]]))
    >>> units.result()["act1"].dead.tolist()
    [False, False, True, False, False]
    >>> print(units.result())
    layer  units  dead  share  constant
    act1   5      1     0.2    2
    """

    def __init__(self, tolerance: float = 0.0) -> None:
        super().__init__()
        if not tolerance >= 0:
            raise ValueError(f"tolerance must be 0 or more, got {tolerance}")
        self.tolerance = tolerance

    def result(self) -> Result[UnitRanges]:
        """Return what is known about each layer."""
        ranges = {
            name: UnitRanges(int(v["inputs"]), v["low"], v["high"], self.tolerance)
            for name, v in self._layers.items()
        }
        return Result(ranges)

    def _reduce(self, x: Any, axis: int, xp: Any) -> dict[str, Any]:
        others = tuple(i for i in range(x.ndim) if i != axis)
        low, high = xp.min(x, axis=others), xp.max(x, axis=others)
        return {"inputs": x.shape[0], "low": low, "high": high}

    def _combine(self, a: Combined, b: Combined) -> Combined:
        low, high = np.minimum(a["low"], b["low"]), np.maximum(a["high"], b["high"])
        return {"inputs": a["inputs"] + b["inputs"], "low": low, "high": high}
