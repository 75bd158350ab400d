"""Expressions on ndarrays by fused kernels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from multiact.kernels.engine import engine
from multiact.kernels.fused import FusedLoop, cut_by
from multiact.kernels.native import PER_THREAD, available_threads

#: in the machine's own byte order
_NAMES = {np.dtype(name): name for name in ("float16", "float32", "float64")}
_ENGINES = frozenset({"auto", "native"})
#: elements from which a second thread may pay
LARGE = 2 * PER_THREAD
_overlap = np.may_share_memory  # the loops are compiled for arrays apart from each other


def run(
    loop: FusedLoop, operands: Sequence[Any], out: np.ndarray | None = None
) -> tuple[np.ndarray, ...] | None:
    """The outputs (the first into `out` where it can be), or None where kernels do not apply."""
    x = operands[0]
    name = _NAMES.get(x.dtype)
    if name is None or engine() not in _ENGINES:
        return None
    count = len(loop.inputs.data)
    if any(a.shape != x.shape or a.dtype != x.dtype for a in operands[1:count]):
        return None
    data = [_readable(a) for a in operands[:count]]
    if out is not None and (not out.flags.carray or any(map(partial(_overlap, out), data))):
        out = None
    threads = 1 if x.size < LARGE else available_threads()
    if threads == 1 and all(isinstance(p, (int, float)) for p in operands[count:]):
        return _alone(loop, name, data, operands[count:], out)
    return _cut(loop, name, data, operands[count:], out, threads)


def _alone(
    loop: FusedLoop,
    name: str,
    data: list[np.ndarray],
    numbers: Sequence[float],
    out: np.ndarray | None,
) -> tuple[np.ndarray, ...] | None:
    """The shortest way: one thread, parameters of one number each."""
    kernel = loop.kernel(name)
    if kernel is None:
        return None
    results = _results(loop, data[0], out)
    kernel.flat(data[0].size, numbers, [a.ctypes.data for a in (*data, *results)])
    return results


def _cut(
    loop: FusedLoop,
    name: str,
    data: list[np.ndarray],
    parameters: Sequence[Any],
    out: np.ndarray | None,
    threads: int,
) -> tuple[np.ndarray, ...] | None:
    """Parameters that are arrays, or several threads."""
    values = [np.asarray(p, np.float64) if hasattr(p, "dtype") else p for p in parameters]
    lengths = [n for _, n in loop.inputs.parameters]
    scalars = [p for p, n in zip(values, lengths, strict=True) if n is None]
    cut = cut_by(data[0].shape, [getattr(p, "shape", ()) for p in scalars])
    kernel = None if cut is None else loop.kernel(name, cut.rows)
    if cut is None or kernel is None:
        return None
    results = _results(loop, data[0], out)
    addresses = [a.ctypes.data for a in data], [a.ctypes.data for a in results]
    loop.run(kernel, cut, values, *addresses, threads)
    return results


def _results(loop: FusedLoop, x: np.ndarray, out: np.ndarray | None) -> tuple[np.ndarray, ...]:
    first = np.empty(x.shape, x.dtype) if out is None else out
    return (first, *(np.empty(x.shape, x.dtype) for _ in loop.outputs[1:]))


def _readable(a: np.ndarray) -> np.ndarray:
    return a if a.flags.c_contiguous and a.flags.aligned else a.copy()
