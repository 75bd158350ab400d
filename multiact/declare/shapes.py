"""Shapes shared by all backends: halves of a gate, parameters per channel."""

from __future__ import annotations

from typing import Any


def checked_axis(x: Any, axis: int, function: str) -> int:
    """`axis` counted from the front, or a clear error."""
    if not -x.ndim <= axis < x.ndim:
        shape = tuple(x.shape)
        raise ValueError(f"{function}: axis {axis} does not exist in an array of shape {shape}")
    return axis % int(x.ndim)


def normalised_axis(x: Any, axis: int | None, function: str) -> int:
    """`axis` from the front; None is torch.nn's old rule: 0 for 0, 1 or 3 axes, else 1."""
    if axis is None:
        axis = 0 if x.ndim in (0, 1, 3) else 1
    return checked_axis(x, axis, function)


def largest(x: Any, axis: int, xp: Any) -> Any:
    """The largest number along an axis, which stays; 0 where there is none."""
    return (xp.max if x.shape[axis] else xp.sum)(x, axis=axis, keepdims=True)


def is_largest(x: Any, axis: int, xp: Any) -> Any:
    """True for one largest element along an axis, the first one: no slope is shared by ties."""
    if not x.shape[axis]:
        return x == x  # noqa: PLR0124  empty
    index = xp.arange(x.shape[axis], device=getattr(x, "device", None))  # JAX's tracers have none
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    return xp.reshape(index, tuple(shape)) == xp.argmax(x, axis=axis, keepdims=True)


def check_fits(x: Any, value: Any, name: str, function: str) -> None:
    """Refuse an array parameter whose shape does not broadcast with that of `x`."""
    for axis, (n, m) in enumerate(zip(x.shape[::-1], value.shape[::-1], strict=False), 1):
        # a lazy array's unknown size is None or NaN, which differs from itself; a size that
        # a compiler keeps open may only be compared
        if m != 1 and n is not None and n == n and n not in (m, 1):  # noqa: PLR0124
            raise ValueError(
                f"{function}: {name} of shape {tuple(value.shape)} does not broadcast with an "
                f"array of shape {tuple(x.shape)}: its axis -{axis} must be 1 or {n}, not {m}"
            )


def check_shape(
    shape: tuple[int, ...], sizes: tuple[str, ...], known: dict[str, int], what: str
) -> None:
    """Refuse a shape that differs from what is known of its sizes; note those that are new."""
    for size, n in zip(sizes, shape, strict=False):
        known.setdefault(size, int(size) if size.isdigit() else max(n, 1))
    wanted = tuple(known.get(size, size) for size in sizes)
    if shape != wanted:
        text = ", ".join(map(str, wanted)) + "," * (len(wanted) == 1)
        raise ValueError(f"{what} must have shape ({text}), got {shape}")


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


def channel_shape(ndim: int, axis: int, channels: int, function: str) -> tuple[int, ...]:
    """The shape in which a parameter per channel meets an array of `ndim` axes."""
    if not -ndim <= axis < ndim:
        raise ValueError(
            f"{function}: an array of {ndim} axes has no axis {axis} for its {channels} channels"
        )
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
