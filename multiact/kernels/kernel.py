"""Compiled loops: their entry points, and how threads share them."""

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

#: elements per thread below which a second thread costs more than it brings
PER_THREAD = 1 << 20
#: elements that a thread takes at a time
PIECE = 1 << 17
_LONG = ctypes.c_ssize_t
_POINTER = ctypes.c_void_p


class Kernel:
    """A compiled loop."""

    def __init__(self, loop: Loop, library: ctypes.CDLL) -> None:
        self.loop = loop
        self.real = "float64" if loop.bits == 64 else "float32"  # computed in
        self.width = loop.bits // 8  # bytes of a number computed with
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
        if not loop.rows:
            self._numbers = (ctypes.c_double if loop.bits == 64 else ctypes.c_float) * numbers
            self._flat = library.flat  # (n, numbers, totals, arrays read ..., written ...)
            self._flat.restype = None
            self._flat.argtypes = [_LONG, *[_POINTER] * (2 + arrays + stored)]

    def flat(
        self, elements: int, numbers: Sequence[float], addresses: Sequence[int]
    ) -> Iterable[float]:
        """The shortest way: arrays without channels, read and then written; returns the sums."""
        totals = self._totals()
        self._flat(elements, self._numbers(*numbers), totals, *addresses)
        return totals

    def prepared(self, space: IterationSpace, steps: Sequence[int]) -> tuple[Any, Any]:
        """Strides and steps as the loop takes them; in rows every number is an array."""
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
        """Run on addresses of arrays.

        Parameters
        ----------
        space
            The loops; its strides are those of the arrays read, then of those written.
        prepared
            From `prepared`, for this space.
        data, parameters, out
            Addresses of the arrays read, of the numbers, and of the arrays written.
        totals
            Sums are added to it, a row each, a column for each channel or column of a row.
        threads
            How many may share the work, where the arrays are large enough.
        """
        outer, channels, inner = space[:3]
        (strides, steps), places = prepared, self._parameters(*parameters)
        lists = self._data(*data), strides, self._out(*out)
        sums = None if totals is None else totals.ctypes.data
        if threads == 1:
            self._run(outer, channels, inner, lists[0], strides, places, steps, lists[2], sums)
            return
        along = outer == channels == 1 and not space.rows
        length = inner if along else outer
        threads = min(threads, outer * channels * inner // PER_THREAD, length)
        together = _parallel_for() if threads > 1 else None
        if together is None:
            self._run(outer, channels, inner, lists[0], strides, places, steps, lists[2], sums)
            return
        step = PIECE if along else max(1, PIECE // (channels * inner))
        shape = () if totals is None else totals.shape
        parts = np.zeros((-(-length // step), *shape))
        work = _Work(
            self._address, 0, length, step, along, channels, inner, self.size, len(data), len(out),
            0 if totals is None else totals.size,
            *(ctypes.addressof(a) for a in (*lists, places, steps)), parts.ctypes.data,
        )  # fmt: skip
        together(ctypes.byref(work), threads)
        if totals is not None:
            totals += parts.sum(axis=0)


class _Work(ctypes.Structure):
    """`work` of parallel_for.c."""

    _fields_ = (
        ("kernel", _POINTER), ("next", _LONG), ("length", _LONG), ("step", _LONG),
        ("along", ctypes.c_int), ("channels", _LONG), ("inner", _LONG), ("size", _LONG),
        ("reads", _LONG), ("writes", _LONG), ("summed", _LONG), ("data", _POINTER),
        ("strides", _POINTER), ("out", _POINTER), ("parameters", _POINTER), ("steps", _POINTER),
        ("totals", _POINTER),
    )  # fmt: skip


@cache
def _parallel_for() -> Any:
    """The function that shares a kernel's work among threads; None where it is not compiled."""
    library = compiler.load(Path(__file__).with_name("parallel_for.c").read_text("utf-8"))
    if library is None:
        return None
    library.parallel_for.restype, library.parallel_for.argtypes = None, [_POINTER, _LONG]
    return library.parallel_for


@lru_cache(maxsize=4096)
def kernel(loop: Loop) -> Kernel | None:
    """The compiled loop, or None where there is no way to compile it."""
    try:
        library = compiler.load(loop.source())
    except NotImplementedError:  # an operation without a C form
        return None
    return None if library is None else Kernel(loop, library)


def available_threads() -> int:
    """Threads to use: $MULTIACT_NUM_THREADS, else the cores this process may run on."""
    chosen = os.environ.get("MULTIACT_NUM_THREADS", "")
    if chosen.isdecimal() and int(chosen) > 0:
        return int(chosen)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
