"""Dual kernels against closed forms and mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from multiact.analysis import dual_kernel, gain

C = np.linspace(-1, 1, 401)


def _arc_cosine(c: Any) -> Any:
    """Cho & Saul 2009, of degree 1 and half the size."""
    return (np.sqrt(1 - c * c) + (np.pi - np.arccos(c)) * c) / (2 * np.pi)


#: name, variance, whether of the slopes, parameters, closed form, error
CLOSED: list[tuple[str, float, bool, dict[str, float], Callable[[Any], Any], float]] = [
    ("relu", 1.0, False, {}, _arc_cosine, 2e-7),
    ("relu", 3.0, False, {}, lambda c: 3 * _arc_cosine(c), 6e-7),
    ("leaky_relu", 1.0, False, {"negative_slope": 1.0}, lambda c: c, 1e-14),
    ("error_function", 3.0, False, {}, lambda c: 2 / np.pi * np.arcsin(6 * c / 7), 1e-14),
    ("sine", 2.0, False, {"omega": 1.0}, lambda c: math.exp(-2) * np.sinh(2 * c), 1e-14),
    ("sine", 2.0, True, {"omega": 1.0}, lambda c: math.exp(-2) * np.cosh(2 * c), 1e-14),
    ("squared_relu", 1.0, True, {}, lambda c: 4 * _arc_cosine(c), 1e-6),
]


@pytest.mark.parametrize(("name", "variance", "slopes", "given", "closed", "error"), CLOSED)
def test_closed_forms(name, variance, slopes, given, closed, error):
    kernel = dual_kernel(name, variance=variance, slopes=slopes, **given)
    np.testing.assert_allclose(kernel(C), closed(C), rtol=0, atol=error)


def test_slopes_of_relu_away_from_the_ends():
    kernel, c = dual_kernel("relu", slopes=True), C[np.abs(C) <= 0.98]
    true = (np.pi - np.arccos(c)) / (2 * np.pi)
    np.testing.assert_allclose(kernel(c), true, rtol=0, atol=1e-5)
    assert kernel(1.0) == pytest.approx(0.5, abs=1e-12)


def test_gelu_against_mpmath():
    """Of independent parts, v = c u + s w; the mean over w is known (Stein's lemma)."""
    kernel, c = dual_kernel("gelu"), mpf("0.6")
    with mp.workdps(20):
        variance = 1 - c * c
        spread = mp.sqrt(1 + variance)

        def mean(a: mpf) -> mpf:
            """Of gelu(a + s w)."""
            return a * mp.ncdf(a / spread) + variance / spread * mp.npdf(a / spread)

        assert mean(mpf(0.3)) == pytest.approx(float(_mean_by_quadrature(mpf(0.3), variance)))
        true = mp.quad(lambda u: u * mp.ncdf(u) * mean(c * u) * mp.npdf(u), [-9, -3, 0, 3, 9])
    assert kernel(0.6) == pytest.approx(float(true), rel=1e-12)


def _mean_by_quadrature(a: mpf, variance: mpf) -> mpf:
    def density(w: mpf) -> mpf:
        z = a + mp.sqrt(variance) * w
        return z * mp.ncdf(z) * mp.npdf(w)

    return mp.quad(density, [-9, -3, 0, 3, 9])


def test_the_slope_of_the_kernel_is_the_kernel_of_the_slopes():
    kernel = dual_kernel("mish", variance=1.7)
    slopes = dual_kernel("mish", variance=1.7, slopes=True)
    np.testing.assert_allclose(kernel.slope(C), 1.7 * slopes(C), rtol=1e-10)


def test_at_correlation_1_it_is_the_mean_square():
    assert dual_kernel("elu")(1.0) == pytest.approx(gain("elu") ** -2, rel=1e-12)
    assert dual_kernel("elu", terms=8)(1.0) < gain("elu") ** -2
