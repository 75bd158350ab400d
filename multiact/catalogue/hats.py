"""PReLU plus triangles with learned heights: the Mexican ReLU and its relatives."""

from typing import Annotated, Any

from multiact.catalogue._references import SURVEY
from multiact.declare.decorator import activation
from multiact.parameters import Learnable, NonNegative, Positive, Real, Shaped, zeros

MAGUOLO = (
    "Maguolo et al. 2019, Ensemble of Convolutional Neural Networks Trained with Different "
    "Activation Functions, arXiv:1905.02473"
)

Heights = Annotated[Any, Shaped(("terms",), {"zero": zeros})]


def _hat(x: Any, centre: Any, width: Any, xp: Any) -> Any:
    # width - |x - centre|; next to the ends, which x is compared with, none of x is lost
    rising, falling = x - (centre - width), (centre + width) - x
    return xp.maximum(xp.where(x < centre, rising, xp.where(x > centre, falling, width)), 0)


def _wave(x: Any, centre: Any, width: Any, xp: Any) -> Any:
    return _hat(x, centre, width, xp) - _hat(x, centre + 2 * width, width, xp)


def _prelu(x: Any, weight: Any, xp: Any) -> Any:
    return xp.where(x > 0, x, weight * x)


def _halves(terms: int, ends: float) -> list[tuple[float, float]]:
    """The left ends and lengths of an interval, its halves, its quarters ...: `terms` in all."""
    rows = [(k, k.bit_length() - 1) for k in range(1, terms + 1)]
    return [(ends / 2**level * (k - 2**level), ends / 2**level) for k, level in rows]


def _corners(
    left: float, right: float, lines: list[tuple[float, float, float]]
) -> dict[float, float]:
    """The slopes at the corners of two lines plus hats (height, centre, width).

    A hat has the slope 0 at its corners, the lines that of the left one.
    """
    points = sorted({0.0, *(b + k * c for _, b, c in lines for k in (-1, 0, 1))})

    def slope(x: float) -> float:
        rising = sum(a for a, b, c in lines if b - c < x < b)
        falling = sum(a for a, b, c in lines if b < x < b + c)
        return (right if x > 0 else left) + rising - falling

    return {x: slope(x) for x in points}


def _melu_corners(weight: float, heights: Any, maximum: float) -> dict[float, float]:
    places = _halves(len(heights), 4 * maximum)
    hats = [(a, e + w / 2, w / 2) for a, (e, w) in zip(heights, places, strict=True)]
    return _corners(weight, 1, hats)


def _galu_corners(weight: float, heights: Any, maximum: float) -> dict[float, float]:
    places = _halves(len(heights), 4 * maximum)
    rows = list(zip(heights, places, strict=True))
    up = [(a, e + w / 4, w / 4) for a, (e, w) in rows]
    return _corners(weight, 1, up + [(-a, e + 3 * w / 4, w / 4) for a, (e, w) in rows])


@activation(name="MeLU", reference=MAGUOLO, sizes={"terms": 3}, kinks=_melu_corners)
def melu(
    x: Any,
    /,
    heights: Learnable[Heights],
    weight: Learnable[Real] = 0.0,
    *,
    maximum: Positive = 1.0,
    xp: Any,
) -> Any:
    """Mexican ReLU: PReLU plus triangles of learned height on an interval, its halves, quarters.

    The interval is from 0 to 4 times `maximum`, the largest input that is expected.
    """
    y = _prelu(x, weight, xp)
    for a, (end, width) in zip(heights, _halves(len(list(heights)), 4 * maximum), strict=True):
        y = y + a * _hat(x, end + width / 2, width / 2, xp)
    return y


@activation(
    name="GaLU",
    reference="Nanni et al. 2020, Stochastic Selection of Activation Layers for Convolutional "
    f"Neural Networks, doi:10.3390/s20061626; {SURVEY}",
    sizes={"terms": 3},
    kinks=_galu_corners,
)
def galu(
    x: Any,
    /,
    heights: Learnable[Heights],
    weight: Learnable[Real] = 0.0,
    *,
    maximum: Positive = 1.0,
    xp: Any,
) -> Any:
    """Gaussian ReLU: PReLU plus waves of two triangles, on an interval, its halves, quarters.

    The interval is from 0 to 4 times `maximum`, the largest input that is expected.
    """
    y = _prelu(x, weight, xp)
    for a, (end, width) in zip(heights, _halves(len(list(heights)), 4 * maximum), strict=True):
        y = y + a * _wave(x, end + width / 4, width / 4, xp)
    return y


@activation(
    name="MMeLU",
    reference=SURVEY,
    requires={"a <= 1": lambda a: a <= 1},
    kinks=lambda a, b, c: _corners(0, 1 - a, [(a, c, b)]),
)
def mmelu(
    x: Any,
    /,
    a: Learnable[NonNegative] = 0.5,
    b: Learnable[Positive] = 1.0,
    c: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Modified Mexican ReLU: a learned mixture of a triangle and ReLU."""
    return a * _hat(x, c, b, xp) + (1 - a) * xp.maximum(x, 0)
