"""Learned coefficients of polynomials, waves, bumps and partial fractions."""

import math
from typing import Annotated, Any

import numpy as np

from multiact.catalogue._references import SURVEY
from multiact.catalogue.learned import fourier, rational
from multiact.declare.decorator import activation
from multiact.parameters import (
    Learnable,
    Positive,
    Real,
    Shaped,
    normal,
    ones,
    rational_part,
    unit,
    zeros,
)


def _full(value: float) -> Any:
    """Start with the same number everywhere."""
    return lambda shape, draw, xp: np.full(shape, value)


def _spread(bound: float) -> Any:
    """Start with numbers at equal distances between two bounds."""
    return lambda shape, draw, xp: np.linspace(-bound, bound, shape[0])


def _random(scale: float) -> Any:
    """Start with normal numbers of this size."""
    return lambda shape, draw, xp: scale * draw.normal(shape)


_TERMS = ("terms",)
Coefficients = Annotated[Any, Shaped(_TERMS, {"small": _full(0.1), "normal": normal})]
Waves = Annotated[Any, Shaped(_TERMS, {"random": _random(0.1)})]
Mixture = Annotated[Any, Shaped(_TERMS, {"random": _random(0.3)})]
Heights = Annotated[Any, Shaped(_TERMS, {"one": ones})]
Centres = Annotated[Any, Shaped(_TERMS, {"random": _random(2.0)})]
Widths = Annotated[Any, Shaped(_TERMS, {"one": ones})]
Table = Annotated[Any, Shaped(("anchors",), {"identity": _spread(4.0)})]
Curvatures = Annotated[Any, Shaped(("segments",), {"zero": zeros})]
Line = Annotated[Any, Shaped(("2",), {"identity": unit(1)})]
Poles = Annotated[Any, Shaped(_TERMS, {"spread": _spread(1.0)})]
Shifts = Annotated[Any, Shaped(_TERMS, {"zero": zeros})]
Numerator = Annotated[Any, Shaped(("numerator_terms",), rational_part(0))]
Denominator = Annotated[Any, Shaped(("denominator_terms",), rational_part(1))]


def _size(x: Any, xp: Any) -> Any:
    """|x| with the slope 1 at 0, so that what starts at 0 is trained."""
    return xp.where(x < 0, -x, x)


@activation(
    name="SLAF",
    reference="Goyal et al. 2019, Learning Activation Functions: A new paradigm for understanding "
    "Neural Networks, arXiv:1906.09529",
    sizes={"terms": 6},
)
def slaf(x: Any, /, coefficients: Learnable[Coefficients], *, xp: Any) -> Any:
    """Self-learnable activation function: a polynomial, lowest power first."""
    *rest, y = list(coefficients)
    for c in reversed(rest):
        y = y * x + c
    return y if rest else y + 0.0 * x


@activation(name="ChPAF", reference=SURVEY, sizes={"terms": 4})
def chpaf(x: Any, /, coefficients: Learnable[Coefficients], *, xp: Any) -> Any:
    """Sum of Chebyshev polynomials of the first kind."""
    return _series(coefficients, x, lambda n, p, before: 2 * x * p - before, x)


@activation(name="LPAF", reference=SURVEY, sizes={"terms": 4})
def lpaf(x: Any, /, coefficients: Learnable[Coefficients], *, xp: Any) -> Any:
    """Sum of Legendre polynomials."""

    def following(n: int, p: Any, before: Any) -> Any:
        return ((2 * n + 1) * x * p - n * before) / (n + 1)

    return _series(coefficients, x, following, x)


@activation(name="HPAF", reference=SURVEY, sizes={"terms": 6})
def hpaf(x: Any, /, coefficients: Learnable[Coefficients], *, xp: Any) -> Any:
    """Sum of Hermite polynomials, those of physicists."""
    return _series(coefficients, x, lambda n, p, before: 2 * x * p - 2 * n * before, 2 * x)


def _series(coefficients: Any, x: Any, following: Any, first: Any) -> Any:
    """The sum of polynomials that follow from the two before."""
    c = list(coefficients)
    before, p = 1.0, first
    y = c[0] + 0.0 * x
    for n, a in enumerate(c[1:], start=1):
        y = y + a * p
        before, p = p, following(n, p, before)
    return y


@activation(
    name="FSA",
    reference="Liao 2020, Trainable Activation Function in Image Classification, arXiv:2004.13271",
    sizes={"terms": 5},
)
def fsa(
    x: Any,
    /,
    b: Learnable[Coefficients],
    c: Learnable[Coefficients],
    a: Learnable[Real] = 0.0,
    d: Learnable[Real] = 1.0,
    *,
    xp: Any,
) -> Any:
    """Fourier series activation: learned cosines and sines of multiples of a learned frequency."""
    return fourier.function(x, b, c, a, d, xp=xp)


@activation(
    name="CPN",
    reference="torch-activation, https://github.com/hdmquan/torch_activation",
    sizes={"terms": 4},
)
def cpn(x: Any, /, coefficients: Learnable[Waves], *, xp: Any) -> Any:
    """Cosine series, beginning with a constant."""
    return sum(c * xp.cos(k * x) for k, c in enumerate(coefficients))


