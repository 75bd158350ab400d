"""Functions along axes that sharpen or select: the largest elements, a softmax with a slope."""

from typing import Any

from multiact.catalogue.normalising import softmax
from multiact.declare.decorator import activation
from multiact.declare.shapes import along
from multiact.parameters import Axes, Mask, Positive, Real


@activation(
    kind="normalising",
    reference="Kunc & Klema 2024, Three Decades of Activations, arXiv:2402.09092",
)
def beta_softmax(
    x: Any,
    /,
    beta: Real = 1.0,
    *,
    axis: Axes | None = -1,
    where: Mask | None = None,
    xp: Any,
) -> Any:
    """Softmax of a multiple of the input: the inverse of a temperature."""
    return softmax(beta * x, axis=axis, where=where, xp=xp)


@activation(
    name="KWTA",
    kind="normalising",
    reference="Xiao et al. 2019, Enhancing Adversarial Defense by k-Winners-Take-All, "
    "arXiv:1905.10510",
    requires={"ratio <= 1": lambda ratio: ratio <= 1},
)
def kwta(x: Any, /, *, ratio: Positive = 0.2, axis: Axes | None = -1, xp: Any) -> Any:
    """k winners take all: the largest share of the elements, at least one; 0 for the others.

    Elements that are equal to the smallest winner win, too.
    """

    def selected(x: Any, axis: int) -> Any:
        size = x.shape[axis]
        if not size:
            return x
        first = size - max(1, int(ratio * size))
        smallest = xp.sort(x, axis=axis)[(slice(None),) * axis + (slice(first, first + 1),)]
        return xp.where(x < smallest, 0.0, x)

    return along(selected, x, axis, None, xp, "kwta")
