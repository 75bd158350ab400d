"""Activations whose shape is learned: sums over a basis, splines, quotients."""

import math
from typing import Annotated, Any

import numpy as np

from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.derivatives import derivative
from multiact.parameters import (
    Learnable,
    Names,
    Positive,
    Real,
    Shaped,
    fitted,
    laplace_amplitude,
    normal,
    rational_part,
    scaled_uniform,
    shares,
    uniform,
    unit,
)

_TERMS = ("terms",)
Amplitudes = Annotated[Any, Shaped(_TERMS, {"paper": laplace_amplitude, "book": normal})]
Frequencies = Annotated[Any, Shaped(_TERMS, {"paper": scaled_uniform(0, 30), "book": normal})]
Phases = Annotated[
    Any, Shaped(_TERMS, {"paper": scaled_uniform(-math.pi, math.pi), "book": normal})
]
Cosines = Annotated[Any, Shaped(_TERMS, {"sine": unit(None), "normal": normal})]
Sines = Annotated[Any, Shaped(_TERMS, {"sine": unit(0), "normal": normal})]
Weights = Annotated[Any, Shaped(("functions",), {"mean": shares, "uniform": uniform})]
Control = Annotated[Any, Shaped(("terms",), fitted("bspline"))]
Series = Annotated[Any, Shaped(("terms",), fitted("dct"))]
Numerator = Annotated[Any, Shaped(("numerator_terms",), rational_part(0))]
Denominator = Annotated[Any, Shaped(("denominator_terms",), rational_part(1))]

BASIC = ("relu", "sigmoid", "tanh", "softsign")


@activation(
    name="STAF",
    reference="Morsali et al. 2025, STAF: Sinusoidal Trainable Activation Functions for Implicit "
    "Neural Representation, arXiv:2502.00869",
    sizes={"terms": 5},
)
def staf(
    x: Any,
    /,
    amplitude: Learnable[Amplitudes],
    frequency: Learnable[Frequencies],
    phase: Learnable[Phases],
    *,
    xp: Any,
) -> Any:
    """Sinusoidal trainable activation: a sum of sines with learned waves."""
    waves = zip(amplitude, frequency, phase, strict=True)
    return sum(c * xp.sin(w * x + p) for c, w, p in waves)


