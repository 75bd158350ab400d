"""Functions that normalise along an axis: softmax and its relatives."""

from typing import Any

from multiact.declare.decorator import activation
from multiact.declare.shapes import is_largest, largest, normalised_axis
from multiact.parameters import Axis


@activation(kind="normalising", reference="Bridle 1990")
def softmax(x: Any, /, *, axis: Axis | None = -1, xp: Any) -> Any:
    """Exponentials, divided by their sum."""
    axis = normalised_axis(x, axis, "softmax")
    e = xp.exp(x - largest(x, axis, xp))
    return e / xp.sum(e, axis=axis, keepdims=True)


@activation(kind="normalising", reference="torch.nn.Softmin")
def softmin(x: Any, /, *, axis: Axis | None = -1, xp: Any) -> Any:
    """Softmax of the negated input."""
    return softmax(-x, axis=normalised_axis(x, axis, "softmin"), xp=xp)


@activation(kind="normalising", reference="torch.nn.Softmax2d")
def softmax2d(x: Any, /, *, xp: Any) -> Any:
    """Softmax over the channels of (N, C, H, W) or (C, H, W)."""
    if x.ndim not in (3, 4):
        raise ValueError(f"softmax2d takes arrays of 3 or 4 axes, got shape {tuple(x.shape)}")
    return softmax(x, axis=-3, xp=xp)


@activation(
    name="LogSoftmax", kind="normalising", reference="torch.nn.LogSoftmax", aliases=("logsoftmax",)
)
def log_softmax(x: Any, /, *, axis: Axis | None = -1, xp: Any) -> Any:
    """Logarithm of softmax."""
    axis = normalised_axis(x, axis, "log_softmax")
    top = is_largest(x, axis, xp)
    shifted = x - xp.sum(xp.where(top, x, 0.0), axis=axis, keepdims=True)
    # its own exponential apart, which is 1: log1p keeps what a sum near 1 would round away
    rest = xp.sum(xp.where(top, 0.0, xp.exp(shifted)), axis=axis, keepdims=True)
    return shifted - xp.log1p(rest)


@activation(kind="normalising", reference="Martins & Astudillo 2016, arXiv:1602.02068")
def sparsemax(x: Any, /, *, axis: Axis | None = -1, xp: Any) -> Any:
    """Euclidean projection on the simplex."""
    axis = normalised_axis(x, axis, "sparsemax")
    z = x - largest(x, axis, xp)
    ordered = xp.flip(xp.sort(z, axis=axis), axis=axis)
    rank = xp.cumulative_sum(xp.ones_like(x), axis=axis)
    inside = 1 + rank * ordered > xp.cumulative_sum(ordered, axis=axis)
    size = xp.sum(xp.where(inside, xp.ones_like(x), 0.0), axis=axis, keepdims=True)
    kept = xp.sum(xp.where(inside, ordered, 0.0), axis=axis, keepdims=True)
    shift = (kept - 1) / xp.where(size < 1, 1.0, size)  # a NaN among them leaves none inside
    return xp.where(z <= shift, 0.0, z - shift)


@activation(kind="normalising", reference="Miller 2023, Attention is off by one")
def quiet_softmax(x: Any, /, *, axis: Axis | None = -1, xp: Any) -> Any:
    """Softmax with one more element, 0, that is left out: all may be small."""
    axis = normalised_axis(x, axis, "quiet_softmax")
    top = xp.maximum(largest(x, axis, xp), 0)
    e = xp.exp(x - top)
    return e / (xp.exp(-top) + xp.sum(e, axis=axis, keepdims=True))
