"""MetaAcon, the ACON unit whose switching factor is computed from the input."""

from typing import Annotated, Any

from multiact.catalogue.learned_gates import ACON
from multiact.declare.decorator import activation
from multiact.declare.shapes import channel_shape, checked_axis
from multiact.parameters import Axis, Learnable, Shaped, fan_in_uniform, normal, zeros
from multiact.special import expit

Slope = Annotated[Any, Shaped(("channels",), {"paper": normal})]
Down = Annotated[Any, Shaped(("channels", "hidden"), {"paper": fan_in_uniform})]
DownBias = Annotated[Any, Shaped(("hidden",), {"paper": zeros})]
Up = Annotated[Any, Shaped(("hidden", "channels"), {"paper": fan_in_uniform})]
UpBias = Annotated[Any, Shaped(("channels",), {"paper": zeros})]


@activation(
    name="MetaAcon",
    kind="layer",
    reference=ACON,
    sizes={"channels": None, "hidden": 16},
)
def meta_acon(
    x: Any,
    /,
    p1: Learnable[Slope],
    p2: Learnable[Slope],
    weight_down: Learnable[Down],
    bias_down: Learnable[DownBias],
    weight_up: Learnable[Up],
    bias_up: Learnable[UpBias],
    *,
    axis: Axis = 1,
    xp: Any,
) -> Any:
    """AconC per channel, whose beta two small projections compute from the channels' means.

    The projections have not the batch normalisation of the authors' code.
    """
    axis = checked_axis(x, axis, "meta_acon")
    if x.shape[axis] != p1.shape[0]:
        raise ValueError(
            f"meta_acon: axis {axis} must hold {p1.shape[0]} channels, got shape {tuple(x.shape)}"
        )
    shape = channel_shape(x.ndim, axis, p1.shape[0], "meta_acon")
    others = tuple(i for i in range(1, x.ndim) if i != axis)
    mean = xp.mean(x, axis=others) if others else x
    beta = expit((mean @ weight_down + bias_down) @ weight_up + bias_up, xp=xp)
    beta = xp.reshape(beta, (x.shape[0], *shape[1:]))
    slope = xp.reshape(p1 - p2, shape) * x
    return slope * expit(beta * slope, xp=xp) + xp.reshape(p2, shape) * x
