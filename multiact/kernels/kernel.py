"""Compiled loops: their entry points, and the distribution of their work among threads."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from multiact.kernels import compiler
from multiact.kernels.c_source import Loop
from multiact.kernels.layout import IterationSpace

#: elements per thread below which a second thread costs more time than it saves
PER_THREAD = 1 << 20
#: elements that a thread processes at a time
CHUNK = 1 << 17
_LONG = ctypes.c_ssize_t
_POINTER = ctypes.c_void_p


class Kernel:
    """A compiled loop."""

    def __init__(self, loop: Loop, library: ctypes.CDLL) -> None:
        self.loop = loop
        self.real = "float64" if loop.bits == 64 else "float32"  # the compute dtype
        self.width = loop.bits // 8  # bytes of a number of the compute dtype
        self.size = {"float64": 8, "float32": 4}.get(loop.dtype, 2)  # bytes of an element
        arrays, stored = len(loop.inputs.data), len(loop.stored)
        numbers = len(loop.inputs.numbers)
        self._run = library.run
        self._run.restype = None
        self._run.argtypes = [_LONG, _LONG, _LONG, *[_POINTER] * 6]
        self._address = ctypes.cast(self._run, _POINTER).value
        self._data, self._out = _POINTER * arrays, _POINTER * stored
        self._strides, self._steps = _LONG * (arrays + stored), _LONG * numbers
        self._parameters = _POINTER * numbers
        self._totals = ctypes.c_double * len(loop.reductions)
        self.numbers = (ctypes.c_double if loop.bits == 64 else ctypes.c_float) * numbers
        if not loop.rows:
            self._flat = library.flat  # (n, numbers, totals, arrays read ..., written ...)
            self._flat.restype = None
            self._flat.argtypes = [_LONG, *[_POINTER] * (2 + arrays + stored)]

    def flat(
        self, elements: int, numbers: Sequence[float], addresses: Sequence[int]
    ) -> Iterable[float]:
        """Run on contiguous arrays without channels, with the least overhead; return the sums.

        The addresses are those of the arrays read, then of those written.
        """
        totals = self._totals()
        self._flat(elements, self.numbers(*numbers), totals, *addresses)
        return totals

    def prepare(self, space: IterationSpace, steps: Sequence[int]) -> tuple[Any, Any]:
        """Convert strides and steps to C arrays."""
        return self._strides(*space.strides), self._steps(*steps)

    def run(
        self,
        space: IterationSpace,
        prepared: tuple[Any, Any],
        data: Sequence[int],
        parameters: Sequence[int],
        out: Sequence[int],
        totals: np.ndarray | None,
        threads: int = 1,
    ) -> None:
        """Run on an iteration space.

        Parameters
        ----------
        space
            The iteration space; its strides are those of the arrays read, then of those written.
        prepared
            The result of `prepare` for this space.
        data, parameters, out
            Addresses of the arrays read, of the numbers, and of the arrays written.
        totals
            Array to which the sums are added: one row per output, one column per channel, or
            per column if parameters differ between columns.
        threads
            The maximum number of threads, which only large arrays use.
        """
        outer, channels, inner = space[:3]
        (strides, steps), pointers = prepared, self._parameters(*parameters)
        lists = self._data(*data), strides, self._out(*out)
        sums = None if totals is None else totals.ctypes.data
        if threads == 1:
            self._run(outer, channels, inner, lists[0], strides, pointers, steps, lists[2], sums)
            return
        split_inner = outer == channels == 1 and not space.rows
        length = inner if split_inner else outer
        threads = min(threads, outer * channels * inner // PER_THREAD, length)
        parallel_for = _parallel_for() if threads > 1 else None
        if parallel_for is None:
            self._run(outer, channels, inner, lists[0], strides, pointers, steps, lists[2], sums)
            return
        step = CHUNK if split_inner else max(1, CHUNK // (channels * inner))
        shape = () if totals is None else totals.shape
        parts = np.zeros((-(-length // step), *shape))
        work = _Work(
            self._address, 0, length, step, split_inner, channels, inner, self.size,
            len(data), len(out), 0 if totals is None else totals.size,
            *(ctypes.addressof(a) for a in (*lists, pointers, steps)), parts.ctypes.data,
        )  # fmt: skip
        parallel_for(ctypes.byref(work), threads)
        if totals is not None:
            totals += parts.sum(axis=0)


class _Work(ctypes.Structure):
    """The struct `work` of parallel_for.c."""

    _fields_ = (
        ("kernel", _POINTER), ("next", _LONG), ("length", _LONG), ("step", _LONG),
        ("split_inner", ctypes.c_int), ("channels", _LONG), ("inner", _LONG), ("size", _LONG),
        ("reads", _LONG), ("writes", _LONG), ("summed", _LONG), ("data", _POINTER),
        ("strides", _POINTER), ("out", _POINTER), ("parameters", _POINTER), ("steps", _POINTER),
        ("totals", _POINTER),
    )  # fmt: skip


@cache
def _parallel_for() -> Any:
    """Load the function that distributes a kernel's work; None if it cannot be compiled."""
    library = compiler.load(Path(__file__).with_name("parallel_for.c").read_text("utf-8"))
    if library is None:
        return None
    library.parallel_for.restype, library.parallel_for.argtypes = None, [_POINTER, _LONG]
    return library.parallel_for


@lru_cache(maxsize=4096)
def kernel(loop: Loop) -> Kernel | None:
    """Compile a loop; return None if that is not possible."""
    try:
        library = compiler.load(loop.source())
    except NotImplementedError:  # an operation without a C form
        return None
    return None if library is None else Kernel(loop, library)


def available_threads() -> int:
    """Return the number of threads: $MULTIACT_NUM_THREADS, else the cores available to us."""
    variable = os.environ.get("MULTIACT_NUM_THREADS", "")
    if variable.isdecimal() and int(variable) > 0:
        return int(variable)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
