"""Spectra, traces and the stability index of matrices of which they are known."""

from __future__ import annotations

import numpy as np
import pytest

from multiact.geometry import hessian, spectrum, stability, top_eigenvalues, trace
from multiact.geometry.problem import signs
from tests.geometry.quadratic import Quadratic, symmetric

#: a few large eigenvalues and many near zero, of both signs, as networks have them
VALUES = np.sort(
    [5.0, 2.0, 1.0, 0.5, *np.geomspace(1e-4, 0.1, 146), *-np.geomspace(1e-4, 0.02, 50)]
)
NETWORK = Quadratic(symmetric(VALUES))


def test_all_eigenvalues():
    found = spectrum(NETWORK)
    assert found.nodes == pytest.approx(VALUES, abs=1e-13)
    assert found.weights == pytest.approx(np.full(200, 1 / 200))
    assert hessian(NETWORK) == pytest.approx(NETWORK.matrix, abs=1e-15)


def test_quadrature_is_exact_for_polynomials():
    """Gauss's rule of n nodes has the moments v A^k v up to k = 2 n - 1."""
    found, vectors = spectrum(NETWORK, steps=6, probes=3, seed=4), signs(200, 3, 4)
    power = vectors.T
    for k in range(12):
        expected = (vectors.T * power).sum() / 600
        assert found.weights @ found.nodes**k == pytest.approx(expected, rel=1e-12)
        power = NETWORK.matrix @ power


def test_quadrature_is_near_the_distribution():
    """In Wasserstein's distance: the mean shift of the shares, in units of eigenvalues."""
    distance = pytest.importorskip("scipy.stats").wasserstein_distance
    exact, found = spectrum(NETWORK), spectrum(NETWORK, steps=50, probes=10)
    # the standard deviation of a mean over 10 probes, 0.01, weighted with the eigenvalues
    assert distance(exact.nodes, found.nodes, exact.weights, found.weights) < 0.01
    assert found.weights.sum() == pytest.approx(1, abs=1e-13)
    assert (found.nodes[0], found.nodes[-1]) == pytest.approx((VALUES[0], VALUES[-1]), abs=1e-9)


def test_with_as_many_steps_as_weights_the_nodes_are_the_eigenvalues():
    values = [-2.0, -0.5, 0.0, 1.0, 3.0, 7.0]
    found = spectrum(Quadratic(symmetric(values)), steps=100, probes=2)
    assert found.nodes == pytest.approx(np.repeat(values, 2), abs=1e-13)


def test_an_exhausted_space_ends_the_iteration():
    found = spectrum(Quadratic(2 * np.eye(50)), steps=10, probes=3)
    assert found.nodes == pytest.approx([2.0] * 3)
    zero = spectrum(Quadratic(np.zeros((5, 5))), steps=3, probes=1)
    assert (zero.nodes, zero.weights) == ([0.0], [1.0])


def test_the_share_of_negative_curvature():
    found = spectrum(Quadratic(np.diag([-1.0, -1e-5, 0.0, 1e-9, 2.0])))
    assert found.negative() == pytest.approx(0.2)
    assert found.negative(tolerance=0) == pytest.approx(0.4)
    assert spectrum(NETWORK).negative(0) == pytest.approx(50 / 200)


def test_the_picture_has_area_one():
    points = np.linspace(-2, 8, 20_001)
    for width in (None, 0.3):
        heights = spectrum(NETWORK).density(points, width)
        assert np.trapezoid(heights, points) == pytest.approx(1, abs=1e-6)


def test_the_largest_eigenvalues():
    pytest.importorskip("scipy")
    assert top_eigenvalues(NETWORK, 3) == pytest.approx([5.0, 2.0, 1.0], abs=1e-12)
    assert top_eigenvalues(Quadratic(np.diag([1.0, -9.0])), 2) == pytest.approx([1.0, -9.0])


def test_traces():
    deviations = []
    for seed in range(40):
        found = trace(NETWORK, products=30, seed=seed)
        deviations.append((found.value - VALUES.sum()) / found.error)
    # Student's t of 9 degrees of freedom: no bias, and a spread of 1.13
    assert abs(np.mean(deviations)) < 3 * 1.13 / 40**0.5
    assert 0.8 < np.std(deviations) < 1.6


def test_a_trace_is_exact_where_a_third_of_the_products_spans_the_matrix():
    few = Quadratic(symmetric([*range(1, 9), *[0] * 92]))
    found = trace(few, products=30)
    assert found.value == pytest.approx(36, rel=1e-12)
    assert found.error < 1e-12
    whole = trace(NETWORK, products=600)
    assert (whole.value, whole.error) == (pytest.approx(VALUES.sum(), rel=1e-12), 0.0)


def test_stability():
    """From the matrices: the norm is the root of the sum of squares."""
    rng = np.random.default_rng(0)
    scales, slopes = [1.0, 2.0, 4.0], rng.standard_normal((3, 200))
    parts = [Quadratic(s * NETWORK.matrix, g) for s, g in zip(scales, slopes, strict=True)]
    problem = Quadratic(NETWORK.matrix, parts=parts)
    norms = np.asarray(scales) * np.sqrt((VALUES**2).sum())
    squares = (slopes**2).sum(axis=1)
    exact = stability(problem, probes=200)
    assert exact.curvatures == pytest.approx(norms)
    assert exact.gradients == pytest.approx(squares)
    assert exact.index == pytest.approx(norms.mean() / squares.mean())
    left = [np.delete(norms, k).mean() / np.delete(squares, k).mean() for k in range(3)]
    assert exact.error == pytest.approx(np.sqrt(2 / 3 * ((left - np.mean(left)) ** 2).sum()))
    # a few eigenvalues have all of the norm: each product has a relative deviation near 1
    assert stability(problem, probes=150).index == pytest.approx(exact.index, rel=0.2)
    assert np.isnan(stability(Quadratic(NETWORK.matrix, parts=parts[:1])).error)
