"""Relatives of softmax: a sparse one, and a random one."""

from typing import Any

from multiact.catalogue.normalising import softmax
from multiact.declare.decorator import activation
from multiact.declare.shapes import along, largest
from multiact.parameters import Axes, Axis, Mask, Positive


@activation(
    kind="normalising",
    reference="Peters et al. 2019, Sparse Sequence-to-Sequence Models, arXiv:1905.05702",
)
def entmax15(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Half way from softmax to sparsemax: squares of what exceeds a threshold, 1.5-entmax."""

    def projected(x: Any, axis: int) -> Any:
        z = (x - largest(x, axis, xp)) / 2
        ordered = xp.flip(xp.sort(z, axis=axis), axis=axis)
        rank = xp.cumulative_sum(xp.ones_like(x), axis=axis)
        mean = xp.cumulative_sum(ordered, axis=axis) / rank
        square = xp.cumulative_sum(xp.square(ordered), axis=axis) / rank
        rest = xp.maximum(1 / rank - (square - mean * mean), 0)
        inside = mean - xp.sqrt(rest) <= ordered
        size = xp.sum(xp.where(inside, xp.ones_like(x), 0.0), axis=axis, keepdims=True)
        size = xp.where(size < 1, 1.0, size)  # a NaN among them leaves none inside
        mean = xp.sum(xp.where(inside, ordered, 0.0), axis=axis, keepdims=True) / size
        spread = xp.where(inside, xp.square(ordered - mean), 0.0)
        rest = (1 - xp.sum(spread, axis=axis, keepdims=True)) / size
        shift = mean - xp.sqrt(rest)
        return xp.where(z <= shift, 0.0, xp.square(z - shift))

    return along(projected, x, axis, where, xp, "entmax15")


@activation(
    name="GumbelSoftmax",
    kind="normalising",
    noise="uniform",
    evaluation="noise",
    reference="Jang et al. 2016, Categorical Reparameterization with Gumbel-Softmax, "
    "arXiv:1611.01144",
)
def gumbel_softmax(x: Any, noise: Any, /, tau: Positive = 1.0, *, axis: Axis = -1, xp: Any) -> Any:
    """Softmax of the input plus Gumbel noise, at a temperature: a soft sample of a category."""
    return softmax((x - xp.log(-xp.log(noise))) / tau, axis=axis, xp=xp)
