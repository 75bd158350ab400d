"""Learned combinations of other activations: weighted, gated, scaled, shifted."""

import math
from typing import Annotated, Any

import numpy as np

from multiact.catalogue._references import SURVEY
from multiact.catalogue.learned import lin_comb
from multiact.declare.decorator import activation
from multiact.declare.registry import get
from multiact.parameters import (
    Learnable,
    Name,
    Names,
    Positive,
    Real,
    Shaped,
    normal,
    ones,
    shares,
    zeros,
)
from multiact.special import expit

_TERMS = ("terms",)
_FUNCTIONS = ("functions",)
Weights = Annotated[Any, Shaped(_FUNCTIONS, {"mean": shares})]
Parts = Annotated[Any, Shaped(_FUNCTIONS, {"one": ones})]
Gates = Annotated[Any, Shaped(_FUNCTIONS, {"zero": zeros})]
Heights = Annotated[Any, Shaped(_TERMS, {"mean": shares})]
Steepnesses = Annotated[Any, Shaped(_TERMS, {"one": ones})]
Shifts = Annotated[Any, Shaped(_TERMS, {"normal": normal})]
Logarithms = Annotated[Any, Shaped(_TERMS, {"zero": zeros})]
Amplitudes = Annotated[Any, Shaped(_TERMS, {"small": lambda shape, draw, xp: np.full(shape, 0.1)})]

POOL = ("tanh", "relu", "silu", "identity")
JAGTAP = (
    "Jagtap et al. 2021, Deep Kronecker neural networks: A general framework for neural networks "
    "with adaptive activation functions, arXiv:2105.09513"
)
BAGGENSTOSS = (
    "Baggenstoss 2022, Trainable Compound Activation Functions for Machine Learning, "
    "arXiv:2204.12920"
)


def _weighted_corners(weights: Any, functions: tuple[str, ...]) -> dict[float, Any]:
    """The kinks of a sum of the functions with these weights, and its slopes there."""
    return dict(lin_comb.kinks(weights, functions))


@activation(
    name="ABU",
    reference="Suetfeld et al. 2018, Adaptive Blending Units: Trainable Activation Functions for "
    "Deep Neural Networks, arXiv:1806.10064",
    kinks=_weighted_corners,
)
def abu(
    x: Any,
    /,
    weights: Learnable[Weights],
    *,
    functions: Names = ("tanh", "elu", "relu", "silu", "identity"),
    xp: Any,
) -> Any:
    """Adaptive blending unit: a learned combination that starts as the mean of five functions."""
    return lin_comb.function(x, weights, functions=functions, xp=xp)


@activation(name="FAB", reference=SURVEY, kinks=_weighted_corners)
def fab(
    x: Any,
    /,
    weights: Learnable[Weights],
    *,
    functions: Names = ("relu", "tanh", "sigmoid", "identity"),
    xp: Any,
) -> Any:
    """Flexible activation bag: a learned combination that starts as the mean of four functions."""
    return lin_comb.function(x, weights, functions=functions, xp=xp)


def _mean_corners(weights: Any, functions: tuple[str, ...]) -> dict[float, Any]:
    total = sum(weights)
    return {k: s / total for k, s in _weighted_corners(weights, functions).items()}


@activation(name="APAF", reference=SURVEY, kinks=_mean_corners)
def apaf(
    x: Any,
    /,
    weights: Learnable[Parts],
    *,
    functions: Names = ("relu", "sigmoid", "tanh", "identity"),
    xp: Any,
) -> Any:
    """Average of a pool of activations, with learned weights that are divided by their sum."""
    w = list(weights)
    return lin_comb.function(x, w, functions=functions, xp=xp) / sum(w)


def _gated_corners(gates: Any, functions: tuple[str, ...]) -> dict[float, Any]:
    return _weighted_corners([1 / (1 + math.e**-g) for g in gates], functions)


@activation(
    name="GABU",
    reference="Dushkoff & Ptucha 2016, Adaptive Activation Functions for Deep Networks, "
    "Electronic Imaging",
    kinks=_gated_corners,
)
def gabu(x: Any, /, gates: Learnable[Gates], *, functions: Names = POOL, xp: Any) -> Any:
    """Gated adaptive blending unit: every function has a weight between 0 and 1 of its own."""
    w = [expit(g, xp=xp) for g in gates]
    return lin_comb.function(x, w, functions=functions, xp=xp)