@activation(
    name="Fourier",
    reference="Park 2025, Deep Learning DNA, chapter 4, exercise",
    aliases=("FourierActivation",),
    sizes={"terms": 4},
)
def fourier(
    x: Any,
    /,
    cosine: Learnable[Cosines],
    sine: Learnable[Sines],
    constant: Learnable[Real] = 0.0,
    frequency: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Fourier series with learned coefficients and base frequency."""
    y = constant
    for k, (a, b) in enumerate(zip(cosine, sine, strict=True), start=1):
        angle = k * (frequency * x)
        y = y + a * xp.cos(angle) + b * xp.sin(angle)
    return y


@activation(
    name="DCT",
    reference="Martinez-Gost et al. 2023, ENN: A Neural Network with DCT Adaptive Activation "
    "Functions, arXiv:2307.00673; Park 2025, Deep Learning DNA, chapter 4",
    aliases=("DCTActivation",),
    sizes={"terms": 8},
    kinks=lambda bound: {-bound: 0, bound: 0},
)
def dct(x: Any, /, coefficients: Learnable[Series], *, bound: Positive = 3.0, xp: Any) -> Any:
    """Cosine series with learned coefficients on a bounded interval, constant outside."""
    t = xp.clip(x, -bound, bound) * (math.pi / (2 * bound))
    return sum(c * _cosine(n, t, xp) for n, c in enumerate(coefficients))


def _cosine(n: int, t: Any, xp: Any) -> Any:
    """cos(n (t + pi / 2)), exact where t is small."""
    wave = xp.sin(n * t) if n % 2 else xp.cos(n * t)
    return -wave if n % 4 in (1, 2) else wave


@activation(
    name="BSpline",
    reference="Park 2025, Deep Learning DNA, chapter 4; with linear splines Bohra et al. 2020, "
    "Learning Activation Functions in Deep (Spline) Neural Networks, "
    "doi:10.1109/OJSP.2020.3039379",
    aliases=("BSplineActivation",),
    sizes={"terms": 13},
    requires={"lower < upper": lambda lower, upper: lower < upper},
)
def bspline(
    x: Any,
    /,
    coefficients: Learnable[Control],
    *,
    lower: Real = -3.0,
    upper: Real = 3.0,
    xp: Any,
) -> Any:
    """Uniform cubic B-spline with learned coefficients, a straight line outside its interval."""
    c = list(coefficients)
    if len(c) < 4:
        raise ValueError(f"bspline: coefficients must be 4 or more, the order, got {len(c)}")
    step = (upper - lower) / (len(c) - 3)
    below, above = x < lower, x > upper
    t = (xp.where(below, lower, xp.where(above, upper, x)) - lower) / step
    y = sum(ci * _bump(t - (i - 1), xp) for i, ci in enumerate(c))
    left = (x - lower) * ((c[2] - c[0]) / (2 * step))
    right = (x - upper) * ((c[-1] - c[-3]) / (2 * step))
    return y + xp.where(below, left, xp.where(above, right, 0.0))


def _bump(v: Any, xp: Any) -> Any:
    """The cubic B-spline around 0, in units of the knots' distance."""
    a = xp.where(v < 0, -v, v)
    inner = 2 / 3 - a * a * (1 - a / 2)
    return xp.where(a >= 2, 0.0, xp.where(a >= 1, (2 - a) ** 3 / 6, inner))


@activation(
    reference="Molina et al. 2019, Padé Activation Units: End-to-end Learning of Flexible "
    "Activation Functions in Deep Networks, arXiv:1907.06732",
    aliases=("PAU",),
    sizes={"numerator_terms": 6, "denominator_terms": 4},
)
def rational(
    x: Any,
    /,
    numerator: Learnable[Numerator],
    denominator: Learnable[Denominator],
    *,
    xp: Any,
) -> Any:
    """Pade activation unit: a learned quotient P(x) / (1 + |Q(x)|) without poles."""
    p, q = list(numerator), list(denominator)
    n = len(q)
    p += [0.0] * (n + 1 - len(p))
    # beyond 1 both polynomials are divided by x**n, which turns them around: nothing overflows
    far = _size(x, xp) > 1
    t = xp.where(far, 1 / xp.where(far, x, 1.0), x)
    top = _horner(_turned(far, p[: n + 1], xp), t)
    bottom = _size(_horner(_turned(far, q, xp), t), xp)
    size, power = _size(t, xp), t**n
    if len(p) > n + 1:
        top = top + _horner([0.0, *p[n + 1 :]], x) * xp.where(far, 1.0, power)
    if n % 2:
        top, power = top * xp.where(far & (x < 0), -1.0, 1.0), _size(power, xp)
    return top / (xp.where(far, power, 1.0) + bottom * xp.where(far, 1.0, size))


def _turned(far: Any, coefficients: Any, xp: Any) -> Any:
    """The coefficients, in the opposite order where `far`."""
    pairs = zip(coefficients, reversed(coefficients), strict=True)
    return [xp.where(far, last, first) for first, last in pairs]


def _size(x: Any, xp: Any) -> Any:
    """|x| with the slope 1 at 0: that of abs would lose the second derivative there."""
    return xp.where(x < 0, -x, x)


def _horner(coefficients: Any, x: Any) -> Any:
    """The polynomial with these coefficients, lowest power first."""
    y = coefficients[-1]
    for c in coefficients[-2::-1]:
        y = y * x + c
    return y


def _corners(weights: Any, functions: tuple[str, ...]) -> dict[float, Any]:
    """The kinks of the functions, and the sum of the slopes there."""
    acts = [get(f) for f in functions]
    given = {a: {p.name: p.default for p in a.parameters} for a in acts}
    kinks = {a: a.kinks(**given[a]) if a.kinks else {} for a in acts}

    def slope(a: Any, point: float) -> Any:
        return kinks[a].get(point, float(derivative(a)(np.asarray(point, float))))

    points = sorted({k for a in acts for k in kinks[a]})
    return {k: sum(w * slope(a, k) for w, a in zip(weights, acts, strict=True)) for k in points}


@activation(
    name="LinComb",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
    kinks=_corners,
)
def lin_comb(x: Any, /, weights: Learnable[Weights], *, functions: Names = BASIC, xp: Any) -> Any:
    """Learned combination of other activations."""
    return sum(w * get(f)(x, xp=xp) for w, f in zip(weights, functions, strict=True))


def _normed_corners(weights: Any, functions: tuple[str, ...]) -> dict[float, Any]:
    norm = sum(w * w for w in weights) ** 0.5
    return {k: slope / norm for k, slope in _corners(weights, functions).items()}


@activation(
    name="NormLinComb",
    reference="Pishchik 2023, Trainable Activations for Image Classification, "
    "doi:10.20944/preprints202301.0463.v1",
    kinks=_normed_corners,
)
def norm_lin_comb(
    x: Any, /, weights: Learnable[Weights], *, functions: Names = BASIC, xp: Any
) -> Any:
    """Learned combination of other activations, divided by the norm of its weights.

    The author's code divides by their sum.
    """
    w = list(weights)
    return lin_comb.function(x, w, functions=functions, xp=xp) / xp.sqrt(sum(v * v for v in w))
