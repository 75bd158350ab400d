"""Calls of fused loops on the arrays of any library.

An adapter describes its arrays through `Memory`; layouts, parameters and results are handled
here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.kernels.c_source import Loop
from multiact.kernels.kernel import PER_BUSY_THREAD, Kernel, Layout, kernel, parallel_for
from multiact.kernels.layout import Shape, contiguous_strides, iteration_space

#: elements from which a second thread may be worthwhile
LARGE = 2 * PER_BUSY_THREAD


class Memory(Protocol):
    """Access to the memory of a library's arrays, implemented by its adapter."""

    def dtype(self, array: Any) -> str | None:
        """Return the name of the dtype; None if kernels cannot read the array as it is."""

    def address(self, array: Any) -> int:
        """Return the address of the first element."""

    def strides(self, array: Any) -> Shape:
        """Return the strides, in elements."""

    def size(self, array: Any) -> int:
        """Return the number of elements."""

    def is_contiguous(self, array: Any) -> bool:
        """Whether the elements are contiguous in C order."""

    def empty_like(self, array: Any) -> Any:
        """Allocate a dense array of the same shape, its axes in the library's preferred order."""

    def copy_like(self, array: Any, like: Any) -> Any:
        """Copy an array to the layout of `empty_like(like)`."""

    def parameter(self, value: Any, real: str) -> Any:
        """Return a contiguous array of a parameter's numbers, in the compute dtype `real`."""


class LoopResult(NamedTuple):
    """The arrays stored, and the sums: one row per output, with a column for each channel."""

    arrays: list[Any]
    totals: Any


