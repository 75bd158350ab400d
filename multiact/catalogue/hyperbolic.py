"""Units with hyperbolic functions, their inverses, and the roots that resemble them."""

import math
from typing import Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, Positive, Real

CARLILE = (
    "Carlile et al. 2017, Improving Deep Learning by Inverse Square Root Linear Units (ISRLUs), "
    "arXiv:1710.09967"
)
PARISI = (
    "Parisi et al. 2020, hyper-sinh: An Accurate and Reliable Function from Shallow to Deep "
    "Learning in TensorFlow and Keras, arXiv:2011.07661"
)


@activation(name="ISRLU", reference=CARLILE, limits=(lambda alpha: -(alpha**-0.5), None))
def isrlu(x: Any, /, alpha: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Inverse square root linear unit: the identity above zero, ISRU below."""
    return xp.where(x < 0, x / xp.sqrt(1 + alpha * x * x), x)


@activation(
    name="ISRU",
    reference=CARLILE,
    limits=(lambda alpha: -(alpha**-0.5), lambda alpha: alpha**-0.5),
)
def isru(x: Any, /, alpha: Learnable[Positive] = 1.0, *, xp: Any) -> Any:
    """Inverse square root unit: a sigmoid curve with algebraic tails."""
    return x / xp.sqrt(1 + alpha * x * x)


@activation(name="MEF", reference=SURVEY, limits=(-0.5, 1.5))
def mef(x: Any, /, *, xp: Any) -> Any:
    """Modified Elliott function: the inverse square root unit, raised by a half."""
    return x / xp.sqrt(1 + x * x) + 0.5


@activation(
    name="CombHSine",
    reference="Vijayaprabakaran & Sathiyamurthy 2022, Towards activation function search for long "
    "short-term model network: A differential evolution based approach, "
    f"https://doaj.org/article/5b860471e4664569b59bd21bffff6a62; {SURVEY}",
)
def comb_hsine(x: Any, /, a: Real = 1.0, *, xp: Any) -> Any:
    """Hyperbolic sine plus its inverse."""
    u = a * x
    near = xp.abs(u) < 0.25  # where the cubes cancel, and with them the bends
    b = xp.where(near, u, 0.0)
    return xp.where(near, 2 * b + b**5 * _horner(_SUM, b * b), xp.sinh(u) + xp.asinh(u))


#: coefficients of sinh(u) + asinh(u), from the fifth power of u on
_SUM = [
    1 / math.factorial(2 * j + 1) + (-1 / 4) ** j * math.comb(2 * j, j) / (2 * j + 1)
    for j in range(2, 17)
]


def _horner(coefficients: list[float], x: Any) -> Any:
    """The polynomial with these coefficients, lowest power first."""
    *rest, y = coefficients
    for c in reversed(rest):
        y = y * x + c
    return y


@activation(name="HyperSinh", reference=PARISI, kinks=lambda: {0: 0})
def hyper_sinh(x: Any, /, *, xp: Any) -> Any:
    """A third of the hyperbolic sine above zero, a quarter of the cube below."""
    return xp.where(x > 0, xp.sinh(x) / 3, x**3 / 4)


@activation(
    name="HcLSH",
    reference="Abdel-Nabi et al. 2023, HcLSH: A Novel Non-Linear Monotonic Activation Function "
    "for Deep Learning Methods, IEEE Access 11",
    limits=(-math.log(2), None),
)
def hclsh(x: Any, /, *, xp: Any) -> Any:
    """Hyperbolic cosine linearized squashing: logarithms of hyperbolic cosines with the input."""
    # log(cosh(x) + x cosh(x / 2)) with exp(x) taken out: it overflows, and near 0 the rest is
    # 1 + O(x**3), of which the slopes cancel
    near = xp.where(x < 0, 0.0, xp.where(x < 0.5, x, 0.5))
    far = xp.where(x < 0.5, 0.5, x)
    rest = (1 + xp.exp(-2 * far) + far * (xp.exp(-far / 2) + xp.exp(-1.5 * far))) / 2
    start = near + xp.log(1 + near**3 * _horner(_REST, near))
    above = xp.where(x < 0.5, start, far + xp.log(rest))
    return xp.where(x < 0, xp.log(xp.cosh(x)) + x, above)


#: coefficients of that rest, from the third power on
_REST = [
    ((-2) ** k / k + (-1 / 2) ** (k - 1) + (-3 / 2) ** (k - 1)) / 2 / math.factorial(k - 1)
    for k in range(3, 24)
]


@activation(
    name="Arctid",
    reference="Eger et al. 2018, Is it Time to Swish? Comparing Deep Learning Activation "
    "Functions Across NLP tasks, arXiv:1901.02671",
)
def arctid(x: Any, /, *, xp: Any) -> Any:
    """The square of the arctangent, minus the identity."""
    return xp.square(xp.atan(x)) - x
