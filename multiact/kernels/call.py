"""One call of a fused loop, whichever library owns the arrays.

An adapter describes its arrays as `Memory`; everything about their layout, the parameters
and the results is decided here.
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

#: elements from which a second thread may pay
LARGE = 2 * PER_THREAD


class Memory(Protocol):
    """What an adapter knows about the arrays of its library."""

    def dtype(self, array: Any) -> str | None:
        """The name of the dtype; None if kernels cannot read such an array as it is."""

    def address(self, array: Any) -> int:
        """Where the first element is."""

    def strides(self, array: Any) -> Shape:
        """Distances between neighbours along each axis, in elements."""

    def size(self, array: Any) -> int:
        """How many elements there are."""

    def is_contiguous(self, array: Any) -> bool:
        """Whether the elements are one after the other, the last axis fastest."""

    def empty_like(self, array: Any) -> Any:
        """A new array without holes, its axes in the order that the library chooses."""

    def copy_like(self, array: Any, like: Any) -> Any:
        """A copy of an array in the layout of `empty_like(like)`."""

    def parameter(self, value: Any, real: str) -> Any:
        """An array with the numbers of a parameter one after the other in a computing dtype."""


class Called(NamedTuple):
    """Arrays stored, and sums: a row each, with a column for each channel."""

    arrays: list[Any]
    totals: Any


class FusedLoop:
    """Outputs as one loop, compiled for each dtype and layout when first used.

    Parameters
    ----------
    memory
        Describes the arrays of a library.
    outputs
        Expressions.
    inputs
        Arrays, then parameters.
    reductions
        Positions of the outputs that are summed over all elements, or over each channel's.
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
        self._kernels: dict[tuple[str, bool], Kernel | None] = {}
        self._plan = lru_cache(maxsize=256)(self._planned)

    def kernel(self, dtype: str, rows: bool = False) -> Kernel | None:
        """The compiled loop; None where there is none for this dtype and layout."""
        key = (dtype, rows)
        if key not in self._kernels:
            self._kernels[key] = kernel(Loop(self.outputs, self.inputs, self.reductions, *key))
        return self._kernels[key]

    def call(
        self,
        operands: Sequence[Any],
        shapes: Sequence[Shape] | None = None,
        threads: int = 1,
        out: Any = None,
    ) -> Called | None:
        """Run on arrays and parameters; None where kernels do not apply.

        Parameters
        ----------
        operands
            The arrays, of one shape and dtype, then the parameters: numbers and arrays.
        shapes
            Of the parameters, as they broadcast with the arrays; None: their own.
        threads
            How many may share the work, where the arrays are large enough.
        out
            Where the first array stored may be put: of the right shape and dtype, not
            overlapping those read.
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
        stored = [] if out is None else [out]
        while len(stored) < self.stored:
            stored.append(memory.empty_like(x))
        numbers = _numbers(operands[self._reads :]) if contiguous and threads == 1 else None
        if numbers is not None:
            addresses = [memory.address(a) for a in (*arrays, *stored)]
            return Called(stored, run.flat(memory.size(x), numbers, addresses))
        return self._laid_out(dtype, operands, shapes, stored, contiguous, threads)

    def _laid_out(
        self,
        dtype: str,
        operands: Sequence[Any],
        shapes: Sequence[Shape] | None,
        stored: list[Any],
        contiguous: bool,
        threads: int,
    ) -> Called | None:
        memory, arrays = self.memory, operands[: self._reads]
        parameters = operands[self._reads :]
        if shapes is None:
            shapes = [tuple(getattr(p, "shape", ())) for p in parameters]
        broad = tuple([() if n else s for s, n in zip(shapes, self.lengths, strict=True)])
        every = (*arrays, *stored)
        strides = None if contiguous else tuple([memory.strides(a) for a in every])
        plan = self._plan(dtype, arrays[0].shape, strides, broad)
        if plan is None and not contiguous:  # copied only where they have holes or differ
            arrays = [memory.copy_like(a, arrays[0]) for a in arrays]
            strides = tuple([memory.strides(a) for a in (*arrays, *stored)])
            plan = self._plan(dtype, arrays[0].shape, strides, broad)
        return None if plan is None else self._run(plan, arrays, parameters, stored, threads)

    def _planned(
        self,
        dtype: str,
        shape: Shape,
        strides: tuple[Shape, ...] | None,
        parameters: tuple[Shape, ...],
    ) -> _Plan | None:
        """The plan for arrays with these strides; None: they are contiguous."""
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
        return _Plan(run, spaces, channels, steps, [run.prepared(s, steps) for s in spaces])

    def _run(
        self,
        plan: _Plan,
        arrays: Sequence[Any],
        parameters: Sequence[Any],
        stored: list[Any],
        threads: int,
    ) -> Called:
        memory, run, count = self.memory, plan.kernel, len(self.reductions)
        kept = [memory.parameter(p, run.real) for p in parameters]  # while addresses are used
        places: list[int] = []
        for array, n in zip(kept, self.lengths, strict=True):
            address = memory.address(array)
            if n is None:
                places.append(address)
            else:
                places += [address + i * run.width for i in range(n)]
        data = [memory.address(a) for a in arrays]
        out = [memory.address(a) for a in stored]
        totals = np.zeros((count, plan.channels)) if count else None
        for space, prepared in zip(plan.spaces, plan.prepared, strict=True):
            if space.rows:
                self._rows(plan, space, prepared, data, places, out, totals, threads)
            else:
                run.run(space, prepared, data, places, out, totals, threads)
            if space is not plan.spaces[-1]:
                done = space.outer * space.channels * space.inner * run.size
                data, out = [a + done for a in data], [a + done for a in out]
        return Called(stored, () if totals is None else totals)

    def _rows(
        self,
        plan: _Plan,
        space: IterationSpace,
        prepared: tuple[Any, Any],
        data: Sequence[int],
        places: Sequence[int],
        out: Sequence[int],
        totals: np.ndarray | None,
        threads: int,
    ) -> None:
        """Run where every column of a row has numbers of its own."""
        pairs = zip(places, plan.steps, strict=True)
        rows = [_row(p, step, plan.kernel, plan.channels, space) for p, step in pairs]
        kept = zip(rows, places, strict=True)
        numbers = [place if row is None else row.ctypes.data for row, place in kept]
        sums = None if totals is None else np.zeros((len(totals), space.inner))
        plan.kernel.run(space, prepared, data, numbers, out, sums, threads)
        if totals is not None and sums is not None:
            by_channel = sums.reshape(len(totals), space.tile, plan.channels, space.repeats)
            totals += by_channel.sum(axis=(1, 3))


class _Plan(NamedTuple):
    """What a call in a layout needs and the next one needs again."""

    kernel: Kernel
    spaces: tuple[IterationSpace, ...]
    channels: int
    steps: list[int]  # of each number, to that of the next channel
    prepared: list[tuple[Any, Any]]  # strides and steps for each of the spaces


def _numbers(parameters: Sequence[Any]) -> list[float] | None:
    """The parameters as numbers; None if one of them is an array."""
    numbers = []
    for p in parameters:
        if not isinstance(p, (int, float)):
            if getattr(p, "shape", True):
                return None
            p = p.item()
        numbers.append(p)
    return numbers


def _row(
    address: int, step: int, run: Kernel, channels: int, space: IterationSpace
) -> np.ndarray | None:
    """A number for each column of a row, from one for each channel; None if they are it."""
    if step and space.repeats == space.tile == 1:
        return None
    number = ctypes.c_double if run.width == 8 else ctypes.c_float
    there: Any = (number * (channels if step else 1)).from_address(address)
    values = np.frombuffer(there, run.real)
    if not step:
        return np.full(space.inner, values[0])
    return np.tile(np.repeat(values, space.repeats), space.tile)
