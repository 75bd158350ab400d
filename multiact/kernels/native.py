"""Running compiled loops: pointers, geometry, threads."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from multiact.kernels import compiler
from multiact.kernels.c_source import Loop

#: elements per thread below which a second thread costs more than it brings
PER_THREAD = 1 << 20
#: elements that a thread takes at a time
PIECE = 1 << 17
_LONG = ctypes.c_ssize_t
_POINTER = ctypes.c_void_p


class Geometry(NamedTuple):
    """How elements lie: `outer` runs of `channels` pieces of `inner` neighbours.

    `strides` are the distances between runs, in elements, of the arrays read and then
    of those written.
    """

    outer: int
    channels: int
    inner: int
    strides: tuple[int, ...]


class Kernel:
    """A compiled loop."""

    def __init__(self, loop: Loop, library: ctypes.CDLL) -> None:
        self.loop = loop
        self.real = np.dtype(np.float64 if loop.bits == 64 else np.float32)
        self.size = {"float64": 8, "float32": 4}.get(loop.dtype, 2)  # bytes of an element
        self.data, self.stored = len(loop.inputs.data), len(loop.stored)
        self._run = library.run
        self._run.restype = None
        self._run.argtypes = [_LONG, _LONG, _LONG, *[_POINTER] * 5]
        self._address = ctypes.cast(self._run, _POINTER).value
        self._flat = library.flat  # (n, parameters, totals, arrays read ..., arrays written ...)
        self._flat.restype = None
        self._flat.argtypes = [_LONG, *[_POINTER] * (2 + self.data + self.stored)]
        number = ctypes.c_double if loop.bits == 64 else ctypes.c_float
        self._numbers = number * len(loop.numbers)
        self._totals = ctypes.c_double * len(loop.sums)
        self._pointers = _POINTER * self.data, _POINTER * self.stored
        self._strides = _LONG * (self.data + self.stored)

    def __call__(
        self,
        geometry: Geometry,
        data: Sequence[int],
        parameters: int,
        out: Sequence[int],
        totals: int,
    ) -> None:
        """Run on addresses: of arrays, of parameters (one row each), of results, of totals."""
        outer, channels, inner, strides = geometry
        self._run(
            outer, channels, inner, self._pointers[0](*data), self._strides(*strides),
            parameters, self._pointers[1](*out), totals,
        )  # fmt: skip

    def flat(
        self, elements: int, numbers: Sequence[float], addresses: Sequence[int]
    ) -> Iterable[float]:
        """The shortest way: arrays without channels, read and then written; returns the sums."""
        totals = self._totals()
        self._flat(elements, self._numbers(*numbers), totals, *addresses)
        return totals

    def threaded(
        self,
        geometry: Geometry,
        data: Sequence[int],
        parameters: int,
        out: Sequence[int],
        totals: np.ndarray,
        threads: int,
    ) -> None:
        """The same on several threads where the arrays are large enough."""
        outer, channels, inner, strides = geometry
        along = outer == channels == 1 and not self.loop.rows
        whole = inner if along else outer
        threads = min(threads, outer * channels * inner // PER_THREAD, whole)
        together = _parallel_for() if threads > 1 else None
        if together is None:
            self(geometry, data, parameters, out, totals.ctypes.data)
            return
        step = PIECE if along else max(1, PIECE // (channels * inner))
        parts = np.zeros((-(-whole // step), *totals.shape))
        lists = self._pointers[0](*data), self._pointers[1](*out), self._strides(*strides)
        work = _Work(
            self._address, 0, whole, step, along, channels, inner, self.size, len(data), len(out),
            totals.size, *(ctypes.addressof(a) for a in lists), parameters, parts.ctypes.data,
        )  # fmt: skip
        together(ctypes.byref(work), threads)
        totals += parts.sum(axis=0)


class _Work(ctypes.Structure):
    """`work` of parallel_for.c."""

    _fields_ = (
        ("kernel", _POINTER), ("next", _LONG), ("whole", _LONG), ("step", _LONG),
        ("along", ctypes.c_int), ("channels", _LONG), ("inner", _LONG), ("size", _LONG),
        ("reads", _LONG), ("writes", _LONG), ("summed", _LONG), ("data", _POINTER),
        ("out", _POINTER), ("strides", _POINTER), ("parameters", _POINTER), ("totals", _POINTER),
    )  # fmt: skip


@cache
def _parallel_for() -> Any:
    """The function that shares a kernel's work among threads; None where it is not compiled."""
    library = compiler.load(Path(__file__).with_name("parallel_for.c").read_text("utf-8"))
    if library is None:
        return None
    library.parallel_for.restype, library.parallel_for.argtypes = None, [_POINTER, _LONG]
    return library.parallel_for


@cache
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
