"""Activations with weights of their own."""

from functools import partial
from typing import Annotated, Any

from multiact.catalogue.logistic import swish
from multiact.catalogue.normalising import softmax
from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.declare.shapes import by_library, channel_shape, checked_axis
from multiact.parameters import (
    Axis,
    Learnable,
    Names,
    Positive,
    Real,
    Running,
    Shaped,
    fan_in_uniform,
    kernel_uniform,
    ones,
    zeros,
)
from multiact.special import expit

Matrix = Annotated[Any, Shaped(("features", "hidden"), {"uniform": fan_in_uniform})]
Bias = Annotated[Any, Shaped(("hidden",), {"uniform": zeros})]
Gate = Annotated[Any, Shaped(("features", "experts"), {"uniform": fan_in_uniform})]
GateBias = Annotated[Any, Shaped(("experts",), {"uniform": zeros})]
Slopes = Annotated[Any, Shaped(("channels",), {"zero": zeros})]
Mean = Annotated[Any, Shaped(("channels",), {"zero": zeros})]
Variance = Annotated[Any, Shaped(("channels",), {"one": ones})]
Kernel = Annotated[Any, Shaped(("channels", "3", "3"), {"uniform": kernel_uniform})]


@activation(
    name="SwiGLULayer",
    kind="layer",
    reference="Shazeer 2020, GLU Variants Improve Transformer, arXiv:2002.05202",
    sizes={"features": None, "hidden": None},
)
def swiglu_layer(
    x: Any,
    /,
    weight_gate: Learnable[Matrix],
    bias_gate: Learnable[Bias],
    weight_value: Learnable[Matrix],
    bias_value: Learnable[Bias],
    beta: Real = 1.0,
    *,
    xp: Any,
) -> Any:
    """SwiGLU with its two projections: swish(x W + b) times (x V + c), on the last axis."""
    gate = swish(xp.matmul(x, weight_gate) + bias_gate, beta, xp=xp)
    return gate * (xp.matmul(x, weight_value) + bias_value)


@activation(
    name="MoE",
    kind="layer",
    reference="Park 2025, Deep Learning DNA, chapter 4",
    aliases=("MoEActivation", "mixture_of_experts"),
    sizes={"features": None},
)
def moe(
    x: Any,
    /,
    gate_weight: Learnable[Gate],
    gate_bias: Learnable[GateBias],
    *,
    experts: Names = ("relu", "gelu", "swish"),
    xp: Any,
) -> Any:
    """Mixture of activations with a softmax gate that looks at the last axis."""
    gate = softmax(xp.matmul(x, gate_weight) + gate_bias, axis=-1, xp=xp)
    return sum(gate[..., k : k + 1] * get(f)(x, xp=xp) for k, f in enumerate(experts))


@activation(
    name="FunnelReLU",
    kind="layer",
    reference="Ma et al. 2020, Funnel Activation for Visual Recognition, arXiv:2007.11824",
    aliases=("FReLU", "SCAA"),
    sizes={"channels": None},
)
def funnel_relu(x: Any, /, weight: Learnable[Kernel], *, axis: Axis = 1, xp: Any) -> Any:
    """The larger of the input and its 3x3 depthwise convolution (images, channels on axis).

    The convolution has neither a bias nor the batch normalisation of the authors' code.
    """
    axis = checked_axis(x, axis, "funnel_relu")
    if x.ndim < 3 or x.shape[axis] != weight.shape[0]:
        raise ValueError(
            f"funnel_relu: axis {axis} of an image batch must hold {weight.shape[0]} channels, "
            f"got shape {tuple(x.shape)}"
        )
    image = xp.moveaxis(x, axis, -3)
    convolved = by_library(partial(_convolved, xp=xp), "depthwise_convolution", xp)
    condition = convolved(image, weight)
    return xp.moveaxis(xp.where(image > condition, image, condition), -3, axis)


def _convolved(image: Any, weight: Any, *, xp: Any) -> Any:
    """Cross-correlation of every channel with its 3x3 kernel, zeros outside."""
    height, width = image.shape[-2:]
    padded = image
    for axis in (-2, -1):
        edge = xp.zeros_like(padded[..., :1] if axis == -1 else padded[..., :1, :])
        padded = xp.concat([edge, padded, edge], axis=axis)
    parts = [
        padded[..., i : i + height, j : j + width] * weight[:, i, j][:, None, None]
        for i in range(3)
        for j in range(3)
    ]
    return sum(parts[1:], parts[0])


def _moments(x: Any, /, *, axis: int, xp: Any) -> dict[str, Any]:
    """The mean and the variance of each channel."""
    axis = checked_axis(x, axis, "dice")
    others = tuple(i for i in range(x.ndim) if i != axis)
    mean = xp.mean(x, axis=others, keepdims=True)
    variance = xp.mean(xp.square(x - mean), axis=others)
    return {"running_mean": xp.reshape(mean, (x.shape[axis],)), "running_var": variance}


@activation(
    kind="layer",
    reference="Zhou et al. 2018, Deep Interest Network for Click-Through Rate Prediction, "
    "arXiv:1706.06978",
    sizes={"channels": None},
    statistics=_moments,
)
def dice(
    x: Any,
    /,
    alpha: Learnable[Slopes],
    running_mean: Running[Mean],
    running_var: Running[Variance],
    *,
    eps: Positive = 1e-8,
    axis: Axis = 1,
    xp: Any,
) -> Any:
    """PReLU per channel whose corner is smooth and lies at the mean, by running statistics."""
    if x.shape[checked_axis(x, axis, "dice")] != alpha.shape[0]:
        raise ValueError(
            f"dice: axis {axis} must hold {alpha.shape[0]} channels, got shape {tuple(x.shape)}"
        )
    shape = channel_shape(x.ndim, axis, alpha.shape[0], "dice")
    slope, mean, variance = (xp.reshape(v, shape) for v in (alpha, running_mean, running_var))
    on = expit((x - mean) / xp.sqrt(variance + eps), xp=xp)
    return on * x + (1 - on) * slope * x
