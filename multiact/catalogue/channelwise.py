"""Units along channels with learned temperatures or with coefficients from the input."""

from typing import Annotated, Any

from multiact.catalogue.normalising import softmax
from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.declare.shapes import checked_axis
from multiact.parameters import Axis, Learnable, Positive, Shaped, fan_in_uniform, zeros
from multiact.special import expit

Squeeze = Annotated[Any, Shaped(("channels", "hidden"), {"uniform": fan_in_uniform})]
SqueezeBias = Annotated[Any, Shaped(("hidden",), {"uniform": zeros})]
Expand = Annotated[Any, Shaped(("hidden", "4", "channels"), {"uniform": fan_in_uniform})]
ExpandBias = Annotated[Any, Shaped(("4", "channels"), {"uniform": zeros})]
Excite = Annotated[Any, Shaped(("hidden", "channels"), {"uniform": fan_in_uniform})]
ExciteBias = Annotated[Any, Shaped(("channels",), {"uniform": zeros})]


@activation(
    name="TSoftmax",
    kind="normalising",
    reference="Hinton et al. 2015, Distilling the Knowledge in a Neural Network, arXiv:1503.02531",
    aliases=("softmax_temperature",),
)
def t_softmax(x: Any, /, t: Learnable[Positive] = 1.0, *, axis: Axis = -1, xp: Any) -> Any:
    """Softmax with a learned temperature."""
    return softmax(x / t, axis=axis, xp=xp)


def _squeezed(rows: Any, squeeze: Any, squeeze_bias: Any, xp: Any) -> Any:
    """A small hidden layer on the means of the channels, which are on the last axis."""
    for _ in range(rows.ndim - 2):
        rows = xp.mean(rows, axis=1)
    return relu(xp.matmul(rows, squeeze) + squeeze_bias, xp=xp)


@activation(
    name="DYReLU",
    kind="layer",
    reference="Chen et al. 2020, Dynamic ReLU, arXiv:2003.10027",
    aliases=("DynamicReLU",),
    sizes={"channels": None, "hidden": None},
)
def dy_relu(
    x: Any,
    /,
    squeeze: Learnable[Squeeze],
    squeeze_bias: Learnable[SqueezeBias],
    expand: Learnable[Expand],
    expand_bias: Learnable[ExpandBias],
    *,
    axis: Axis = 1,
    xp: Any,
) -> Any:
    """The larger of two lines per channel, whose coefficients come from the channels' means.

    Variant B of the paper, with its ranges 1 of slopes and 1/2 of shifts around ReLU.
    """
    axis = checked_axis(x, axis, "dy_relu")
    rows = xp.moveaxis(x, axis, -1)
    hidden = _squeezed(rows, squeeze, squeeze_bias, xp)
    flat = xp.reshape(expand, (expand.shape[0], -1))
    theta = xp.matmul(hidden, flat) + xp.reshape(expand_bias, (-1,))
    theta = 2 * expit(xp.reshape(theta, (x.shape[0], 4, *(1,) * (x.ndim - 2), -1)), xp=xp) - 1
    first = (1 + theta[:, 0, ...]) * rows + theta[:, 2, ...] / 2
    second = theta[:, 1, ...] * rows + theta[:, 3, ...] / 2
    return xp.moveaxis(xp.where(first > second, first, second), -1, axis)


@activation(
    name="SqueezeExcite",
    kind="layer",
    reference="Hu et al. 2018, Squeeze-and-Excitation Networks, arXiv:1709.01507",
    aliases=("SqueezeExcitation",),
    sizes={"channels": None, "hidden": None},
)
def squeeze_excite(
    x: Any,
    /,
    squeeze: Learnable[Squeeze],
    squeeze_bias: Learnable[SqueezeBias],
    excite: Learnable[Excite],
    excite_bias: Learnable[ExciteBias],
    *,
    axis: Axis = 1,
    xp: Any,
) -> Any:
    """The identity with a gate per channel, which two layers compute from the channels' means.

    The paper has a sixteenth of the channels between the layers.
    """
    axis = checked_axis(x, axis, "squeeze_excite")
    rows = xp.moveaxis(x, axis, -1)
    hidden = _squeezed(rows, squeeze, squeeze_bias, xp)
    gate = expit(xp.matmul(hidden, excite) + excite_bias, xp=xp)
    gate = xp.reshape(gate, (x.shape[0], *(1,) * (x.ndim - 2), -1))
    return xp.moveaxis(gate * rows, -1, axis)
