"""Activations whose shape is learned: series, splines, quotients, combinations of others."""

from __future__ import annotations

from collections.abc import Sequence

from mpmath import mp, mpf

from ._tools import Real, Reals, clip, guarded
from .logistic import sigmoid, softsign
from .rectified import relu
from .tanh_like import tanh

COMBINED = ("relu", "sigmoid", "tanh", "softsign")
_SCALAR = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh, "softsign": softsign}


def _polynomial(x: mpf, coefficients: Reals) -> mpf:
    """sum_j c_j x^j, lowest power first."""
    return mp.fsum(c * x**j for j, c in enumerate(coefficients))


def _cardinal_cubic(t: mpf) -> mpf:
    """The cubic B-spline with knots 0, 1, 2, 3, 4, by truncated powers (Schoenberg 1946)."""
    weights = ((0, 1), (1, -4), (2, 6), (3, -4), (4, 1))
    return mp.fsum(w * max(t - k, mpf(0)) ** 3 for k, w in weights) / 6 if 0 < t < 4 else mpf(0)


@guarded(depth=2)
def staf(x: mpf, amplitude: Reals, frequency: Reals, phase: Reals) -> mpf:
    """sum_i C_i sin(Omega_i x + Phi_i): Morsali et al. 2025, arXiv:2502.00869."""
    terms = zip(amplitude, frequency, phase, strict=True)
    return mp.fsum(c * mp.sin(omega * x + phi) for c, omega, phi in terms)


@guarded(depth=2)
def fourier(x: mpf, constant: Real, cosine: Reals, sine: Reals, frequency: Real) -> mpf:
    """a_0 + sum_{k>=1} a_k cos(k w x) + b_k sin(k w x): the book chapter's exercise."""
    pairs = enumerate(zip(cosine, sine, strict=True), start=1)
    angle = frequency * x
    return constant + mp.fsum(a * mp.cos(k * angle) + b * mp.sin(k * angle) for k, (a, b) in pairs)


@guarded()
def dct(x: mpf, coefficients: Reals, bound: Real = 3) -> mpf:
    """sum_n c_n cos(pi n t), t = (clip(x, -bound, bound) + bound) / (2 bound).

    A cosine series on a bounded interval, after the Expressive Neural Network of
    Martinez-Gost et al. 2023, arXiv:2307.00673.
    """
    t = (clip(x, -mpf(bound), mpf(bound)) + bound) / (2 * mpf(bound))
    return mp.fsum(c * mp.cos(mp.pi * n * t) for n, c in enumerate(coefficients))


@guarded()
def bspline(x: mpf, coefficients: Sequence[mpf], lower: Real = -3, upper: Real = 3) -> mpf:
    """sum_i c_i B_i(x), uniform cubic on [lower, upper]: the book chapter; linear outside."""
    cells = len(coefficients) - 3
    width = (mpf(upper) - lower) / cells
    if x < lower or x > upper:
        c0, c1, c2 = coefficients[:3] if x < lower else coefficients[-3:]
        value, slope = (c0 + 4 * c1 + c2) / 6, (c2 - c0) / (2 * width)
        return value + slope * (x - (lower if x < lower else upper))
    z = (x - lower) / width
    return mp.fsum(c * _cardinal_cubic(z - i + 3) for i, c in enumerate(coefficients))


@guarded()
def rational(x: mpf, numerator: Reals, denominator: Reals) -> mpf:
    """P(x) / (1 + |Q(x)|), Q = sum_{j>=1} b_j x^j: Molina et al. 2019, arXiv:1907.06732."""
    return _polynomial(x, numerator) / (1 + abs(_polynomial(x, [mpf(0), *denominator])))


@guarded(depth=2)
def lin_comb(x: mpf, weights: Reals, functions: Sequence[str] = COMBINED) -> mpf:
    """sum_i w_i F_i(x): Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    return mp.fsum(w * _SCALAR[name](x) for w, name in zip(weights, functions, strict=True))


@guarded(depth=2)
def norm_lin_comb(x: mpf, weights: Reals, functions: Sequence[str] = COMBINED) -> mpf:
    """sum_i w_i F_i(x) / ||w||_2: Pishchik 2023, doi:10.20944/preprints202301.0463.v1."""
    norm = mp.sqrt(mp.fsum(w * w for w in weights))
    return lin_comb(x, weights=weights, functions=functions) / norm
