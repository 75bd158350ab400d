"""Compiled loops: their entry points, and the layouts they take."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from multiact.calculus.graph import topological
from multiact.kernels import compiler
from multiact.kernels.c_source import Loop
from multiact.kernels.layout import IterationSpace

#: elements per thread below which starting a second one (70 us) takes longer than it saves: of
#: loops of plain arithmetic, and of those that compute functions such as exp
PER_THREAD, PER_BUSY_THREAD = 1 << 20, 500_000
_QUICK = frozenset(
    "symbol const add sub mul div neg abs sqrt where minimum maximum clip lt le gt ge eq ne "
    "logical_and logical_or logical_not".split()
)
#: elements that a thread processes at a time
CHUNK = 1 << 17
_LONG = ctypes.c_ssize_t
_POINTER = ctypes.c_void_p


class Kernel:
    """A compiled loop."""

    def __init__(self, loop: Loop, library: compiler.Library) -> None:
        self.loop = loop
        self.real = "float64" if loop.bits == 64 else "float32"  # the compute dtype
        self.width = loop.bits // 8  # bytes of a number of the compute dtype
        self.size = {"float64": 8, "float32": 4}.get(loop.dtype, 2)  # bytes of an element
        quick = all(e.op in _QUICK for e in topological(loop.outputs))
        self._per_thread = PER_THREAD if quick else PER_BUSY_THREAD
        arrays = len(loop.inputs.data) + len(loop.stored)
        self._count = len(loop.inputs.numbers)
        self._totals = ctypes.c_double * len(loop.reductions)
        self.numbers = (ctypes.c_double if loop.bits == 64 else ctypes.c_float) * self._count
        # (layout, threads, parallel_for, totals, scratch, numbers ..., read ..., written ...)
        self.call = library.call
        self.call.restype = None
        self.call.argtypes = [_POINTER, _LONG, *[_POINTER] * (3 + self._count + arrays)]
        if not loop.rows:
            self._flat = library.flat  # (n, numbers, totals, arrays read ..., written ...)
            self._flat.restype = None
            self._flat.argtypes = [_LONG, *[_POINTER] * (2 + arrays)]

    def flat(
        self, elements: int, numbers: Sequence[float], addresses: Sequence[int]
    ) -> Iterable[float]:
        """Run on contiguous arrays without channels, with the least overhead; return the sums.

        The addresses are those of the arrays read, then of those written.
        """
        totals = self._totals()
        self._flat(elements, self.numbers(*numbers), totals, *addresses)
        return totals

    def prepare(self, space: IterationSpace, owners: int, steps: Sequence[int]) -> Layout:
        """Describe an iteration space to the compiled loop.

        Parameters
        ----------
        space
            The iteration space; its strides are those of the arrays read, then of those written.
        owners
            The number of channels that have numbers of their own.
        steps
            Distance from each number to that of the next channel; 0 if all channels share it.
        """
        outer, channels, inner = space[:3]
        elements = outer * channels * inner
        repeated = space.rows and not (space.repeats == space.tile == 1 and all(steps))
        split_inner = outer == channels == 1 and not space.rows
        step = CHUNK if split_inner else max(1, CHUNK // max(1, channels * inner))
        head = (outer, channels, inner, owners, space.repeats if repeated else 0, split_inner, step)
        numbers = (*head, *space.strides, *steps)
        bytes_per_column = 8 * len(self.loop.reductions) + self.width * self._count
        return Layout(
            (_LONG * len(numbers))(*numbers),
            ctypes.c_char * (inner * bytes_per_column) if repeated else None,
            min(elements // self._per_thread, inner if split_inner else outer),
            elements,
        )


class Layout(NamedTuple):
    """An iteration space as the compiled loop takes it, with what it needs.

    Attributes
    ----------
    array
        The C array.
    scratch
        The type of the memory for numbers and sums of columns; None if none is needed.
    threads
        The largest number of threads that is worthwhile.
    elements
        The number of elements.
    """

    array: Any
    scratch: Any
    threads: int
    elements: int


@cache
def parallel_for() -> Any:
    """Return the function that distributes a kernel's work; None if it cannot be compiled."""
    library = compiler.load(Path(__file__).with_name("parallel_for.c").read_text("utf-8"))
    if library is None:
        return None
    return ctypes.cast(library.parallel_for, _POINTER)


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
