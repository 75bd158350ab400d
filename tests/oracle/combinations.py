"""Weighted sums of other activations, and of one with its input scaled and shifted."""

from __future__ import annotations

from collections.abc import Sequence

from mpmath import mp, mpf

from ._tools import Real, Reals, expit, guarded
from .exponential import elu
from .logistic import sigmoid, silu
from .piecewise import identity
from .rectified import relu
from .tanh_like import tanh

BLEND = ("tanh", "elu", "relu", "silu", "identity")
BAG = ("relu", "tanh", "sigmoid", "identity")
AVERAGE = ("relu", "sigmoid", "tanh", "identity")
GATED = ("tanh", "relu", "silu", "identity")
_SCALAR = {
    "elu": elu,
    "identity": identity,
    "relu": relu,
    "sigmoid": sigmoid,
    "silu": silu,
    "tanh": tanh,
}


def _sum(x: mpf, weights: Reals, functions: Sequence[str]) -> mpf:
    """sum_j w_j f_j(x)."""
    return mp.fsum(w * _SCALAR[name](x) for w, name in zip(weights, functions, strict=True))


@guarded(depth=2)
def abu(x: mpf, weights: Reals, functions: Sequence[str] = BLEND) -> mpf:
    """sum_j w_j f_j(x): Sütfeld et al. 2018, arXiv:1806.10064."""
    return _sum(x, weights, functions)


@guarded(depth=2)
def fab(x: mpf, weights: Reals, functions: Sequence[str] = BAG) -> mpf:
    """sum_j w_j f_j(x): arXiv:2402.09092, 4.56.2."""
    return _sum(x, weights, functions)


@guarded(depth=2)
def apaf(x: mpf, weights: Reals, functions: Sequence[str] = AVERAGE) -> mpf:
    """sum_j w_j f_j(x) / sum_j w_j: arXiv:2402.09092."""
    return _sum(x, weights, functions) / mp.fsum(weights)


@guarded(depth=2)
def gabu(x: mpf, gates: Reals, functions: Sequence[str] = GATED) -> mpf:
    """sum_j sigmoid(g_j) f_j(x): Dushkoff & Ptucha 2016."""
    return _sum(x, [expit(gate) for gate in gates], functions)


@guarded(depth=2)
def dknn(x: mpf, a: Reals, b: Reals, functions: Sequence[str] = GATED) -> mpf:
    """sum_j a_j f_j(b_j x): Jagtap et al. 2021, arXiv:2105.09513."""
    rows = zip(a, b, functions, strict=True)
    return mp.fsum(height * _SCALAR[name](scale * x) for height, scale, name in rows)


@guarded(depth=2)
def rowdy(x: mpf, amplitude: Reals, function: str = "relu", n: Real = 1) -> mpf:
    """f(x) + sum_{j>=1} a_j n sin(j n x): Jagtap et al. 2021, arXiv:2105.09513."""
    waves = (a * n * mp.sin(j * n * x) for j, a in enumerate(amplitude, start=1))
    return _SCALAR[function](x) + mp.fsum(waves)


@guarded(depth=1)
def tca(x: mpf, a: Reals, b: Reals, function: str = "tanh") -> mpf:
    """The mean of f(exp(a_j) x + b_j): Baggenstoss 2022, arXiv:2204.12920."""
    rows = zip(a, b, strict=True)
    return mp.fsum(_SCALAR[function](mp.exp(p) * x + q) for p, q in rows) / len(a)


@guarded(depth=1)
def tca_v2(x: mpf, a: Reals, b: Reals, c: Reals, function: str = "tanh") -> mpf:
    """sum_j exp(a_j) f(exp(b_j) x + c_j) / sum_j exp(a_j): arXiv:2402.09092."""
    weights = [mp.exp(value) for value in a]
    rows = zip(weights, b, c, strict=True)
    total = mp.fsum(w * _SCALAR[function](mp.exp(p) * x + q) for w, p, q in rows)
    return total / mp.fsum(weights)


@guarded(depth=1)
def vaf(x: mpf, a: Reals, b: Reals, c: Reals, offset: Real = 0, function: str = "tanh") -> mpf:
    """offset + sum_j a_j f(b_j x + c_j): Apicella et al. 2019, arXiv:1902.03306."""
    rows = zip(a, b, c, strict=True)
    return offset + mp.fsum(h * _SCALAR[function](p * x + q) for h, p, q in rows)


@guarded(depth=1)
def taaf(
    x: mpf,
    alpha: Real = 1,
    beta: Real = 1,
    gamma: Real = 0,
    delta: Real = 0,
    function: str = "tanh",
) -> mpf:
    """alpha f(beta x + gamma) + delta: Kunc & Klema 2021."""
    return alpha * _SCALAR[function](beta * x + gamma) + delta
