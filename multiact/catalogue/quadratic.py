"""Parabolas in the place of exponentials, with straight or constant ends."""

from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.declare.shapes import largest
from multiact.parameters import Axis, Learnable, NonNegative, Positive, Real

WURAOLA = (
    "Wuraola et al. 2021, Efficient activation functions for embedded inference engines, "
    "doi:10.1016/j.neucom.2021.02.030"
)


@activation(
    name="SQNL",
    reference="Wuraola & Patel 2018, SQNL: A New Computationally Efficient Activation Function, "
    "IJCNN",
    limits=(-1, 1),
)
def sqnl(x: Any, /, *, xp: Any) -> Any:
    """Square nonlinearity: tanh drawn with two parabolas."""
    above = xp.where(x <= 2, x - x * x / 4, 1.0)
    below = xp.where(x < -2, -1.0, x + x * x / 4)
    return xp.where(x < 0, below, above)


@activation(name="SQLU", reference=WURAOLA, limits=(-1, None))
def sqlu(x: Any, /, *, xp: Any) -> Any:
    """Square linear unit: ELU whose exponential is a parabola."""
    below = xp.where(x < -2, -1.0, x + x * x / 4)
    return xp.where(x > 0, x, below)


@activation(name="Squish", reference=WURAOLA, kinks=lambda: {-2: -1}, limits=(0, None))
def squish(x: Any, /, *, xp: Any) -> Any:
    """Square Swish: a parabola on each side of zero, 0 below -2."""
    below = xp.where(x < -2, 0.0, x + x * x / 2)
    return xp.where(x > 0, x + x * x / 32, below)


@activation(name="SqREU", reference=WURAOLA, kinks=lambda: {-2: -1}, limits=(0, None))
def sqreu(x: Any, /, *, xp: Any) -> Any:
    """Square rectified exponential unit: the identity above zero, a parabola below, 0 below -2."""
    below = xp.where(x < -2, 0.0, x + x * x / 2)
    return xp.where(x > 0, x, below)


@activation(name="SqSoftplus", reference=WURAOLA, limits=(0, None))
def sq_softplus(x: Any, /, *, xp: Any) -> Any:
    """Softplus whose bend is a parabola between -1/2 and 1/2."""
    bend = (x + 0.5) ** 2 / 2
    return xp.where(x < -0.5, 0.0, xp.where(x > 0.5, x, bend))


@activation(name="LogSQNL", reference=WURAOLA, limits=(0, 1))
def log_sqnl(x: Any, /, *, xp: Any) -> Any:
    """Square logistic sigmoid: SQNL moved between 0 and 1."""
    inner = xp.where(x < 0, (2 + x) ** 2 / 8, 1 - (2 - x) ** 2 / 8)  # (SQNL + 1) / 2
    return xp.where(x < -2, 0.0, xp.where(x > 2, 1.0, inner))


@activation(name="LinQ", reference=SURVEY, requires={"a <= 1": lambda a: a <= 1})
def linq(x: Any, /, a: Learnable[NonNegative] = 0.25, *, xp: Any) -> Any:
    """Linear quadratic unit: SQNL that goes on in straight lines where its slope is a."""
    h = 1 - a
    above = a * x + h * h
    below = a * x - h * h
    inner = x * (4 - xp.where(x < 0, -x, x)) / 4
    return xp.where(x >= 2 * h, above, xp.where(x <= -2 * h, below, inner))


@activation(name="PLAF", reference=SURVEY, requires={"d >= 1": lambda d: d >= 1})
def plaf(x: Any, /, d: Positive = 2.0, *, xp: Any) -> Any:
    """A power between -1 and 1, and straight lines of slope 1 outside."""
    size = xp.where(x < 0, -x, x)
    inside = size < 1
    y = xp.where(inside, xp.where(inside, size, 1.0) ** d / d, size - (1 - 1 / d))
    return xp.where(x < 0, -y, y)


@activation(name="SQMAX", kind="normalising", reference=WURAOLA)
def sqmax(x: Any, /, c: Learnable[Real] = 0.0, *, axis: Axis = -1, xp: Any) -> Any:
    """Squares of the shifted input, divided by their sum."""
    y = x + c
    top = largest(xp.abs(y), axis, xp)
    squares = xp.square(y / xp.where(top > 0, top, 1.0))  # which do not overflow
    return squares / xp.sum(squares, axis=axis, keepdims=True)
