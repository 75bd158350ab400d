"""Calls of fused loops on the arrays of any library.

An adapter describes its arrays through `Memory`; layouts, parameters and results are handled
here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.kernels.c_source import Loop
from multiact.kernels.kernel import PER_THREAD, Kernel, kernel
from multiact.kernels.layout import IterationSpace, Shape, contiguous_strides, iteration_space

#: elements from which a second thread may be worthwhile
LARGE = 2 * PER_THREAD


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
    """

    def __init__(
        self,
        memory: Memory,
        outputs: tuple[Expr, ...],
        inputs: Inputs,
        reductions: tuple[int, ...] = (),
    ) -> None:
        self.memory, self.outputs, self.inputs = memory, outputs, inputs
        self.reductions, self.stored = reductions, len(outputs) - len(reductions)
        self.lengths = [n for _, n in inputs.parameters]
        self._reads = len(inputs.data)
        self._scalar = all(n is None for n in self.lengths)
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
        shapes: Sequence[Shape] | None = None,
        threads: int = 1,
        out: Sequence[Any] = (),
    ) -> LoopResult | None:
        """Run on arrays and parameters; return None where kernels are not applicable.

        Parameters
        ----------
        operands
            The arrays, of one shape and dtype, then the parameters: numbers and arrays.
        shapes
            Shapes of the parameters as they broadcast with the arrays; None: their own shapes.
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
        numbers = _as_numbers(operands[self._reads :]) if contiguous and threads == 1 else None
        if numbers is not None:
            addresses = [memory.address(a) for a in (*arrays, *stored)]
            return LoopResult(stored, run.flat(memory.size(x), numbers, addresses))
        return self._call_with_layout(dtype, operands, shapes, stored, contiguous, threads)

    def _call_with_layout(
        self,
        dtype: str,
        operands: Sequence[Any],
        shapes: Sequence[Shape] | None,
        stored: list[Any],
        contiguous: bool,
        threads: int,
    ) -> LoopResult | None:
        memory, arrays = self.memory, operands[: self._reads]
        parameters = operands[self._reads :]
        if shapes is None:
            shapes = [tuple(getattr(p, "shape", ())) for p in parameters]
        if any(n is not None and len(s) > 1 for s, n in zip(shapes, self.lengths, strict=True)):
            return None
        param_shapes = tuple([() if n else s for s, n in zip(shapes, self.lengths, strict=True)])
        all_arrays = (*arrays, *stored)
        strides = None if contiguous else tuple([memory.strides(a) for a in all_arrays])
        plan = self._plan(dtype, arrays[0].shape, strides, param_shapes)
        if plan is None and not contiguous:  # copy only arrays with gaps or different layouts
            arrays = [memory.copy_like(a, arrays[0]) for a in arrays]
            if all(map(memory.is_contiguous, (*arrays, *stored))):
                return self.call((*arrays, *parameters), shapes, threads, stored)
            strides = tuple([memory.strides(a) for a in (*arrays, *stored)])
            plan = self._plan(dtype, arrays[0].shape, strides, param_shapes)
        return None if plan is None else self._run(plan, arrays, parameters, stored, threads)

    def _make_plan(
        self,
        dtype: str,
        shape: Shape,
        strides: tuple[Shape, ...] | None,
        parameters: tuple[Shape, ...],
    ) -> _Plan | None:
        """Plan a call for arrays with these strides (None: contiguous); None if not possible."""
        if strides is None:
            strides = (contiguous_strides(shape),) * (self._reads + self.stored)
        spaces = iteration_space(tuple(shape), strides, parameters)
        run = None if spaces is None else self.kernel(dtype, spaces[0].rows)
        if spaces is None or run is None:
            return None
        steps: list[int] = []
        channels = 1
        for p, n in zip(parameters, self.lengths, strict=True):
            count = int(np.prod(p, dtype=int))
            channels = max(channels, count)
            steps += [0] * n if n is not None else [int(count > 1)]
        return _Plan(run, spaces, channels, steps, [run.prepare(s, steps) for s in spaces])

    def _run(
        self,
        plan: _Plan,
        arrays: Sequence[Any],
        parameters: Sequence[Any],
        stored: list[Any],
        threads: int,
    ) -> LoopResult:
        memory, run, count = self.memory, plan.kernel, len(self.reductions)
        _alive, addresses = self._numbers_of(run, parameters)
        data = [memory.address(a) for a in arrays]
        out = [memory.address(a) for a in stored]
        totals = np.zeros((count, plan.channels)) if count else None
        for space, prepared in zip(plan.spaces, plan.prepared, strict=True):
            if space.rows:
                self._run_rows(plan, space, prepared, data, addresses, out, totals, threads)
            else:
                run.run(space, prepared, data, addresses, out, totals, threads)
            if space is not plan.spaces[-1]:
                offset = space.outer * space.channels * space.inner * run.size
                data, out = [a + offset for a in data], [a + offset for a in out]
        return LoopResult(stored, () if totals is None else totals)

    def _numbers_of(self, run: Kernel, parameters: Sequence[Any]) -> tuple[Any, list[int]]:
        """Return what holds the parameters' numbers, and the address of each row of them."""
        memory, numbers = self.memory, _as_numbers(parameters) if self._scalar else None
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

    def _run_rows(
        self,
        plan: _Plan,
        space: IterationSpace,
        prepared: tuple[Any, Any],
        data: Sequence[int],
        addresses: Sequence[int],
        out: Sequence[int],
        totals: np.ndarray | None,
        threads: int,
    ) -> None:
        """Run an iteration space in which the parameters differ between columns."""
        pairs = zip(addresses, plan.steps, strict=True)
        rows = [_expand_row(a, step, plan.kernel, plan.channels, space) for a, step in pairs]
        expanded = zip(rows, addresses, strict=True)
        numbers = [a if row is None else row.ctypes.data for row, a in expanded]
        sums = None if totals is None else np.zeros((len(totals), space.inner))
        plan.kernel.run(space, prepared, data, numbers, out, sums, threads)
        if totals is not None and sums is not None:
            by_channel = sums.reshape(len(totals), space.tile, plan.channels, space.repeats)
            totals += by_channel.sum(axis=(1, 3))


class _Plan(NamedTuple):
    """What all calls with the same layout have in common."""

    kernel: Kernel
    spaces: tuple[IterationSpace, ...]
    channels: int
    steps: list[int]  # distance from each number to that of the next channel
    prepared: list[tuple[Any, Any]]  # strides and steps for each of the spaces


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


def _expand_row(
    address: int, step: int, run: Kernel, channels: int, space: IterationSpace
) -> np.ndarray | None:
    """Repeat the numbers of the channels for each column of a row; None if nothing repeats."""
    if step and space.repeats == space.tile == 1:
        return None
    number = ctypes.c_double if run.width == 8 else ctypes.c_float
    buffer: Any = (number * (channels if step else 1)).from_address(address)
    values = np.frombuffer(buffer, run.real)
    if not step:
        return np.full(space.inner, values[0])
    return np.tile(np.repeat(values, space.repeats), space.tile)
