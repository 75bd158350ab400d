"""Access of the kernels to ndarrays."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from multiact.kernels.call import LARGE, FusedLoop
from multiact.kernels.engines import engine
from multiact.kernels.kernel import available_threads
from multiact.kernels.layout import SHORT

#: in the machine's own byte order
_NAMES = {np.dtype(name): name for name in ("float16", "float32", "float64")}
_ENGINES = frozenset({"auto", "native"})
_FEW = 1 << 12  # elements that are copied sooner than a loop over their strides is prepared


class Memory:
    """`multiact.kernels.call.Memory` for ndarrays."""

    @staticmethod
    def dtype(array: np.ndarray) -> str | None:
        """Return the dtype of an array whose elements are aligned and a stride apart."""
        name = _NAMES.get(array.dtype)
        if name is None or not array.flags.aligned:
            return None
        if array.flags.c_contiguous:
            return name
        return None if any(s % array.itemsize for s in array.strides) else name

    @staticmethod
    def address(array: np.ndarray) -> int:
        """Return the address of the first element."""
        if array.flags.carray and array.size:  # a fourth of the time of the other way
            return ctypes.addressof(ctypes.c_char.from_buffer(array))  # type: ignore[arg-type]  # a buffer
        address: int = array.ctypes.data
        return address

    @staticmethod
    def strides(array: np.ndarray) -> tuple[int, ...]:
        """Return the strides, in elements."""
        size = array.itemsize
        return tuple([s // size for s in array.strides])

    @staticmethod
    def size(array: np.ndarray) -> int:
        """Return the number of elements."""
        return array.size

    @staticmethod
    def is_contiguous(array: np.ndarray) -> bool:
        """Whether the elements are contiguous in C order."""
        return array.flags.c_contiguous

    @staticmethod
    def empty_like(array: np.ndarray) -> np.ndarray:
        """Allocate an array whose axes have the same order in memory."""
        return np.empty_like(array, subok=False)

    @staticmethod
    def copy_like(array: np.ndarray, like: np.ndarray) -> np.ndarray:
        """Return a dense copy."""
        copy = np.empty_like(like, subok=False)
        np.copyto(copy, array)
        return copy

    @staticmethod
    def parameter(value: Any, real: str) -> np.ndarray:
        """Return a contiguous array of a parameter's numbers."""
        return np.ascontiguousarray(value, real).reshape(-1)


MEMORY = Memory()


def run(
    loop: FusedLoop, operands: Sequence[Any], out: np.ndarray | None = None
) -> tuple[np.ndarray, ...] | None:
    """Run a loop, with the first result in `out` if possible; None if kernels cannot be used."""
    if engine() not in _ENGINES:
        return None
    x = operands[0]
    arrays = [_make_readable(a) for a in operands[: len(loop.inputs.data)]]
    if out is not None:
        disjoint = not any(np.may_share_memory(out, a) for a in arrays)
        out = out if out.flags.carray and x.flags.c_contiguous and disjoint else None
    threads = 1 if x.size < LARGE else available_threads()
    result = loop.call((*arrays, *operands[len(arrays) :]), threads, () if out is None else (out,))
    return None if result is None else tuple(result.arrays)


def _make_readable(a: np.ndarray) -> np.ndarray:
    """Copy `a` if its elements are not aligned, or few or in short runs, as halves of a gate."""
    if a.flags.c_contiguous and a.flags.aligned:
        return a
    if a.dtype in _NAMES and (a.size <= _FEW or _in_short_runs(a) or Memory.dtype(a) is None):
        return a.copy(order="K")
    return a


def _in_short_runs(a: np.ndarray) -> bool:
    """Whether gaps follow few elements along the last axis, too few for a loop of their own."""
    length, step = a.shape[-1], a.strides[-1]
    return a.ndim > 1 and step == a.itemsize and length < SHORT and a.strides[-2] > length * step
