"""How the elements of arrays lie in memory, and the loops that a kernel makes over them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

Shape = tuple[int, ...]

#: neighbours of one channel below which parameters are repeated for every element instead: a
#: shorter run leaves lanes of a block unused
SHORT = 128
#: pieces up to which repeating parameters takes longer than the kernel
FEW = 64
#: columns that rows have at least which end within a block, where there are as many elements
WIDE = 512


class IterationSpace(NamedTuple):
    """The loops of a kernel: `outer` runs of `channels` pieces of `inner` neighbours.

    Attributes
    ----------
    outer, channels, inner
        The lengths of the loops.
    strides
        Distances between runs, in elements, of each array.
    repeats, tile
        In rows, each channel's parameters stand `repeats` times one after the other, and all
        of them together `tile` times; 0: there are no rows.
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


def is_dense(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether the elements fill a piece of memory without holes, in whatever order."""
    filled = 1
    for stride, size in sorted(zip(strides, shape, strict=True)):
        if size > 1 and stride != filled:
            return False
        filled *= size
    return True


def contiguous_strides(shape: Sequence[int]) -> Shape:
    """Of an array whose last axis is the fastest."""
    return tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))


@lru_cache(maxsize=4096)
def iteration_space(
    shape: Shape, strides: tuple[Shape, ...], parameters: tuple[Shape, ...]
) -> tuple[IterationSpace, ...] | None:
    """The loops over arrays of one shape, for parameters of these shapes.

    Parameters
    ----------
    shape
        Of the arrays.
    strides
        Of each array, in elements.
    parameters
        Shapes of the parameters, as they broadcast with the arrays.

    Returns
    -------
    tuple of IterationSpace or None
        One after the other over the whole arrays; the second, if any, is the rest that is no
        full tile.  None where there are none: the arrays lie in different orders, or the
        parameters vary along several axes.
    """
    axis = channel_axis(shape, parameters)
    if axis is None:
        return None
    order = sorted(range(len(shape)), key=lambda i: (-strides[0][i], i))
    order = [i for i in order if shape[i] != 1]
    if axis < 0 or shape[axis] == 1:
        runs = _runs(shape, strides, order)
        return None if runs is None else (runs,)
    if any(not _follows(shape, s, order) for s in strides):
        return None
    place = order.index(axis)
    outer, inner = (
        math.prod(shape[i] for i in part) for part in (order[:place], order[place + 1 :])
    )
    return _channels(outer, shape[axis], inner, len(strides))


def channel_axis(shape: Shape, parameters: Sequence[Shape]) -> int | None:
    """The axis that parameters vary along; -1 if along none, None if it is not one."""
    axes = set()
    for p in parameters:
        long = [len(shape) - len(p) + i for i, n in enumerate(p) if n != 1]
        if len(p) > len(shape) or len(long) > 1:
            return None
        if long:
            if shape[long[0]] != math.prod(p):
                return None
            axes.add(long[0])
    return None if len(axes) > 1 else axes.pop() if axes else -1


def _follows(shape: Shape, strides: Shape, order: Sequence[int]) -> bool:
    """Whether the elements lie without holes, the axes in this order."""
    filled = 1
    for i in reversed(order):
        if strides[i] != filled:
            return False
        filled *= shape[i]
    return True


def _runs(shape: Shape, strides: tuple[Shape, ...], order: list[int]) -> IterationSpace | None:
    """Runs of neighbours, which every array has at a distance of its own."""
    inner, k = 1, len(order)
    while k and all(s[order[k - 1]] == inner for s in strides):
        k -= 1
        inner *= shape[order[k]]
    steps = tuple(s[order[k - 1]] if k else inner for s in strides)
    outer, filled = 1, steps
    while k and all(s[order[k - 1]] == f for s, f in zip(strides, filled, strict=True)):
        k -= 1
        n = shape[order[k]]
        outer, filled = outer * n, tuple(f * n for f in filled)
    return None if k or inner < SHORT and outer > FEW else IterationSpace(outer, 1, inner, steps)


def _channels(outer: int, channels: int, inner: int, arrays: int) -> tuple[IterationSpace, ...]:
    """Channels as pieces of runs, or, if these are short, as columns of rows."""
    row = channels * inner
    if inner >= SHORT or outer * channels <= FEW:
        return (IterationSpace(outer, channels, inner, (row,) * arrays),)
    tile = 1 if row % SHORT == 0 else max(1, min(outer, -(-WIDE // row)))
    full, rest = divmod(outer, tile)

    def rows(count: int, tile: int) -> IterationSpace:
        return IterationSpace(count, 1, tile * row, (tile * row,) * arrays, inner, tile)

    return (rows(full, tile), *([rows(1, rest)] if rest else []))
