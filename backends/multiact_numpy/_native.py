"""Expressions on ndarrays by fused kernels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from multiact.calculus.graph import Expr
from multiact.calculus.program import Inputs
from multiact.kernels.engine import engine
from multiact.kernels.fused import FusedLoop, cut_by
from multiact.kernels.native import available_threads

_overlap = np.may_share_memory  # the loops are compiled for arrays apart from each other
_loop = lru_cache(maxsize=None)(FusedLoop)


def run(
    outputs: tuple[Expr, ...],
    inputs: Inputs,
    operands: Sequence[Any],
    out: np.ndarray | None = None,
) -> tuple[np.ndarray, ...] | None:
    """The outputs (the first into `out` where it can be), or None where kernels do not apply."""
    if engine() not in ("auto", "native"):
        return None
    loop = _loop(outputs, inputs, ())
    count = len(inputs.data)
    x = operands[0]
    parameters = [np.asarray(p, np.float64) if hasattr(p, "dtype") else p for p in operands[count:]]
    scalars = [p for p, (_, n) in zip(parameters, inputs.parameters, strict=True) if n is None]
    cut = cut_by(x.shape, [getattr(p, "shape", ()) for p in scalars])
    if cut is None or any(a.shape != x.shape or a.dtype != x.dtype for a in operands[1:count]):
        return None
    kernel = loop.kernel(str(x.dtype), cut)
    if kernel is None:
        return None
    data = [_readable(a) for a in operands[:count]]
    if out is not None and (not out.flags.carray or any(map(partial(_overlap, out), data))):
        out = None
    first = np.empty(x.shape, x.dtype) if out is None else out
    results = [first, *(np.empty(x.shape, x.dtype) for _ in outputs[1:])]
    addresses = [a.ctypes.data for a in data], [a.ctypes.data for a in results]
    loop.run(kernel, cut, parameters, *addresses, available_threads())
    return tuple(results)


def _readable(a: np.ndarray) -> np.ndarray:
    a = np.ascontiguousarray(a)
    return a if a.flags.aligned else a.copy()
