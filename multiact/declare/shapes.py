"""Shape computations shared by all backends: axes, halves of a gate, channels, groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from multiact._arrays import check_real

if TYPE_CHECKING:
    from multiact.declare.activation import Activation
    from multiact.declare.arguments import Arguments


def checked_axis(x: Any, axis: int, function: str) -> int:
    """Return `axis` counted from the front, or raise a clear error."""
    if not -x.ndim <= axis < x.ndim:
        shape = tuple(x.shape)
        raise ValueError(f"{function}: axis {axis} does not exist in an array of shape {shape}")
    return axis % int(x.ndim)


def along(
    normaliser: Callable[[Any, int], Any],
    x: Any,
    axis: int | tuple[int, ...] | None,
    where: Any,
    xp: Any,
    function: str,
    excluded: float = 0.0,
) -> Any:
    """Apply a function that normalises along one axis along any axes of `x`.

    None is torch.nn's old rule: axis 0 of an array with 0, 1 or 3 axes, otherwise axis 1.
    Elements where `where` is false take no part, and become `excluded`.
    """
    axes = _checked_axes(x, axis, function)
    if where is not None:
        where = _mask(where, x, xp, function)
        some = xp.any(where, axis=axes, keepdims=True)
        kept = xp.where(where, x, xp.where(some, -math.inf, xp.zeros_like(x)))
        return xp.where(where, along(normaliser, kept, axis, None, xp, function), excluded)
    if len(axes) == 1:
        return normaliser(x, axes[0])
    others = [i for i in range(x.ndim) if i not in axes]
    order = (*others, *axes)
    moved = xp.permute_dims(x, order)
    joined = xp.reshape(moved, (*moved.shape[: len(others)], math.prod(moved.shape[len(others) :])))
    y = xp.reshape(normaliser(joined, len(others)), moved.shape)
    return xp.permute_dims(y, tuple(order.index(i) for i in range(x.ndim)))


def by_library(formula: Callable[..., Any], name: str, xp: Any) -> Callable[..., Any]:
    """A formula, or the function that an adapter has found to be as accurate and faster.

    Parameters
    ----------
    formula
        A function of arrays.
    name
        Under which adapters offer theirs: a function that takes the formula first.
    xp
        The namespace, of an adapter or any other.
    """
    theirs = getattr(xp, f"__multiact_{name}__", None)
    return formula if theirs is None else partial(theirs, formula)


def _checked_axes(x: Any, axis: int | tuple[int, ...] | None, function: str) -> tuple[int, ...]:
    """Return the axes counted from the front; an array without axes takes 0 and -1, as in torch."""
    if axis is None:
        axis = 0 if x.ndim in (0, 1, 3) else 1
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not x.ndim and {*axes} <= {0, -1}:
        return ()
    axes = tuple(checked_axis(x, i, function) for i in axes)
    if len({*axes}) < len(axes):
        raise ValueError(f"{function}: axis {axis} names an axis of {tuple(x.shape)} twice")
    return axes


def _mask(where: Any, x: Any, xp: Any, function: str) -> Any:
    """Return a mask in the shape of `x`."""
    if not xp.isdtype(where.dtype, "bool"):
        raise TypeError(f"{function}: where must be an array of booleans, got {where.dtype}")
    check_fits(x, tuple(where.shape), "where", function)
    if where.ndim > x.ndim:
        raise ValueError(
            f"{function}: where has shape {tuple(where.shape)}, more axes than {tuple(x.shape)}"
        )
    return xp.broadcast_to(where, x.shape)


def largest(x: Any, axis: int, xp: Any) -> Any:
    """Return the maximum along an axis, keeping the axis; 0 if the axis is empty."""
    return (xp.max if x.shape[axis] else xp.sum)(x, axis=axis, keepdims=True)


def is_largest(x: Any, axis: int, xp: Any) -> Any:
    """True for one largest element along an axis, the first one: no slope is shared by ties."""
    if not x.shape[axis]:
        return x == x  # noqa: PLR0124  empty
    index = xp.arange(x.shape[axis], device=getattr(x, "device", None))  # JAX's tracers have none
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    return xp.reshape(index, tuple(shape)) == xp.argmax(x, axis=axis, keepdims=True)


def check_fits(x: Any, shape: Any, name: str, function: str) -> None:
    """Reject a shape of an array parameter that does not broadcast with the shape of `x`."""
    for axis, (n, m) in enumerate(zip(x.shape[::-1], shape[::-1], strict=False), 1):
        if m != 1 and _differ(n, 1) and _differ(n, m):
            raise ValueError(
                f"{function}: {name} of shape {tuple(shape)} does not broadcast with an "
                f"array of shape {tuple(x.shape)}: its axis -{axis} must be 1 or {n}, not {m}"
            )


def check_parameters(act: Activation, x: Any, bound: Arguments) -> None:
    """Reject parameters that do not broadcast with an array of the graph of an activation."""
    for p, value in zip(act.parameters, bound.parameters, strict=True):
        # not even asked of numbers: a compiler's symbols for them cannot be
        if not isinstance(value, (int, float)) and hasattr(value, "shape"):
            shape = value.shape if p.shaped is None else value.shape[1:]
            if len(shape):
                check_fits(x, shape, p.name, act.key)


def _differ(n: Any, m: Any) -> bool:
    """Whether two sizes are known to differ.

    An unknown size of a lazy array is None or NaN, which differs from itself; a compiler's
    symbolic size supports nothing but comparisons.
    """
    known = n is not None and m is not None and n == n and m == m  # noqa: PLR0124
    return known and n != m


def check_same(x: Any, other: Any, name: str, function: str) -> None:
    """Reject a second array or a noise unlike `x` in shape; symbols have none."""
    if hasattr(other, "symbols"):
        return
    shape = getattr(other, "shape", None)
    if shape is None:
        raise TypeError(
            f"{function}: {name} must be an array in the shape of the first, "
            f"got {type(other).__name__}"
        )
    check_real(other, name, function)
    if len(shape) != x.ndim or any(map(_differ, x.shape, shape)):
        raise ValueError(
            f"{function}: {name} must have shape {tuple(x.shape)}, as the first array, "
            f"got {tuple(shape)}"
        )


def check_pair(x: Any, others: tuple[Any, ...], names: tuple[str, ...], function: str) -> None:
    """Reject a call with one array instead of two, or with two that do not match."""
    if not others:
        raise TypeError(f"{function} takes two arrays, {' and '.join(names)}, got one")
    check_same(x, others[0], names[1], function)
    # symbols have no dtype
    if hasattr(x, "dtype") and others[0].dtype != x.dtype:
        raise TypeError(
            f"{function}: {names[1]} must have the dtype of {names[0]}, {x.dtype}, "
            f"got {others[0].dtype}"
        )


def check_shape(
    shape: tuple[int, ...], sizes: tuple[str, ...], known: dict[str, int], what: str
) -> None:
    """Reject a shape that contradicts the known sizes; add the sizes that are new to `known`."""
    for size, n in zip(sizes, shape, strict=False):
        known.setdefault(size, int(size) if size.isdigit() else max(n, 1))
    expected = tuple(known.get(size, size) for size in sizes)
    if shape != expected:
        text = ", ".join(map(str, expected)) + "," * (len(expected) == 1)
        raise ValueError(f"{what} must have shape ({text}), got {shape}")


def halves(x: Any, axis: int, function: str) -> tuple[Any, Any]:
    """Split `x` along `axis` into its first and second half."""
    axis = checked_axis(x, axis, function)
    size = x.shape[axis]
    if size % 2:
        raise ValueError(
            f"{function}: the size of axis {axis} must be even to be split in halves, "
            f"got shape {tuple(x.shape)}"
        )
    after = (slice(None),) * (x.ndim - axis - 1)  # nested tensors support no leading slices
    return x[(..., slice(None, size // 2), *after)], x[(..., slice(size // 2, None), *after)]


def channel_shape(ndim: int, axis: int, channels: int, function: str) -> tuple[int, ...]:
    """Return the shape in which a per-channel parameter broadcasts with `ndim` axes."""
    if not -ndim <= axis < ndim:
        raise ValueError(
            f"{function}: an array of {ndim} axes has no axis {axis} for its {channels} channels"
        )
    shape = [1] * ndim
    shape[axis] = channels
    return tuple(shape)


def groups(x: Any, size: int, axis: int, xp: Any, function: str) -> tuple[Any, int]:
    """Split `axis` of `x` into (groups, size); also return the axis counted from the front."""
    axis = checked_axis(x, axis, function)
    channels = x.shape[axis]
    if channels % size:
        raise ValueError(
            f"{function}: axis {axis} must hold a multiple of size={size} channels, "
            f"got shape {tuple(x.shape)}"
        )
    shape = (*x.shape[:axis], channels // size, size, *x.shape[axis + 1 :])
    return xp.reshape(x, shape), axis
