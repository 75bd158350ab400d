"""Histograms in one pass: the range doubles when a value lies outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from array_api_compat import is_jax_namespace

from multiact.diagnostics.accumulator import Accumulator, Combined
from multiact.diagnostics.result import Cell, Result

BINS = 128
_SMALLEST = -60  # smaller numbers than 2^-60 are in the bins beside zero


@dataclass(frozen=True)
class Distribution:
    """A histogram of a layer.

    Attributes
    ----------
    counts
        The numbers of values in bins of one width, of shape (bins,), from -`limit` to `limit`;
        each bin has its lower edge.
    limit
        The smallest power of two above all absolute values.
    nonfinite
        How many values are infinite or NaN; they are in no bin.
    """

    counts: np.ndarray = field(repr=False)
    limit: float
    nonfinite: int

    @property
    def edges(self) -> np.ndarray:
        """The edges of the bins, of shape (bins + 1,)."""
        return np.linspace(-self.limit, self.limit, len(self.counts) + 1)

    def quantile(self, share: float) -> float:
        """Return the number below which this share of the values lies, as exact as the bins are.

        Raises
        ------
        ValueError
            If the share is not from 0 to 1, or if no value is finite.
        """
        total = self.counts.sum()
        if not (0 <= share <= 1 and total):
            raise ValueError(f"no quantile of {share} of {total} finite values")
        below = np.concatenate([[0], np.cumsum(self.counts)])
        rises = np.concatenate([[True], np.diff(below) > 0])
        first = max(int(np.argmax(below > 0)) - 1, 0)  # the lower edge of the lowest value's bin
        rises[: first + 1] = np.arange(first + 1) == first
        return float(np.interp(share * total, below[rises], self.edges[rises]))

    def summary(self) -> dict[str, Cell]:
        """Return the row of the table."""
        total = int(self.counts.sum())
        shares = {"5 %": 0.05, "median": 0.5, "95 %": 0.95}
        quantiles = {n: self.quantile(s) if total else None for n, s in shares.items()}
        return {"values": total, "nonfinite": self.nonfinite, **quantiles, "limit": self.limit}


class Histogram(Accumulator):
    """Counts the values of layers in bins, without knowing their range beforehand.

    The bins reach from -2^k to 2^k.  If a larger value comes, k grows and bins are joined in
    pairs; so the result does not depend on the order and sizes of the batches.

    Parameters
    ----------
    bins
        The number of bins, a power of two, 4 or more; 128 by default.

    Examples
    --------
    >>> import numpy as np
    >>> from multiact.diagnostics import Histogram
    >>> histogram = Histogram(bins=4)
    >>> histogram.add("act1", np.asarray([[-0.7, -0.2, 0.2, 0.3, 0.8]]))
    >>> found = histogram.result()["act1"]
    >>> found.edges.tolist(), found.counts.tolist()
    ([-1.0, -0.5, 0.0, 0.5, 1.0], [1, 1, 2, 1])
    >>> histogram.add("act1", np.asarray([[1.5]]))
    >>> found = histogram.result()["act1"]
    >>> found.edges.tolist(), found.counts.tolist()
    ([-2.0, -1.0, 0.0, 1.0, 2.0], [0, 2, 3, 1])
    """

    def __init__(self, bins: int = BINS) -> None:
        super().__init__()
        if bins < 4 or bins & (bins - 1):
            raise ValueError(f"bins must be a power of two, 4 or more, got {bins}")
        self.bins = bins

    def result(self) -> Result[Distribution]:
        """Return the histogram of each layer."""
        histograms = {
            name: Distribution(v["counts"][:-1], 2.0 ** int(v["exponent"]), int(v["counts"][-1]))
            for name, v in self._layers.items()
        }
        return Result(histograms)

    def _reduce(self, x: Any, axis: int, xp: Any) -> dict[str, Any]:
        half = self.bins // 2
        finite = xp.isfinite(x)
        x = xp.where(finite, x, xp.zeros_like(x))
        exponent = xp.frexp(xp.max(xp.abs(x)))[1]  # of a power of two above all values
        exponent = xp.where(exponent < _SMALLEST, xp.full_like(exponent, _SMALLEST), exponent)
        # multiplied by powers of two, numbers stay exact, and so do the edges
        scaled = xp.ldexp(x, xp.broadcast_to(half.bit_length() - 1 - exponent, x.shape))
        index = xp.astype(xp.floor(scaled), xp.int32) + half
        index = xp.where(finite, index, xp.full_like(index, self.bins))
        length = {"length" if is_jax_namespace(xp) else "minlength": self.bins + 1}
        return {"exponent": exponent, "counts": xp.bincount(xp.reshape(index, (-1,)), **length)}

    def _combine(self, a: Combined, b: Combined) -> Combined:
        exponent = max(a["exponent"], b["exponent"])
        counts = sum(_coarse(v["counts"], int(exponent - v["exponent"])) for v in (a, b))
        return {"exponent": np.asarray(exponent), "counts": np.asarray(counts)}


def _coarse(counts: np.ndarray, times: int) -> np.ndarray:
    """Double the range so many times: pairs of bins become one, in the middle half."""
    *_, nonfinite = counts
    for _ in range(times):
        pairs = counts[:-1].reshape(-1, 2).sum(1)
        counts = np.append(np.pad(pairs, len(pairs) // 2), nonfinite)
    return counts
