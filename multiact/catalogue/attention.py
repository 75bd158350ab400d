"""Relatives of softmax from attention, and units that keep the largest of a row."""

import math
from statistics import NormalDist
from typing import Any

from multiact.catalogue.normal import gelu_tanh
from multiact.catalogue.normalising import softmax
from multiact.declare.decorator import activation
from multiact.declare.shapes import along, checked_axis, largest
from multiact.parameters import Axes, Axis, Count, Learnable, Mask, Positive, Real


@activation(
    kind="normalising",
    reference="Zuhri et al. 2025, Softpick: No Attention Sink, No Massive Activations with "
    "Rectified Softmax, arXiv:2504.20966",
)
def softpick(
    x: Any,
    /,
    *,
    eps: Positive = 1e-6,
    axis: Axes | None = -1,
    where: Mask | None = None,
    xp: Any,
) -> Any:
    """Rectified exponentials less 1, divided by the sum of their sizes: most may be 0."""

    def picked(x: Any, axis: int) -> Any:
        top = xp.maximum(largest(x, axis, xp), 0)
        # exp(x) - 1 divided by exp(top), by the form that neither overflows nor cancels
        above = -xp.exp(x - top) * xp.expm1(xp.where(x > 0, -x, 0.0))
        below = -xp.exp(-top) * xp.expm1(xp.where(x > 0, 0.0, x))
        total = xp.sum(above + below, axis=axis, keepdims=True)
        return above / (total + eps * xp.exp(-top))

    return along(picked, x, axis, where, xp, "softpick")


@activation(
    name="ScalableSoftmax",
    kind="normalising",
    reference="Nakanishi 2025, Scalable-Softmax Is Superior for Attention, arXiv:2501.19399",
    aliases=("SSMax",),
)
def scalable_softmax(x: Any, /, s: Learnable[Real] = 0.43, *, axis: Axis = -1, xp: Any) -> Any:
    """Softmax that is sharper the longer the axis is: as exp of s log(n) x."""
    n = x.shape[checked_axis(x, axis, "scalable_softmax")]
    return softmax((s * math.log(max(n, 1))) * x, axis=axis, xp=xp)


@activation(
    name="MultiMax",
    kind="normalising",
    reference="Zhou et al. 2024, MultiMax: Sparse and Multi-Modal Attention Learning, "
    "arXiv:2406.01189",
)
def multimax(
    x: Any,
    /,
    t_b: Learnable[Real] = 1.0,
    t_d: Learnable[Real] = 1.0,
    b: Learnable[Real] = 0.0,
    d: Learnable[Real] = 0.0,
    *,
    axis: Axis = -1,
    xp: Any,
) -> Any:
    """Softmax with temperatures of their own for small entries, below b, and large, above d."""
    low = xp.where(x < b, b - x, 0.0)
    high = xp.where(x > d, x - d, 0.0)
    return softmax(x + (1 - t_b) * low + (t_d - 1) * high, axis=axis, xp=xp)


@activation(
    name="RSoftmax",
    kind="normalising",
    reference="Bałazy et al. 2023, r-softmax: Generalized Softmax with Controllable Sparsity "
    "Rate, arXiv:2304.05243",
    requires={"0 <= r <= 1": lambda r: 0 <= r <= 1},
)
def r_softmax(x: Any, /, *, r: Real = 0.3, eps: Positive = 1e-8, axis: Axis = -1, xp: Any) -> Any:
    """Softmax with weights that are 0 for a given share of the elements, the smallest ones."""
    axis = checked_axis(x, axis, "r_softmax")
    shifted = x - largest(x, axis, xp)
    if not x.shape[axis]:
        return shifted
    t = eps - _quantile(shifted, r, axis, xp)
    weight = xp.where(shifted + t <= 0, 0.0, shifted + t) * xp.exp(shifted)
    return weight / xp.sum(weight, axis=axis, keepdims=True)


def _quantile(x: Any, share: float, axis: int, xp: Any) -> Any:
    """The value below which a share of the elements lies, linear between two of them."""
    ordered = xp.sort(x, axis=axis)
    place = share * (x.shape[axis] - 1)
    i = min(math.floor(place), max(x.shape[axis] - 2, 0))
    before = (slice(None),) * axis
    lower = ordered[(*before, slice(i, i + 1), ...)]
    upper = ordered[(*before, slice(i + 1, i + 2), ...)] if x.shape[axis] > 1 else lower
    return lower + (place - i) * (upper - lower)


@activation(
    name="SoLU",
    kind="normalising",
    reference="Elhage et al. 2022, Softmax Linear Units, Transformer Circuits Thread, "
    "https://transformer-circuits.pub/2022/solu/index.html",
)
def solu(x: Any, /, *, axis: Axes | None = -1, where: Mask | None = None, xp: Any) -> Any:
    """Softmax linear unit: the identity gated by softmax."""
    return x * softmax(x, axis=axis, where=where, xp=xp)


@activation(
    name="StatisticalTopK",
    kind="normalising",
    reference="You et al. 2025, Spark Transformer: Reactivating Sparsity in FFN and Attention, "
    "arXiv:2506.06644",
)
def statistical_top_k(x: Any, /, *, k: Count = 2, axis: Axis = -1, xp: Any) -> Any:
    """What exceeds a threshold that k of normally distributed elements exceed, else 0.

    Rows of k elements or fewer are returned as they are.
    """
    axis = checked_axis(x, axis, "statistical_top_k")
    n = x.shape[axis]
    if n <= k:
        return +x
    return _exceeding(x, 1 - k / n, 1.0, axis, xp)


@activation(
    name="GELUTopK",
    kind="normalising",
    reference="Google DeepMind 2025, Gemma 3n: Gemma3nTextMLP of transformers, "
    "https://huggingface.co/docs/transformers/model_doc/gemma3n; compare You et al. 2025, "
    "arXiv:2506.06644",
    requires={"0 < sparsity < 1": lambda sparsity: 0 < sparsity < 1},
)
def gelu_top_k(x: Any, /, *, sparsity: Real = 0.95, axis: Axis = -1, xp: Any) -> Any:
    """GELU, by tanh, of what exceeds a threshold chosen by the mean and deviation of a row."""
    axis = checked_axis(x, axis, "gelu_top_k")
    return gelu_tanh(_exceeding(x, sparsity, 0.0, axis, xp), xp=xp)


def _exceeding(x: Any, share: float, correction: float, axis: int, xp: Any) -> Any:
    """What exceeds the quantile of the normal distribution with the mean and deviation of x."""
    mean = xp.mean(x, axis=axis, keepdims=True)
    n = x.shape[axis]
    square = xp.sum(xp.square(x - mean), axis=axis, keepdims=True) / max(n - correction, 1)
    equal = square <= 0  # where the root has no slope
    deviation = xp.where(equal, 0.0, xp.sqrt(xp.where(equal, 1.0, square)))
    cutoff = mean + deviation * NormalDist().inv_cdf(share)
    return xp.where(x <= cutoff, 0.0, x - cutoff)
