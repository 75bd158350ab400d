"""Where a formula is judged: densely around 0, at every scale, at thresholds and beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.naive.formats import Format

#: how many points of each sort: within 10, within 100, at every scale on each side of 0
FULL, FEW = (100, 40, 40), (40, 14, 12)
_GOLDEN = 0.6180339887498949
_EXACT = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)


def points(fmt: Format, thresholds: Iterable[float], counts: tuple[int, int, int]) -> np.ndarray:
    """Numbers of the format, in order, as float64; both zeros are among them."""
    near, wide, scales = counts
    reach = np.log10(fmt.largest) - 0.01
    sizes = 10.0 ** _spread(scales, 0.98 * np.log10(fmt.floor), reach)
    tiny = fmt.floor * 2.0**-12
    parts: list[Any] = [
        _spread(near, -10.0, 10.0),
        _spread(wide, -100.0, 100.0),
        sizes,
        -sizes,
        [tiny, -tiny, tiny / 8, -tiny / 8, -0.0, *_EXACT, *(-v for v in _EXACT[1:])],
        _with_neighbours(thresholds, fmt),
    ]
    found = fmt.rounded(np.concatenate(parts))
    return np.append(np.unique(found[np.isfinite(found) & (found != 0)]), [0.0, -0.0])


def _spread(n: int, low: float, high: float) -> np.ndarray:
    """Evenly over an interval, with full significands."""
    return low + (high - low) * ((np.arange(n) + 0.5) * _GOLDEN % 1.0)


def _with_neighbours(values: Iterable[float], fmt: Format) -> np.ndarray:
    v = np.asarray([*values], float).astype(fmt.name)
    sides = (np.nextafter(v, np.asarray(s, v.dtype)) for s in (np.inf, -np.inf))
    return np.concatenate([v, *sides]).astype(float)
