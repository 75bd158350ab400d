"""Blocked evaluation: a program on pieces that stay in the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

#: elements of a piece; below twice as many, whole arrays are as fast
PIECE = 1 << 15


def run(
    evaluate: Callable[[Sequence[Any]], tuple[np.ndarray, ...]],
    operands: Sequence[Any],
    lengths: Sequence[int | None],
) -> tuple[np.ndarray, ...] | None:
    """Evaluate piece by piece; None where it does not apply or would not pay.

    Parameters
    ----------
    evaluate
        From operands to results of the shape of the first operand.
    operands
        Arrays of one shape, then parameters that broadcast with them, or have elements.
    lengths
        Of the parameters that have elements; None for those that broadcast.
    """
    x, count = operands[0], len(operands) - len(lengths)
    data = operands[:count]
    if x.size < 2 * PIECE or any(a.shape != x.shape for a in data):
        return None
    whole = [v for v, n in zip(operands[count:], lengths, strict=True) if n is not None]
    broad = [v for v, n in zip(operands[count:], lengths, strict=True) if n is None]
    if all(getattr(p, "size", 1) == 1 for p in broad):
        data = [a.reshape(-1) for a in data]
        broad = [p.reshape(()) if hasattr(p, "shape") else p for p in broad]
    shape = data[0].shape
    step = max(1, PIECE * shape[0] // x.size)  # along the first axis
    results: tuple[np.ndarray, ...] = ()
    for begin in range(0, shape[0], step):
        piece = slice(begin, begin + step)
        parts = iter([_part(p, piece, len(shape)) for p in broad])
        rest = iter(whole)
        parameters = [next(parts) if n is None else next(rest) for n in lengths]
        values = evaluate((*(a[piece] for a in data), *parameters))
        if not results:
            results = tuple(np.empty(shape, v.dtype) for v in values)
        for result, value in zip(results, values, strict=True):
            result[piece] = value
    return tuple(r.reshape(x.shape) for r in results)


def _part(parameter: Any, piece: slice, ndim: int) -> Any:
    """What meets a piece: a parameter that varies along the first axis is cut alike."""
    varies = getattr(parameter, "ndim", 0) == ndim and parameter.shape[0] != 1
    return parameter[piece] if varies else parameter
