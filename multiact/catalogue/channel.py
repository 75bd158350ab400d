"""Units that change or compare channels."""

from typing import Any

from multiact.catalogue.rectified import relu
from multiact.declare.decorator import activation
from multiact.declare.shapes import groups
from multiact.parameters import Axis, Count


@activation(
    name="CReLU",
    kind="channel",
    reference="Shang et al. 2016, Understanding and Improving Convolutional Neural Networks via "
    "Concatenated Rectified Linear Units, arXiv:1603.05201",
)
def crelu(x: Any, /, *, axis: Axis = 1, xp: Any) -> Any:
    """ReLU of the input and of its negation, one after the other along an axis."""
    return xp.concat([relu(x, xp=xp), relu(-x, xp=xp)], axis=axis)


@activation(
    name="NCReLU",
    kind="channel",
    reference="Zagoruyko & Komodakis 2017, DiracNets: Training Very Deep Neural Networks Without "
    "Skip-Connections, arXiv:1706.00388",
)
def ncrelu(x: Any, /, *, axis: Axis = 1, xp: Any) -> Any:
    """ReLU of the input and what it cuts off, one after the other along an axis."""
    return xp.concat([relu(x, xp=xp), -relu(-x, xp=xp)], axis=axis)


@activation(kind="channel", reference="Goodfellow et al. 2013, Maxout Networks, arXiv:1302.4389")
def maxout(x: Any, /, *, size: Count = 2, axis: Axis = 1, xp: Any) -> Any:
    """The largest of each group of consecutive channels."""
    grouped, axis = groups(x, size, axis, xp, "maxout")
    return xp.max(grouped, axis=axis + 1)


@activation(
    name="GroupSort",
    kind="channel",
    reference="Anil et al. 2018, Sorting out Lipschitz function approximation, arXiv:1811.05381",
    aliases=("MaxMin",),
)
def group_sort(x: Any, /, *, size: Count = 2, axis: Axis = 1, xp: Any) -> Any:
    """Each group of consecutive channels in ascending order."""
    grouped, axis = groups(x, size, axis, xp, "group_sort")
    return xp.reshape(_sorted(grouped, axis + 1, xp), x.shape)


@activation(
    name="OPLU",
    kind="channel",
    reference="Chernodub & Nowicki 2016, Norm-preserving Orthogonal Permutation Linear Unit "
    "Activation Functions (OPLU), arXiv:1604.02313",
)
def oplu(x: Any, /, *, axis: Axis = 1, xp: Any) -> Any:
    """Each pair of consecutive channels in descending order."""
    grouped, axis = groups(x, 2, axis, xp, "oplu")
    return xp.reshape(xp.flip(_sorted(grouped, axis + 1, xp), axis=axis + 1), x.shape)


def _sorted(x: Any, axis: int, xp: Any) -> Any:
    """The elements along an axis in ascending order, NaN last; two of them by one comparison."""
    if x.shape[axis] != 2:
        return xp.sort(x, axis=axis)
    before = (slice(None),) * axis
    a, b = x[(*before, 0, ...)], x[(*before, 1, ...)]
    swapped = xp.logical_or(b < a, xp.isnan(a))
    return xp.stack([xp.where(swapped, b, a), xp.where(swapped, a, b)], axis=axis)
