"""Memory layouts of arrays, and the iteration spaces that kernels traverse them in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

Shape = tuple[int, ...]

#: neighbours of one channel below which parameters are repeated for every element instead,
#: because a shorter run leaves lanes of a block unused
SHORT = 128
#: number of runs up to which repeating the parameters takes longer than the kernel
FEW_CHANNELS = 8
#: number of runs up to which copying an array with gaps takes longer than the kernel
FEW = 64
#: minimal number of columns, if there are as many elements, of rows that end within a block
WIDE = 512


class IterationSpace(NamedTuple):
    """The nested loops of a kernel: `outer` times `channels` times `inner` neighbours.

    Attributes
    ----------
    outer, channels, inner
        The lengths of the loops.
    strides
        Stride of the outer loop in each array, in elements.
    repeats, tile
        If parameters differ between neighbours (`rows`), each channel's parameters are repeated
        `repeats` times, and the sequence of all channels `tile` times; otherwise 0.
    """

    outer: int
    channels: int
    inner: int
    strides: Shape
    repeats: int = 0
    tile: int = 0

    @property
    def rows(self) -> bool:
        """Whether parameters differ between neighbours."""
        return self.tile > 0


def contiguous_strides(shape: Sequence[int]) -> Shape:
    """Return the strides of an array in C order."""
    return tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))


@lru_cache(maxsize=4096)
def iteration_space(
    shape: Shape, strides: tuple[Shape, ...], parameters: tuple[Shape, ...]
) -> tuple[IterationSpace, ...] | None:
    """Find the iteration spaces that cover arrays of one shape.

    Parameters
    ----------
    shape
        Shape of the arrays.
    strides
        Strides of each array, in elements.
    parameters
        Shapes of the parameters, as they broadcast with the arrays.

    Returns
    -------
    tuple of IterationSpace or None
        The spaces that together cover the arrays; the second, if any, is the remainder that
        does not fill a tile.  None if the arrays' axes have different orders in memory, or the
        parameters vary along several axes.
    """
    axis = channel_axis(shape, parameters)
    if axis is None:
        return None
    order = memory_order(shape, strides[0])
    if axis < 0 or shape[axis] == 1:
        runs = _runs(shape, strides, order)
        return None if runs is None else (runs,)
    if any(not _follows(shape, s, order) for s in strides):
        return None
    position = order.index(axis)
    outer, inner = (
        math.prod(shape[i] for i in axes) for axes in (order[:position], order[position + 1 :])
    )
    return _channels(outer, shape[axis], inner, len(strides))


def channel_axis(shape: Shape, parameters: Sequence[Shape]) -> int | None:
    """Return the axis along which parameters vary; -1 if none, None if there are several."""
    axes = set()
    for p in parameters:
        varying = [len(shape) - len(p) + i for i, n in enumerate(p) if n != 1]
        if len(p) > len(shape) or len(varying) > 1:
            return None
        if varying:
            if shape[varying[0]] != math.prod(p):
                return None
            axes.add(varying[0])
    return None if len(axes) > 1 else axes.pop() if axes else -1


def memory_order(shape: Shape, strides: Shape) -> list[int]:
    """Return the axes with more than one element, the slowest in memory first."""
    order = sorted(range(len(shape)), key=lambda i: (-strides[i], i))
    return [i for i in order if shape[i] != 1]


def joined(
    shape: Shape, strides: tuple[Shape, ...], axes: Sequence[int], dense: int
) -> tuple[int, Shape] | None:
    """Join axes outside of `dense` elements to one: its length, and its stride in each array.

    None if in one of the arrays there are gaps between more than the elements of one axis.
    """
    steps = tuple(s[axes[-1]] if axes else dense for s in strides)
    outer, filled = 1, steps
    for i in reversed(axes):
        if any(s[i] != f for s, f in zip(strides, filled, strict=True)):
            return None
        outer, filled = outer * shape[i], tuple(f * shape[i] for f in filled)
    return outer, steps


def _follows(shape: Shape, strides: Shape, order: Sequence[int]) -> bool:
    """Whether the elements are dense in memory, with the axes in this order."""
    filled = 1
    for i in reversed(order):
        if strides[i] != filled:
            return False
        filled *= shape[i]
    return True


def _runs(shape: Shape, strides: tuple[Shape, ...], order: list[int]) -> IterationSpace | None:
    """Find runs of neighbours; the distance between runs may differ between the arrays."""
    inner, k = 1, len(order)
    while k and all(s[order[k - 1]] == inner for s in strides):
        k -= 1
        inner *= shape[order[k]]
    found = joined(shape, strides, order[:k], inner)
    if found is None or (inner < SHORT and found[0] > FEW):
        return None
    outer, steps = found
    return IterationSpace(outer, 1, inner, steps)


def _channels(outer: int, channels: int, inner: int, arrays: int) -> tuple[IterationSpace, ...]:
    """Make channels a loop, or, if they are short, columns of rows."""
    row = channels * inner
    if inner >= SHORT or outer * channels <= FEW_CHANNELS:
        return (IterationSpace(outer, channels, inner, (row,) * arrays),)
    tile = 1 if row % SHORT == 0 else max(1, min(outer, -(-WIDE // row)))
    full, rest = divmod(outer, tile)

    def rows(count: int, tile: int) -> IterationSpace:
        return IterationSpace(count, 1, tile * row, (tile * row,) * arrays, inner, tile)

    return (rows(full, tile), *([rows(1, rest)] if rest else []))
