"""Shapes shared by all backends: halves of a gate, parameters per channel."""

from __future__ import annotations

from typing import Any


def checked_axis(x: Any, axis: int, function: str) -> int:
    """`axis` counted from the front, or a clear error."""
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"{function}: axis {axis} does not exist in an array of shape {x.shape}")
    return axis % int(x.ndim)


def normalised_axis(x: Any, axis: int | None, function: str) -> int:
    """`axis` from the front; None is torch.nn's old rule: 0 for 0, 1 or 3 axes, else 1."""
    if axis is None:
        axis = 0 if x.ndim in (0, 1, 3) else 1
    return checked_axis(x, axis, function)


def halves(x: Any, axis: int, xp: Any, function: str) -> tuple[Any, Any]:
    """The first and the second half of `x` along `axis`."""
    axis = checked_axis(x, axis, function)
    size = x.shape[axis]
    if size % 2:
        raise ValueError(
            f"{function}: the size of axis {axis} must be even to be split in halves, "
            f"got shape {tuple(x.shape)}"
        )
    after = (slice(None),) * (x.ndim - axis - 1)  # torch's nested tensors take no slice in front
    return x[(..., slice(None, size // 2), *after)], x[(..., slice(size // 2, None), *after)]


def channel_shape(ndim: int, axis: int, channels: int) -> tuple[int, ...]:
    """The shape in which a parameter per channel meets an array of `ndim` axes."""
    shape = [1] * ndim
    shape[axis] = channels
    return tuple(shape)


def groups(x: Any, size: int, axis: int, xp: Any, function: str) -> tuple[Any, int]:
    """`x` with `axis` split in two, (groups, size), and the axis counted from the front."""
    axis = checked_axis(x, axis, function)
    channels = x.shape[axis]
    if channels % size:
        raise ValueError(
            f"{function}: axis {axis} must hold a multiple of size={size} channels, "
            f"got shape {tuple(x.shape)}"
        )
    shape = (*x.shape[:axis], channels // size, size, *x.shape[axis + 1 :])
    return xp.reshape(x, shape), axis