class FusedLoop:
    """Expressions evaluated in one loop, which is compiled on first use of a dtype or layout.

    Parameters
    ----------
    memory
        Access to the arrays of a library.
    outputs
        Expressions.
    inputs
        Arrays, then parameters.
    reductions
        Positions of the outputs that are summed, over all elements or for each channel.
    placed
        Gives the shape in which a parameter broadcasts with arrays, from their number of axes and
        its own shape; None: its own shape.
    """

    def __init__(
        self,
        memory: Memory,
        outputs: tuple[Expr, ...],
        inputs: Inputs,
        reductions: tuple[int, ...] = (),
        placed: Callable[[int, Shape], Shape] | None = None,
    ) -> None:
        self.memory, self.outputs, self.inputs = memory, outputs, inputs
        self.placed = placed
        self.reductions, self.stored = reductions, len(outputs) - len(reductions)
        self.lengths = [n for _, n in inputs.parameters]
        self._reads = len(inputs.data)
        self._kernels: dict[tuple[str, bool], Kernel | None] = {}
        self._plan = lru_cache(maxsize=256)(self._make_plan)

    def kernel(self, dtype: str, rows: bool = False) -> Kernel | None:
        """Return the compiled loop for a dtype and layout; None if it cannot be compiled."""
        key = (dtype, rows)
        if key not in self._kernels:
            self._kernels[key] = kernel(Loop(self.outputs, self.inputs, self.reductions, *key))
        return self._kernels[key]

    def call(
        self,
        operands: Sequence[Any],
        threads: int = 1,
        out: Sequence[Any] = (),
    ) -> LoopResult | None:
        """Run on arrays and parameters; return None where kernels are not applicable.

        Parameters
        ----------
        operands
            The arrays, of one shape and dtype, then the parameters: numbers and arrays.
        threads
            The maximum number of threads, which only large arrays use.
        out
            Arrays for the first results, with the right shape and dtype; they must not overlap
            the arrays that are read.
        """
        memory, arrays = self.memory, operands[: self._reads]
        x = arrays[0]
        dtype = memory.dtype(x)
        run = None if dtype is None else self.kernel(dtype)
        if dtype is None or run is None:
            return None
        contiguous = memory.is_contiguous(x)
        for a in arrays[1:]:
            if a.shape != x.shape or memory.dtype(a) != dtype:
                return None
            contiguous = contiguous and memory.is_contiguous(a)
        for a in out:
            contiguous = contiguous and memory.is_contiguous(a)
        stored = [*out]
        while len(stored) < self.stored:
            stored.append(memory.empty_like(x))
        parameters = operands[self._reads :]
        numbers = _as_numbers(parameters)
        if numbers is not None and contiguous and threads == 1:
            addresses = [memory.address(a) for a in (*arrays, *stored)]
            return LoopResult(stored, run.flat(memory.size(x), numbers, addresses))
        shapes = tuple([getattr(p, "shape", ()) for p in parameters])
        if contiguous:
            plan = self._plan(dtype, x.shape, None, shapes)
        else:
            arrays, plan = self._plan_of_strided(dtype, arrays, stored, shapes)
        if plan is None:
            return None
        return self._run(plan, arrays, parameters, numbers, stored, threads)

    def _plan_of_strided(
        self, dtype: str, arrays: Sequence[Any], stored: list[Any], shapes: tuple[Shape, ...]
    ) -> tuple[Sequence[Any], _Plan | None]:
        """Plan a call with arrays that are not contiguous; copy them if that is necessary."""
        memory, shape = self.memory, arrays[0].shape
        plan = self._plan(dtype, shape, self._strides(arrays, stored), shapes)
        if plan is None:  # copy arrays with gaps or different layouts
            arrays = [memory.copy_like(a, arrays[0]) for a in arrays]
            plan = self._plan(dtype, shape, self._strides(arrays, stored), shapes)
        return arrays, plan

    def _strides(self, arrays: Sequence[Any], stored: list[Any]) -> tuple[Shape, ...] | None:
        """Return the strides of all arrays; None if all are contiguous."""
        both = (*arrays, *stored)
        if all(map(self.memory.is_contiguous, both)):
            return None
        return tuple([self.memory.strides(a) for a in both])

    def _make_plan(
        self,
        dtype: str,
        shape: Shape,
        strides: tuple[Shape, ...] | None,
        own: tuple[Shape, ...],
    ) -> _Plan | None:
        """Plan a call for arrays with these strides (None: contiguous); None if not possible.

        `own` are the shapes of the parameters.
        """
        parameters: list[Shape] = []
        for s, n in zip(own, self.lengths, strict=True):
            if n is None:
                parameters.append(s if self.placed is None else self.placed(len(shape), s))
            elif len(s) > 1:  # one array for each channel
                return None
            else:
                parameters.append(())
        if strides is None:
            strides = (contiguous_strides(shape),) * (self._reads + self.stored)
        spaces = iteration_space(tuple(shape), strides, tuple(map(tuple, parameters)))
        run = None if spaces is None else self.kernel(dtype, spaces[0].rows)
        if spaces is None or run is None:
            return None
        steps: list[int] = []
        channels = 1
        for p, n in zip(parameters, self.lengths, strict=True):
            count = int(np.prod(p, dtype=int))
            channels = max(channels, count)
            steps += [0] * n if n is not None else [int(count > 1)]
        return _Plan(run, [run.prepare(s, channels, steps) for s in spaces], channels)

    def _run(
        self,
        plan: _Plan,
        arrays: Sequence[Any],
        parameters: Sequence[Any],
        numbers: list[float] | None,
        stored: list[Any],
        threads: int,
    ) -> LoopResult:
        memory, run, count = self.memory, plan.kernel, len(self.reductions)
        _alive, rows = self._rows(run, parameters, numbers)
        pointers = [memory.address(a) for a in (*arrays, *stored)]
        totals = np.zeros((count, plan.channels)) if count else None
        sums = None if totals is None else totals.ctypes.data
        for layout in plan.layouts:
            used = 1 if threads == 1 else min(threads, layout.threads)
            share = parallel_for() if used > 1 else None
            scratch = layout.scratch and layout.scratch()
            run.call(layout.array, used, share, sums, scratch, *rows, *pointers)
            if layout is not plan.layouts[-1]:
                pointers = [a + layout.elements * run.size for a in pointers]
        return LoopResult(stored, () if totals is None else totals)

    def _rows(
        self, run: Kernel, parameters: Sequence[Any], numbers: list[float] | None
    ) -> tuple[Any, list[int]]:
        """Return what holds the parameters' numbers, and the address of each row of them."""
        memory = self.memory
        if numbers is not None:
            buffer = run.numbers(*numbers)
            start = ctypes.addressof(buffer)
            return buffer, [start + i * run.width for i in range(len(numbers))]
        buffers = [memory.parameter(p, run.real) for p in parameters]
        addresses: list[int] = []
        for array, n in zip(buffers, self.lengths, strict=True):
            address = memory.address(array)
            if n is None:
                addresses.append(address)
            else:
                addresses += [address + i * run.width for i in range(n)]
        return buffers, addresses


class _Plan(NamedTuple):
    """What all calls with the same layout have in common."""

    kernel: Kernel
    layouts: list[Layout]
    channels: int


_SINGLE = ((), (1,))  # shapes; the latter is that of a slope in PyTorch


def _as_numbers(parameters: Sequence[Any]) -> list[float] | None:
    """Return the parameters as numbers; None if one of them has several."""
    numbers = []
    for p in parameters:
        if isinstance(p, (int, float)):
            numbers.append(p)
        elif getattr(p, "shape", None) not in _SINGLE:
            return None
        else:
            numbers.append(p.item())
    return numbers
