"""One call of a fused loop, whichever library owns the arrays.

An adapter describes its arrays as `Memory`; everything about their layout, the parameters
and the results is decided here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.kernels.c_source import Loop
from multiact.kernels.kernel import PER_THREAD, Kernel, kernel
from multiact.kernels.layout import IterationSpace, Shape, iteration_space

#: elements from which a second thread may pay
LARGE = 2 * PER_THREAD


class Buffer(NamedTuple):
    """The memory of an array: where it is, and how its elements lie, in steps of elements."""

    address: int
    shape: Shape
    strides: Shape
    contiguous: bool


class Memory(Protocol):
    """What an adapter knows about the arrays of its library."""

    def dtype(self, array: Any) -> str | None:
        """The name of the dtype; None if kernels cannot read such an array as it is."""

    def buffer(self, array: Any) -> Buffer:
        """The memory of an array that has a `dtype`."""

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
    outputs
        Expressions.
    inputs
        Arrays, then parameters.
    reductions
        Positions of the outputs that are summed over all elements, or over each channel's.
    """

    def __init__(
        self, outputs: tuple[Expr, ...], inputs: Inputs, reductions: tuple[int, ...] = ()
    ) -> None:
        self.outputs, self.inputs, self.reductions = outputs, inputs, reductions
        self.stored = len(outputs) - len(reductions)
        self._reads = len(inputs.data)
        self.lengths = [n for _, n in inputs.parameters]
        self._kernels: dict[tuple[str, bool], Kernel | None] = {}

    def kernel(self, dtype: str, rows: bool = False) -> Kernel | None:
        """The compiled loop; None where there is none for this dtype and layout."""
        key = (dtype, rows)
        if key not in self._kernels:
            self._kernels[key] = kernel(Loop(self.outputs, self.inputs, self.reductions, *key))
        return self._kernels[key]

    def call(
        self, memory: Memory, operands: Sequence[Any], shapes: Sequence[Shape] | None = None,
        threads: int = 1, out: Any = None,
    ) -> Called | None:  # fmt: skip
        """Run on arrays and parameters; None where kernels do not apply.

        Parameters
        ----------
        memory
            Describes the arrays.
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
        arrays, parameters = operands[: self._reads], operands[self._reads :]
        dtype = memory.dtype(arrays[0])
        if dtype is None or any(memory.dtype(a) != dtype for a in arrays[1:]):
            return None
        run = self.kernel(dtype)
        if run is None:
            return None
        buffers = [memory.buffer(a) for a in arrays]
        x = buffers[0]
        if any(b.shape != x.shape for b in buffers[1:]):
            return None
        numbers = self._numbers(parameters)
        if numbers is not None and threads == 1 and all(b.contiguous for b in buffers):
            first = memory.empty_like(arrays[0]) if out is None else out
            stored = [first, *(memory.empty_like(arrays[0]) for _ in range(self.stored - 1))]
            return self._flat(run, memory, buffers, numbers, stored[: self.stored])
        if shapes is None:
            shapes = [tuple(getattr(p, "shape", ())) for p in parameters]
        broad = tuple(() if n else s for s, n in zip(shapes, self.lengths, strict=True))
        return self._laid_out(run, memory, arrays, buffers, parameters, broad, threads, out)

    def _numbers(self, parameters: Sequence[Any]) -> list[float] | None:
        """The parameters as numbers; None if one of them is an array."""
        numbers = []
        for p in parameters:
            if not isinstance(p, (int, float)):
                if getattr(p, "shape", True):
                    return None
                p = p.item()
            numbers.append(p)
        return numbers

    def _flat(
        self, run: Kernel, memory: Memory, buffers: list[Buffer], numbers: list[float],
        stored: list[Any],
    ) -> Called:  # fmt: skip
        x = buffers[0]
        addresses = [b.address for b in buffers] + [memory.buffer(a).address for a in stored]
        elements = 1
        for n in x.shape:
            elements *= n
        return Called(stored, run.flat(elements, numbers, addresses))

    def _laid_out(
        self, run: Kernel, memory: Memory, arrays: Sequence[Any], buffers: list[Buffer],
        parameters: Sequence[Any], shapes: tuple[Shape, ...], threads: int, out: Any,
    ) -> Called | None:  # fmt: skip
        first = memory.empty_like(arrays[0]) if out is None else out
        stored = [first, *(memory.empty_like(arrays[0]) for _ in range(self.stored - 1))]
        stored = stored[: self.stored]
        places = [memory.buffer(a) for a in stored]
        spaces = _spaces(buffers, places, shapes)
        if spaces is None:  # copied only where they have holes or differ
            copies = [memory.copy_like(a, arrays[0]) for a in arrays]
            buffers = [memory.buffer(a) for a in copies]
            spaces = _spaces(buffers, places, shapes)
            if spaces is None:
                return None
        return self._run(run, memory, spaces, buffers, parameters, stored, places, threads)

    def _run(
        self, run: Kernel, memory: Memory, spaces: tuple[IterationSpace, ...],
        buffers: list[Buffer], parameters: Sequence[Any], stored: list[Any],
        places: list[Buffer], threads: int,
    ) -> Called | None:  # fmt: skip
        if spaces[0].rows:
            compiled = self.kernel(run.loop.dtype, True)
            if compiled is None:
                return None
            run = compiled
        held = _Parameters(memory, run.real, parameters, self.lengths)
        channels = held.channels
        totals = np.zeros((len(self.reductions), channels))
        begin = 0
        for space in spaces:
            data, out = ([b.address + begin * run.size for b in part] for part in (buffers, places))
            columns = space.inner if space.rows else space.channels
            sums = np.zeros((len(self.reductions), columns))
            run.run(space, data, held.places(space), out, sums, threads)
            if space.rows:
                sums = sums.reshape(-1, space.tile, channels, space.repeats).sum(axis=(1, 3))
            totals += sums
            begin += space.outer * space.channels * space.inner
        return Called(stored, totals)


def _spaces(
    buffers: Sequence[Buffer], places: Sequence[Buffer], parameters: tuple[Shape, ...]
) -> tuple[IterationSpace, ...] | None:
    strides = tuple(b.strides for b in (*buffers, *places))
    return iteration_space(buffers[0].shape, strides, parameters)


class _Parameters:
    """Parameters as a kernel reads them: addresses of numbers in the computing dtype."""

    def __init__(
        self, memory: Memory, real: np.dtype[Any], values: Sequence[Any],
        lengths: Sequence[int | None],
    ) -> None:  # fmt: skip
        self._real, self._kept, self._places = real, [], []
        self.channels = 1
        size = real.itemsize
        for value, n in zip(values, lengths, strict=True):
            array = memory.parameter(value, real.name)
            self._kept.append(array)  # what an address belongs to must live as long
            buffer = memory.buffer(array)
            if n is not None:
                self._places += [(buffer.address + i * size, 0) for i in range(n)]
                continue
            count = 1
            for extent in buffer.shape:
                count *= extent
            self.channels = max(self.channels, count)
            self._places.append((buffer.address, int(count > 1)))

    def places(self, space: IterationSpace) -> list[tuple[int, int]]:
        """Address of each number, and the distance to that of the next channel."""
        return [self._row(*p, space) for p in self._places] if space.rows else self._places

    def _row(self, address: int, step: int, space: IterationSpace) -> tuple[int, int]:
        """A number for each column of a row."""
        count = self.channels if step else 1
        number = ctypes.c_double if self._real.itemsize == 8 else ctypes.c_float
        values = np.frombuffer((number * count).from_address(address), self._real)
        row = np.tile(np.repeat(values, space.repeats), space.tile) if step else None
        if row is None:
            row = np.full(space.inner, values[0])
        self._kept.append(row)
        return row.ctypes.data, 1
