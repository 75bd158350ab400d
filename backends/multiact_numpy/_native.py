"""ndarrays as kernels see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from multiact.kernels.call import LARGE, FusedLoop
from multiact.kernels.engines import engine
from multiact.kernels.kernel import available_threads

#: in the machine's own byte order
_NAMES = {np.dtype(name): name for name in ("float16", "float32", "float64")}
_ENGINES = frozenset({"auto", "native"})


class Memory:
    """See `multiact.kernels.call.Memory`."""

    @staticmethod
    def dtype(array: np.ndarray) -> str | None:
        """Of an array whose elements can be read one by one."""
        name = _NAMES.get(array.dtype)
        if name is None or not array.flags.aligned:
            return None
        if array.flags.c_contiguous:
            return name
        return None if any(s % array.itemsize for s in array.strides) else name

    @staticmethod
    def address(array: np.ndarray) -> int:
        """Where the first element is."""
        address: int = array.__array_interface__["data"][0]
        return address

    @staticmethod
    def strides(array: np.ndarray) -> tuple[int, ...]:
        """In elements."""
        size = array.itemsize
        return tuple([s // size for s in array.strides])

    @staticmethod
    def size(array: np.ndarray) -> int:
        """How many elements there are."""
        return array.size

    @staticmethod
    def is_contiguous(array: np.ndarray) -> bool:
        """Whether it lies as NumPy's own new arrays do."""
        return array.flags.c_contiguous

    @staticmethod
    def empty_like(array: np.ndarray) -> np.ndarray:
        """A new array, its axes in the order of this one's."""
        return np.empty_like(array, subok=False)

    @staticmethod
    def copy_like(array: np.ndarray, like: np.ndarray) -> np.ndarray:
        """A copy without holes."""
        copy = np.empty_like(like, subok=False)
        np.copyto(copy, array)
        return copy

    @staticmethod
    def parameter(value: Any, real: str) -> np.ndarray:
        """An array with the numbers of a parameter."""
        return np.ascontiguousarray(value, real).reshape(-1)


MEMORY = Memory()


def run(
    loop: FusedLoop, operands: Sequence[Any], out: np.ndarray | None = None
) -> tuple[np.ndarray, ...] | None:
    """The outputs (the first into `out` where it can be), or None where kernels do not apply."""
    if engine() not in _ENGINES:
        return None
    x = operands[0]
    arrays = [_readable(a) for a in operands[: len(loop.inputs.data)]]
    if out is not None:
        apart = not any(np.may_share_memory(out, a) for a in arrays)
        out = out if out.flags.carray and x.flags.c_contiguous and apart else None
    threads = 1 if x.size < LARGE else available_threads()
    called = loop.call((*arrays, *operands[len(arrays) :]), None, threads, out)
    return None if called is None else tuple(called.arrays)


def _readable(a: np.ndarray) -> np.ndarray:
    """`a`, copied if its elements do not stand where the processor wants them."""
    if a.dtype in _NAMES and Memory.dtype(a) is None:
        return a.copy()
    return a
