"""Blocked evaluation: programs run on blocks that stay in the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

#: elements per block; for arrays of less than two blocks, evaluation in one go is as fast
BLOCK = 1 << 15


def run(
    evaluate: Callable[[Sequence[Any]], tuple[np.ndarray, ...]],
    operands: Sequence[Any],
    lengths: Sequence[int | None],
) -> tuple[np.ndarray, ...] | None:
    """Evaluate block by block; return None where that is not possible or not worthwhile.

    Parameters
    ----------
    evaluate
        Function from operands to results of the shape of the first operand.
    operands
        Arrays of one shape, then parameters: scalars and arrays that broadcast with them, and
        array parameters.
    lengths
        Lengths of the array parameters; None for parameters that broadcast.
    """
    x, count = operands[0], len(operands) - len(lengths)
    data = operands[:count]
    if x.size < 2 * BLOCK or any(a.shape != x.shape for a in data):
        return None
    vectors = [v for v, n in zip(operands[count:], lengths, strict=True) if n is not None]
    broadcasting = [v for v, n in zip(operands[count:], lengths, strict=True) if n is None]
    if any(getattr(v, "ndim", 1) > 1 for v in vectors):
        return None  # their elements broadcast, too
    if all(getattr(p, "size", 1) == 1 for p in broadcasting):
        data = [a.reshape(-1) for a in data]
        broadcasting = [p.reshape(()) if hasattr(p, "shape") else p for p in broadcasting]
    shape = data[0].shape
    step = max(1, BLOCK * shape[0] // x.size)  # along the first axis
    results: tuple[np.ndarray, ...] = ()
    for begin in range(0, shape[0], step):
        block = slice(begin, begin + step)
        sliced = iter([_slice_parameter(p, block, len(shape)) for p in broadcasting])
        unsliced = iter(vectors)
        parameters = [next(sliced) if n is None else next(unsliced) for n in lengths]
        values = evaluate((*(a[block] for a in data), *parameters))
        if not results:
            results = tuple(np.empty(shape, v.dtype) for v in values)
        for result, value in zip(results, values, strict=True):
            result[block] = value
    return tuple(r.reshape(x.shape) for r in results)


def _slice_parameter(parameter: Any, block: slice, ndim: int) -> Any:
    """Slice a parameter like the arrays if it varies along the first axis."""
    varies = getattr(parameter, "ndim", 0) == ndim and parameter.shape[0] != 1
    return parameter[block] if varies else parameter
