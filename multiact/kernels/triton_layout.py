"""How fused loops on graphics processors walk through arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from multiact.kernels.layout import Shape, channel_axis, joined, memory_order

#: neighbours of one channel below which a block takes columns of several rows instead
SHORT = 128


class DeviceSpace(NamedTuple):
    """Arrays as `outer` times `channels` times `inner` elements, the last two dense.

    Attributes
    ----------
    outer, channels, inner
        The three lengths.
    strides
        Stride of the outermost axis in each array, in elements.
    """

    outer: int
    channels: int
    inner: int
    strides: Shape

    @property
    def walk(self) -> str:
        """Blocks of one array ("flat"), of one channel ("rows"), or of "columns"."""
        if self.outer == self.channels == 1:
            return "flat"
        return "rows" if self.inner >= SHORT else "columns"


@lru_cache(maxsize=4096)
def device_space(
    shape: Shape, strides: tuple[Shape, ...], parameters: tuple[Shape, ...]
) -> DeviceSpace | None:
    """Find the three lengths for arrays of one shape.

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
    DeviceSpace or None
        None if the arrays' axes have different orders in memory, if there are gaps between
        more than the elements of one axis, or if the parameters vary along several axes.
    """
    axis = channel_axis(shape, parameters)
    if axis is None:
        return None
    order = memory_order(shape, strides[0])
    at = order.index(axis) if axis in order else -1
    dense, k = 1, len(order)  # elements of the axes from `k` on, which follow each other
    inner = 1
    while k and all(s[order[k - 1]] == dense for s in strides):
        k -= 1
        if k == at:
            inner = dense
        dense *= shape[order[k]]
    if at >= k:
        return _of_rows(shape, strides, order[:k], dense, (shape[axis], inner), order[k:at])
    return None if at >= 0 else _of_rows(shape, strides, order[:k], dense, (1, dense), [])


def _of_rows(
    shape: Shape,
    strides: tuple[Shape, ...],
    outside: Sequence[int],
    dense: int,
    lengths: tuple[int, int],
    before: Sequence[int],
) -> DeviceSpace | None:
    """Join the axes `outside` of what is dense, and those of it `before` the channels."""
    row = math.prod(lengths)
    if not outside:
        return DeviceSpace(dense // row, *lengths, (row,) * len(strides))
    if before:  # rows within rows
        return None
    found = joined(shape, strides, outside, dense)
    return None if found is None else DeviceSpace(found[0], *lengths, found[1])
