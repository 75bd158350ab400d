"""Edge functions of Kolmogorov-Arnold networks: sums over a basis with learned weights."""

import math
from typing import Annotated, Any, Literal

import numpy as np

from multiact.catalogue.learned import _bump
from multiact.catalogue.logistic import silu
from multiact.declare.decorator import activation
from multiact.declare.parameters import Draw
from multiact.parameters import (
    Count,
    Learnable,
    NonZero,
    Positive,
    Real,
    Shaped,
    normal,
    scaled_uniform,
    uniform,
)
from multiact.special import expit

Shape = tuple[int, ...]


def _small(factor: float) -> Any:
    """Return a start from the normal distribution with a given deviation."""
    return lambda shape, draw, xp: factor * draw.normal(shape)


def _by_number(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Standard normal, divided by the number of terms."""
    return normal(shape, draw, xp) / shape[0]


def _by_rank(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Uniform on [-1, 1), divided by 1, 2, 3 ..."""
    return uniform(shape, draw, xp) / xp.arange(1, shape[0] + 1)


def _ranks(shape: Shape, draw: Draw, xp: Any) -> Any:
    """1, 2, 3 ..."""
    return np.arange(1.0, shape[0] + 1)


def _shares(shape: Shape, draw: Draw, xp: Any) -> Any:
    """1 / (n + 1), 2 / (n + 1) ..., for n terms."""
    return np.arange(1.0, shape[0] + 1) / (shape[0] + 1)


def _lower_ends(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Left ends of bells of order 3, spread over the interval from 0 to 1."""
    return np.arange(-3.0, shape[0] - 3) / (shape[0] - 3)


def _upper_ends(shape: Shape, draw: Draw, xp: Any) -> Any:
    """Right ends of bells of order 3, spread over the interval from 0 to 1."""
    return np.arange(1.0, shape[0] + 1) / (shape[0] - 3)


Spline = Annotated[Any, Shaped(("terms",), {"noise": scaled_uniform(-0.05, 0.05)})]
Bells = Annotated[Any, Shaped(("terms",), {"normal": _small(0.1)})]
Polynomials = Annotated[Any, Shaped(("terms",), {"normal": _by_number})]
Weights = Annotated[Any, Shaped(("terms",), {"uniform": uniform})]
LowerEnds = Annotated[Any, Shaped(("terms",), {"grid": _lower_ends})]
UpperEnds = Annotated[Any, Shaped(("terms",), {"grid": _upper_ends})]
Amplitudes = Annotated[Any, Shaped(("terms",), {"uniform": _by_rank})]
Frequencies = Annotated[Any, Shaped(("terms",), {"hidden": _shares, "first": _ranks})]
Wavelet = Literal["mexican_hat", "morlet", "dog"]


@activation(
    name="KANSpline",
    reference="Liu et al. 2024, KAN: Kolmogorov-Arnold Networks, arXiv:2404.19756",
    sizes={"terms": 8},
    requires={"lower < upper": lambda lower, upper: lower < upper},
)
def kan_spline(
    x: Any,
    /,
    coefficients: Learnable[Spline],
    scale_base: Learnable[Real] = 1.0,
    scale_spline: Learnable[Real] = 1.0,
    *,
    lower: Real = -1.0,
    upper: Real = 1.0,
    xp: Any,
) -> Any:
    """SiLU plus a cubic B-spline on a grid of terms - 3 intervals, which ends beyond it."""
    c = list(coefficients)
    if len(c) < 4:
        raise ValueError(f"kan_spline: coefficients must be 4 or more, got {len(c)}")
    t = (x - lower) / ((upper - lower) / (len(c) - 3))
    spline = sum(ci * _bump(t - (i - 1), xp) for i, ci in enumerate(c))
    return scale_base * silu(x, xp=xp) + scale_spline * spline


def _grid(lower: Any, upper: Any, terms: int) -> list[Any]:
    """Equally spaced points from end to end."""
    step = (upper - lower) / max(terms - 1, 1)
    return [lower + i * step for i in range(terms)]


@activation(
    name="FastKANRBF",
    reference="Li 2024, Kolmogorov-Arnold Networks are Radial Basis Function Networks, "
    "arXiv:2405.06721",
    sizes={"terms": 8},
    limits=(0, 0),
    requires={"lower < upper": lambda lower, upper: lower < upper},
)
def fastkan_rbf(
    x: Any,
    /,
    coefficients: Learnable[Bells],
    *,
    lower: Real = -2.0,
    upper: Real = 2.0,
    xp: Any,
) -> Any:
    """Sum of Gaussians on a fixed grid, as wide as it is fine."""
    c = list(coefficients)
    width = (upper - lower) / max(len(c) - 1, 1)
    centres = _grid(lower, upper, len(c))
    bells = zip(c, centres, strict=True)
    return sum(ci * xp.exp(-xp.square((x - g) / width)) for ci, g in bells)


@activation(
    name="RSWAF",
    reference="Delis 2024, FasterKAN, https://github.com/AthanasiosDelis/faster-kan",
    aliases=("FasterKAN",),
    sizes={"terms": 8},
    limits=(0, 0),
)
def rswaf(
    x: Any,
    /,
    coefficients: Learnable[Bells],
    *,
    lower: Real = -1.2,
    upper: Real = 0.2,
    inv_denominator: Positive = 0.5,
    xp: Any,
) -> Any:
    """Reflectional switch activation function: a sum of squared secants on a fixed grid."""
    c = list(coefficients)
    bells = zip(c, _grid(lower, upper, len(c)), strict=True)
    return sum(ci * (1 - xp.square(xp.tanh((x - g) * inv_denominator))) for ci, g in bells)


@activation(
    name="ChebyKAN",
    reference="SS et al. 2024, Chebyshev Polynomial-Based Kolmogorov-Arnold Networks: An Efficient "
    "Architecture for Nonlinear Function Approximation, arXiv:2405.07200",
    sizes={"terms": 5},
)
def cheby_kan(x: Any, /, coefficients: Learnable[Polynomials], *, xp: Any) -> Any:
    """Series of Chebyshev polynomials in tanh."""
    c = list(coefficients)
    t = xp.tanh(x)
    before, now, y = t, 0.0 * t + 1.0, 0.0  # T_-1 is T_1
    for ci in c:
        y = y + ci * now
        before, now = now, 2 * t * now - before
    return y


@activation(
    name="ReLUKAN",
    reference="Qiu et al. 2024, ReLU-KAN: New Kolmogorov-Arnold Networks that Only Need Matrix "
    "Addition, Dot Multiplication, and ReLU, arXiv:2406.02075",
    sizes={"terms": 8},
)
def relu_kan(
    x: Any,
    /,
    weights: Learnable[Weights],
    lower: Learnable[LowerEnds],
    upper: Learnable[UpperEnds],
    *,
    xp: Any,
) -> Any:
    """Sum of bells, squared products of two ReLUs, with learned ends and height 1."""
    y = 0.0 * x
    for w, s, e in zip(weights, lower, upper, strict=True):
        size = 2 / (e - s)
        rise = xp.where(x > s, size * (x - s), 0.0)
        fall = xp.where(x < e, size * (e - x), 0.0)
        y = y + w * xp.square(rise * fall)
    return y


@activation(
    name="SineKAN",
    reference="Reinhardt et al. 2024, SineKAN: Kolmogorov-Arnold Networks Using Sinusoidal "
    "Activation Functions, arXiv:2407.04149",
    sizes={"terms": 8},
)
def sine_kan(
    x: Any,
    /,
    amplitude: Learnable[Amplitudes],
    frequency: Learnable[Frequencies],
    *,
    phase: Real = 0.0,
    xp: Any,
) -> Any:
    """Sum of sines with learned amplitudes and frequencies, and given phases."""
    n = len(list(amplitude))
    # the paper's factors, which keep the sum of the phases when the grid is made finer
    growth = math.prod(
        0.9724108095811765 * i**-0.9884401790754128 + 0.999449553483052 for i in range(1, n)
    )
    waves = zip(amplitude, frequency, strict=True)
    return sum(
        a * xp.sin(w * x + growth * (k / (n + 1) + phase))
        for k, (a, w) in enumerate(waves, start=1)
    )


@activation(
    name="WavKAN",
    reference="Bozorgasl & Chen 2024, Wav-KAN: Wavelet Kolmogorov-Arnold Networks, "
    "arXiv:2405.12832",
    limits=(0, 0),
)
def wav_kan(
    x: Any,
    /,
    weight: Learnable[Real] = 1.0,
    translation: Learnable[Real] = 0.0,
    scale: Learnable[NonZero] = 1.0,
    *,
    wavelet: Wavelet = "mexican_hat",
    xp: Any,
) -> Any:
    """Wavelet with learned height, place and width."""
    u = (x - translation) / scale
    bell = xp.exp(-u * u / 2)
    if wavelet == "morlet":
        return weight * (xp.cos(5 * u) * bell)
    if wavelet == "dog":
        return weight * (-u * bell)
    return weight * (2 / (math.sqrt(3) * math.pi**0.25) * (u * u - 1) * bell)


def _jacobi(t: Any, alpha: Any, beta: Any, degree: int) -> Any:
    """Jacobi polynomial by its recurrence."""
    total = alpha + beta
    before, now = 1.0, (alpha - beta + (total + 2) * t) / 2
    for n in range(2, degree + 1):
        m = 2 * n + total
        slope = m * (m - 2) * t + (alpha - beta) * total
        back = 2 * (n + alpha - 1) * (n + beta - 1) * m
        divisor = 2 * n * (n + total) * (m - 2)
        before, now = now, ((m - 1) * slope * now - back * before) / divisor
    return now


def _jacobi_at_ends(u: Any, alpha: Any, beta: Any, degree: int) -> Any:
    """The same of 2 u - 1, by Rodrigues' sum of products of powers of u and u - 1."""
    total = 0.0
    for s in range(degree + 1):
        n = degree - s
        left = math.prod(((alpha + s + j) / j for j in range(1, n + 1)), start=1.0)
        right = math.prod(((beta + n + j) / j for j in range(1, s + 1)), start=1.0)
        total = total + left * right * (u - 1) ** s * u**n
    return total


@activation(
    name="FractionalJacobi",
    reference="Aghaei 2024, fKAN: Fractional Kolmogorov-Arnold Networks with trainable Jacobi "
    "basis functions, arXiv:2406.07456",
    aliases=("fKAN",),
    requires={
        "alpha > -1": lambda alpha: alpha > -1,
        "beta > -1": lambda beta: beta > -1,
    },
)
def fractional_jacobi(
    x: Any,
    /,
    alpha: Learnable[Real] = 1.0,
    beta: Learnable[Real] = 1.0,
    gamma: Learnable[Positive] = 0.5,
    *,
    degree: Count = 2,
    xp: Any,
) -> Any:
    """Jacobi polynomial of a power of the sigmoid, with learned weights and exponent."""
    u = expit(x, xp=xp) ** gamma
    middle = (u > 0.125) & (u < 0.875)
    # the recurrence loses the slope by beta at one end and that by alpha at the other
    inside = _jacobi(2 * u - 1, alpha, beta, degree)
    return xp.where(middle, inside, _jacobi_at_ends(u, alpha, beta, degree))
