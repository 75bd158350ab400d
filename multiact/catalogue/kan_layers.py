"""Layers of networks between perceptrons and Kolmogorov-Arnold networks."""

from typing import Annotated, Any

import numpy as np

from multiact.catalogue.learned import rational
from multiact.catalogue.normal import gelu
from multiact.declare.decorator import activation
from multiact.declare.parameters import Draw
from multiact.declare.shapes import groups
from multiact.parameters import (
    Axis,
    Learnable,
    Shaped,
    fan_in_uniform,
    rational_part,
    zeros,
)

Waves = Annotated[Any, Shaped(("features", "waves"), {"uniform": fan_in_uniform})]
Matrix = Annotated[Any, Shaped(("features", "hidden"), {"uniform": fan_in_uniform})]
Bias = Annotated[Any, Shaped(("hidden",), {"zero": zeros})]


def _denominators(target: str) -> Any:
    """Return a start with the denominator of one fit for each group."""

    def start(shape: tuple[int, ...], draw: Draw, xp: Any) -> Any:
        one = rational_part(1)[target](shape[1:], draw, xp)
        return np.stack([one] * shape[0])

    return start


_STARTS = ("gelu", "silu", "relu", "leaky_relu")
Numerator = Annotated[Any, Shaped(("numerator_terms",), {s: rational_part(0)[s] for s in _STARTS})]
Denominators = Annotated[
    Any, Shaped(("groups", "denominator_terms"), {s: _denominators(s) for s in _STARTS})
]


@activation(
    name="FANLayer",
    kind="layer",
    reference="Dong et al. 2024, FAN: Fourier Analysis Networks, arXiv:2410.02675",
    sizes={"features": None, "waves": None, "hidden": None},
)
def fan_layer(
    x: Any,
    /,
    weight_waves: Learnable[Waves],
    weight: Learnable[Matrix],
    bias: Learnable[Bias],
    *,
    xp: Any,
) -> Any:
    """Cosines and sines of one projection, then GELU of another, joined on the last axis."""
    angle = xp.matmul(x, weight_waves)
    other = gelu(xp.matmul(x, weight) + bias, xp=xp)
    return xp.concat([xp.cos(angle), xp.sin(angle), other], axis=-1)


@activation(
    name="GroupRational",
    kind="layer",
    reference="Yang & Wang 2024, Kolmogorov-Arnold Transformer, arXiv:2409.10594",
    aliases=("GR_KAN",),
    sizes={"numerator_terms": 6, "denominator_terms": 4, "groups": None},
)
def group_rational(
    x: Any,
    /,
    numerator: Learnable[Numerator],
    denominators: Learnable[Denominators],
    *,
    axis: Axis = -1,
    xp: Any,
) -> Any:
    """Quotient of polynomials with a numerator for all channels and a denominator per group.

    The denominator is 1 plus the sizes of its terms, as in the authors' code.
    """
    count = denominators.shape[0]
    size = max(x.shape[axis] // count, 1)
    grouped, axis = groups(x, size, axis, xp, "group_rational")
    if grouped.shape[axis] != count:
        raise ValueError(
            f"group_rational: axis {axis} must hold a multiple of {count} channels, "
            f"got shape {tuple(x.shape)}"
        )
    shape = (count, *(1 for _ in grouped.shape[axis + 1 :]))
    terms = []
    for j in range(denominators.shape[1]):
        b = xp.reshape(denominators[:, j], shape)
        b = xp.where(b < 0, -b, b)  # abs would have no slope at 0, where some terms start
        terms.append(xp.where(grouped < 0, -b, b) if j % 2 == 0 else b)
    n = numerator.shape[0]
    y = rational.function(grouped, [numerator[i] for i in range(n)], terms, xp=xp)
    return xp.reshape(y, x.shape)
