"""Points at which activations are tested: everywhere densely, at every scale, and at corners."""

from __future__ import annotations

import os
from collections.abc import Iterable

import ml_dtypes
import numpy as np

from tests.helpers.ulp import FORMATS

#: how many points a test takes; `nox -s accuracy` asks for more
COUNT = int(os.environ.get("MULTIACT_POINTS", "150"))
_GOLDEN = 0.6180339887498949


def numpy_dtype(dtype: str) -> np.dtype:
    """NumPy's dtype of that name, ml_dtypes' for bfloat16."""
    return np.dtype(ml_dtypes.bfloat16) if dtype == "bfloat16" else np.dtype(dtype)


def rounded(values: np.ndarray, dtype: str) -> np.ndarray:
    """The nearest numbers of that dtype, as float64."""
    with np.errstate(over="ignore"):
        return np.asarray(values, float).astype(numpy_dtype(dtype)).astype(float)


def spread(n: int, low: float, high: float) -> np.ndarray:
    """`n` points evenly over an interval, with full significands."""
    return low + (high - low) * ((np.arange(n) + 0.5) * _GOLDEN % 1.0)


def neighbours(values: Iterable[float], dtype: str) -> np.ndarray:
    """The numbers next to each value, on both sides."""
    v = np.asarray([*values], float).astype(numpy_dtype(dtype))
    up, down = (np.nextafter(v, np.asarray(s, v.dtype)) for s in (np.inf, -np.inf))
    return np.concatenate([up, down]).astype(float)


def points(dtype: str, kinks: Iterable[float] = (), count: int | None = None) -> np.ndarray:
    """Sorted test points as float64, each a number of `dtype`.

    Half fill [-20, 20], a fifth [-100, 100], a quarter every power of ten that the format
    holds; then +-0, +-1e2, +-1e4 and the neighbours of kinks.
    """
    n = COUNT if count is None else count
    reach = 0.98 * (FORMATS[dtype].high + 1) * np.log10(2.0)
    reach = min(reach, 300.0) if dtype == "float64" else min(reach, 30.0)
    sizes = 10.0 ** spread(n // 8, -reach, reach)
    near = np.concatenate([spread(n // 4, -20.0, 20.0), spread(n // 4, -4.0, 4.0)])
    corners = [0.0, -0.0, 1e2, -1e2, 1e4, -1e4, 1.0, -1.0, 1e-3, -1e-3]
    parts = [near, spread(n // 5, -100.0, 100.0), sizes, -sizes, corners]
    found = rounded(np.concatenate([*parts, neighbours(kinks, dtype)]), dtype)
    return np.sort(found[np.isfinite(found)])