@activation(
    name="KAF",
    reference="Scardapane et al. 2017, Kafnets: kernel-based non-parametric activation functions "
    "for neural networks, arXiv:1707.04035",
    sizes={"terms": 20},
    limits=(0, 0),
)
def kaf(
    x: Any,
    /,
    coefficients: Learnable[Mixture],
    *,
    gamma: Positive | None = None,
    bound: Positive = 3.0,
    xp: Any,
) -> Any:
    """Kernel activation function: bell curves around points of a grid; gamma by their distance."""
    c = list(coefficients)
    points = [float(d) for d in np.linspace(-bound, bound, len(c))]
    if gamma is None:
        gamma = 1 / (6 * (2 * bound / max(len(c) - 1, 1)) ** 2)
    return sum(a * xp.exp(-gamma * (x - d) ** 2) for a, d in zip(c, points, strict=True))


@activation(name="MoGU", reference=SURVEY, sizes={"terms": 3}, limits=(0, 0))
def mogu(
    x: Any,
    /,
    a: Learnable[Heights],
    sigma: Learnable[Widths],
    mu: Learnable[Centres],
    *,
    xp: Any,
) -> Any:
    """Mixture of Gaussians unit: learned densities of normal distributions."""
    terms = zip(a, sigma, mu, strict=True)
    root = math.sqrt(2 * math.pi)
    return sum(p * xp.exp(-(((x - m) / s) ** 2) / 2) / (s * root) for p, s, m in terms)


@activation(
    name="LuTU",
    reference="Wang et al. 2018, Look-up Table Unit Activation Function for Deep Convolutional "
    "Neural Networks, WACV",
    sizes={"anchors": 16},
    limits=(0, 0),
)
def lutu(x: Any, /, values: Learnable[Table], *, bound: Positive = 4.0, xp: Any) -> Any:
    """Look-up table unit: learned values at points of a grid, joined by cosines, 0 outside."""
    v = list(values)
    step = 2 * bound / max(len(v) - 1, 1)

    def bump(t: Any) -> Any:
        size = xp.where(t < 0, -t, t)
        rest = xp.where(size < 1, 1 - size, 0.0)  # from the end, where the cosine would cancel
        inner = xp.cos(math.pi / 2 * xp.where(size < 0.5, t, 0.0)) ** 2
        return xp.where(size < 0.5, inner, xp.sin(math.pi / 2 * rest) ** 2)

    return sum(a * bump((x - (k * step - bound)) / step) for k, a in enumerate(v))


@activation(
    name="SAAF",
    reference="Hou et al. 2016, Neural Networks with Smooth Adaptive Activation Functions for "
    "Regression, arXiv:1608.06557",
    sizes={"segments": 8},
)
def saaf(
    x: Any,
    /,
    line: Learnable[Line],
    curvatures: Learnable[Curvatures],
    *,
    bound: Positive = 4.0,
    xp: Any,
) -> Any:
    """Smooth adaptive function: a learned curvature in each segment, a straight line outside."""
    (offset, slope), w = line, list(curvatures)
    h = 2 * bound / len(w)

    def bend(t: Any) -> Any:  # the second integral of 1 on [0, h]
        return xp.where(t > h, h * (t - h / 2), xp.where(t < 0, 0.0, t * t / 2))

    return offset + slope * x + sum(a * bend(x - (k * h - bound)) for k, a in enumerate(w))


@activation(
    name="ERA",
    reference="Trimmel et al. 2022, ERA: Enhanced Rational Activations, ECCV",
    sizes={"terms": 2},
)
def era(
    x: Any,
    /,
    a: Learnable[Waves],
    b: Learnable[Waves],
    c: Learnable[Poles],
    d: Learnable[Widths],
    slope: Learnable[Real] = 1.0,
    offset: Learnable[Real] = 0.0,
    *,
    xp: Any,
) -> Any:
    """Enhanced rational activation: a line plus partial fractions without real poles."""

    def fraction(p: Any, q: Any, r: Any, s: Any) -> Any:
        t = x - r  # (p x + q) / (t**2 + s**2), divided by t**2 where that may overflow
        far = xp.abs(t) > 1
        u, rest = xp.where(far, 1 / xp.where(far, t, 1.0), t), p * r + q
        top = xp.where(far, (p + rest * u) * u, p * u + rest)
        return top / xp.where(far, 1 + (s * u) ** 2, u * u + s * s)

    return slope * x + offset + sum(fraction(*v) for v in zip(a, b, c, d, strict=True))


@activation(
    name="RationalA",
    reference="Molina et al. 2019, Padé Activation Units: End-to-end Learning of Flexible "
    "Activation Functions in Deep Networks, arXiv:1907.06732; version A of "
    "https://github.com/ml-research/rational_activations",
    aliases=("RPAU",),
    sizes={"numerator_terms": 6, "denominator_terms": 4},
)
def rational_a(
    x: Any,
    /,
    numerator: Learnable[Numerator],
    denominator: Learnable[Denominator],
    *,
    xp: Any,
) -> Any:
    """Pade activation unit whose denominator takes the absolute value of every term."""
    p = [xp.where(x < 0, -a, a) if i % 2 else a for i, a in enumerate(numerator)]
    q = [_size(b, xp) for b in denominator]
    return rational.function(_size(x, xp), p, q, xp=xp)
