"""Functions that normalise along axes: softmax and its relatives."""

import math
from typing import Any

from multiact.declare.decorator import activation
from multiact.declare.shapes import along, by_library, is_largest, largest
from multiact.parameters import Axes, Axis, Mask


@activation(
    kind="normalising",
    reference="Bridle 1990, Probabilistic Interpretation of Feedforward Classification Network "
    "Outputs, with Relationships to Statistical Pattern Recognition, "
    "doi:10.1007/978-3-642-76153-9_28",
)
def softmax(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Exponentials, divided by their sum."""

    def normalised(x: Any, axis: int) -> Any:
        e = xp.exp(x - largest(x, axis, xp))
        return e / xp.sum(e, axis=axis, keepdims=True)

    return along(by_library(normalised, "softmax", xp), x, axis, where, xp, "softmax")


@activation(kind="normalising", reference="torch.nn.Softmin")
def softmin(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Softmax of the negated input."""
    return softmax(-x, axis=axis, where=where, xp=xp)


@activation(kind="normalising", reference="torch.nn.Softmax2d")
def softmax2d(x: Any, /, *, axis: Axis = -3, xp: Any) -> Any:
    """Softmax over the channels of (N, C, H, W) or (C, H, W)."""
    if x.ndim not in (3, 4):
        raise ValueError(f"softmax2d takes arrays of 3 or 4 axes, got shape {tuple(x.shape)}")
    return softmax(x, axis=axis, xp=xp)


@activation(
    name="LogSoftmax", kind="normalising", reference="torch.nn.LogSoftmax", aliases=("logsoftmax",)
)
def log_softmax(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Logarithm of softmax."""

    def normalised(x: Any, axis: int) -> Any:
        top = is_largest(x, axis, xp)
        shifted = x - xp.sum(xp.where(top, x, 0.0), axis=axis, keepdims=True)
        # its own exponential apart, which is 1: log1p keeps what a sum near 1 would round away
        rest = xp.sum(xp.where(top, 0.0, xp.exp(shifted)), axis=axis, keepdims=True)
        return shifted - xp.log1p(rest)

    own = by_library(normalised, "log_softmax", xp)
    return along(own, x, axis, where, xp, "log_softmax", excluded=-math.inf)


@activation(
    kind="normalising",
    reference="Martins & Astudillo 2016, From Softmax to Sparsemax: A Sparse Model of Attention "
    "and Multi-Label Classification, arXiv:1602.02068",
)
def sparsemax(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Euclidean projection on the simplex."""

    def projected(x: Any, axis: int) -> Any:
        z = x - largest(x, axis, xp)
        ordered = xp.flip(xp.sort(z, axis=axis), axis=axis)
        rank = xp.cumulative_sum(xp.ones_like(x), axis=axis)
        inside = 1 + rank * ordered > xp.cumulative_sum(ordered, axis=axis)
        size = xp.sum(xp.where(inside, xp.ones_like(x), 0.0), axis=axis, keepdims=True)
        kept = xp.sum(xp.where(inside, ordered, 0.0), axis=axis, keepdims=True)
        shift = (kept - 1) / xp.where(size < 1, 1.0, size)  # a NaN among them leaves none inside
        return xp.where(z <= shift, 0.0, z - shift)

    return along(projected, x, axis, where, xp, "sparsemax")


@activation(
    kind="normalising",
    reference="Miller 2023, Attention Is Off By One, "
    "https://www.evanmiller.org/attention-is-off-by-one.html",
)
def quiet_softmax(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Softmax with one more element, 0, that is left out: all may be small."""

    def normalised(x: Any, axis: int) -> Any:
        top = xp.maximum(largest(x, axis, xp), 0)
        e = xp.exp(x - top)
        return e / (xp.exp(-top) + xp.sum(e, axis=axis, keepdims=True))

    return along(normalised, x, axis, where, xp, "quiet_softmax")
