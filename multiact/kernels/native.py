"""Running compiled loops: pointers, geometry, threads."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from multiact.kernels import compiler
from multiact.kernels.c_source import Loop

#: elements per thread below which a second thread costs more than it brings
PER_THREAD = 1 << 20
_LONG = ctypes.c_ssize_t


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
        self.number = ctypes.c_double if loop.bits == 64 else ctypes.c_float
        self.real = np.dtype(np.float64 if loop.bits == 64 else np.float32)
        self.size = {"float64": 8, "float32": 4}.get(loop.dtype, 2)  # bytes of an element
        self.data, self.stored = len(loop.inputs.data), len(loop.stored)
        self._run = library.run
        self._run.restype = None
        self._run.argtypes = [_LONG, _LONG, _LONG, *[ctypes.c_void_p] * 5]
        self.flat = library.flat  # (n, parameters, totals, arrays read ..., arrays written ...)
        self.flat.restype = None
        self.flat.argtypes = [_LONG, *[ctypes.c_void_p] * (2 + self.data + self.stored)]
        self._pointers = ctypes.c_void_p * self.data, ctypes.c_void_p * self.stored
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
        pieces = min(threads, outer * channels * inner // PER_THREAD)
        along_inner = outer == channels == 1 and not self.loop.rows
        if not along_inner:
            pieces = min(pieces, outer)
        if pieces < 2:
            self(geometry, data, parameters, out, totals.ctypes.data)
            return
        total = inner if along_inner else outer
        edges = [total * k // pieces for k in range(pieces + 1)]
        if along_inner:  # whole cache lines
            edges[1:-1] = [edge // 64 * 64 for edge in edges[1:-1]]
        parts = np.zeros((pieces, *totals.shape))
        steps = [1] * len(strides) if along_inner else list(strides)
        jobs = []
        for k in range(pieces):
            begin, length = edges[k], edges[k + 1] - edges[k]
            shape = (1, 1, length) if along_inner else (length, channels, inner)
            moved = [p + begin * s * self.size for p, s in zip((*data, *out), steps, strict=True)]
            arguments = (
                Geometry(*shape, strides), moved[: self.data], parameters, moved[self.data :],
                parts[k].ctypes.data,
            )  # fmt: skip
            jobs.append(_pool(os.getpid()).submit(self, *arguments))
        for job in jobs:
            job.result()
        totals += parts.sum(axis=0)


@lru_cache(maxsize=1)
def _pool(_process: int) -> ThreadPoolExecutor:
    """Threads of this process: those of a parent do not survive a fork."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="multiact")


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