def _scaled_corners(a: Any, b: Any, functions: tuple[str, ...]) -> dict[float, Any]:
    weights = [p * q for p, q in zip(a, b, strict=True)]
    return {k: s for k, s in _weighted_corners(weights, functions).items() if k == 0}


@activation(name="DKNN", reference=JAGTAP, kinks=_scaled_corners)
def dknn(
    x: Any,
    /,
    a: Learnable[Parts],
    b: Learnable[Parts],
    *,
    functions: Names = POOL,
    xp: Any,
) -> Any:
    """Deep Kronecker unit: other activations with learned heights and steepnesses."""
    terms = zip(a, b, functions, strict=True)
    return sum(p * get(f)(q * x, xp=xp) for p, q, f in terms)


def _rowdy_corners(amplitude: Any, function: str, n: float) -> dict[float, Any]:
    def waves(point: float) -> Any:
        return sum(a * j * math.cos(j * n * point) for j, a in enumerate(amplitude, start=1))

    return {k: s + n * n * waves(k) for k, s in _weighted_corners([1.0], (function,)).items()}


@activation(
    reference=JAGTAP,
    aliases=("RowdyActivation",),
    sizes={"terms": 5},
    kinks=_rowdy_corners,
)
def rowdy(
    x: Any,
    /,
    amplitude: Learnable[Amplitudes],
    *,
    function: Name = "relu",
    n: Positive = 1.0,
    xp: Any,
) -> Any:
    """Another activation with learned sine waves on it, of rising frequency."""
    waves = sum(a * n * xp.sin(j * n * x) for j, a in enumerate(amplitude, start=1))
    return get(function)(x, xp=xp) + waves


@activation(name="TCA", reference=BAGGENSTOSS, sizes={"terms": 3})
def tca(
    x: Any,
    /,
    a: Learnable[Logarithms],
    b: Learnable[Shifts],
    *,
    function: Name = "tanh",
    xp: Any,
) -> Any:
    """Trainable compound activation: the mean of copies with learned steepnesses and shifts."""
    terms = [get(function)(xp.exp(p) * x + q, xp=xp) for p, q in zip(a, b, strict=True)]
    return sum(terms) / len(terms)


@activation(name="TCAv2", reference=SURVEY, sizes={"terms": 3})
def tca_v2(
    x: Any,
    /,
    a: Learnable[Logarithms],
    b: Learnable[Logarithms],
    c: Learnable[Shifts],
    *,
    function: Name = "tanh",
    xp: Any,
) -> Any:
    """Trainable compound activation whose copies have learned weights, too."""
    weights = [xp.exp(p) for p in a]
    terms = zip(weights, b, c, strict=True)
    return sum(w * get(function)(xp.exp(q) * x + r, xp=xp) for w, q, r in terms) / sum(weights)


@activation(
    name="VAF",
    reference="Apicella et al. 2019, A simple and efficient architecture for trainable activation "
    "functions, arXiv:1902.03306",
    sizes={"terms": 3},
)
def vaf(
    x: Any,
    /,
    a: Learnable[Heights],
    b: Learnable[Steepnesses],
    c: Learnable[Shifts],
    offset: Learnable[Real] = 0.0,
    *,
    function: Name = "tanh",
    xp: Any,
) -> Any:
    """Variable activation function: a network of one hidden layer for each element."""
    terms = zip(a, b, c, strict=True)
    return offset + sum(p * get(function)(q * x + r, xp=xp) for p, q, r in terms)


def _moved_corners(alpha: Any, beta: Any, gamma: Any, delta: Any, function: str) -> dict[Any, Any]:
    kinks = _weighted_corners([1.0], (function,))
    return {(k - gamma) / beta: alpha * beta * s for k, s in kinks.items()}


@activation(
    name="TAAF",
    reference="Kunc & Klema 2021, On transformative adaptive activation functions in neural "
    "networks for gene expression inference, doi:10.1371/journal.pone.0243915",
    kinks=_moved_corners,
)
def taaf(
    x: Any,
    /,
    alpha: Learnable[Real] = 1.0,
    beta: Learnable[Real] = 1.0,
    gamma: Learnable[Real] = 0.0,
    delta: Learnable[Real] = 0.0,
    *,
    function: Name = "tanh",
    xp: Any,
) -> Any:
    """Another activation, scaled and moved by learned numbers in both directions."""
    return alpha * get(function)(beta * x + gamma, xp=xp) + delta
