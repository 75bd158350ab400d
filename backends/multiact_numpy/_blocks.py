"""The array operations of blocked evaluation, where NumPy has faster ones than its usual."""

from __future__ import annotations

from typing import Any

import numpy as np

from multiact._arrays import Overlay

_BITS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}
_FEW = 1 << 10  #: elements, to which the calls take longer than the choice


def where(condition: Any, a: Any, b: Any) -> Any:
    """`np.where` by the bits of the numbers: a third of its time if no choice is predictable."""
    dtype = np.result_type(a, b)
    integer = _BITS.get(dtype)
    if integer is None or np.size(condition) < _FEW:
        return np.where(condition, a, b)
    mask = np.negative(condition.view(np.int8), dtype=integer)  # all bits, or none
    chosen, other = (np.asarray(v, dtype).view(integer) for v in (a, b))
    return (((chosen ^ other) & mask) ^ other).view(dtype)


BLOCKS = Overlay(np, where=where)
