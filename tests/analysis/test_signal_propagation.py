"""Mean-field theory: closed forms of erf and ReLU, simulated networks, the edge of chaos."""

from __future__ import annotations

import math

import numpy as np
import pytest

from multiact.analysis import edge_of_chaos, gain, propagation


def _erf_square(q):
    """E[erf(sqrt(q) Z)^2]: Williams 1997."""
    return 2 / math.pi * math.asin(2 * q / (1 + 2 * q))


def _erf_slope(q):
    """E[erf'(sqrt(q) Z)^2]."""
    return 4 / math.pi / math.sqrt(1 + 4 * q)


@pytest.mark.parametrize(("weights", "biases"), [(0.9, 0.3), (1.5, 0.1), (3.0, 0.02)])
def test_fixed_points_of_erf(weights, biases):
    found = propagation("error_function", weights, biases)
    q = found.length
    assert weights * _erf_square(q) + biases == pytest.approx(q, rel=1e-12)
    assert found.chi == pytest.approx(weights * _erf_slope(q), rel=1e-12)
    c = found.correlation
    mapped = weights * 2 / math.pi * math.asin(2 * q * c / (1 + 2 * q)) + biases
    assert mapped == pytest.approx(q * c, rel=1e-9)
    assert (found.phase == "chaotic") == (c < 1) == (found.chi > 1)


def test_relu_keeps_every_length_with_the_gain_of_he():
    found = propagation("relu", 2.0)
    assert (found.phase, found.length, found.correlation_depth) == ("critical", 1.0, math.inf)
    ordered = propagation("relu", 1.5, 0.1)
    assert ordered.length == pytest.approx(0.4)  # 0.1 / (1 - 1.5 / 2)
    assert ordered.correlation_depth == pytest.approx(-1 / math.log(0.75))
    assert ordered.length_depth == pytest.approx(-1 / math.log(0.75), rel=1e-6)


@pytest.mark.parametrize(("name", "weights", "biases"), [("tanh", 2.5, 0.05), ("gelu", 1.5, 0.1)])
def test_a_wide_network_does_so(name, weights, biases):
    """A network of 2,000 units a layer has that length and correlation, after 30 layers."""
    import multiact_numpy as mn

    rng, n = np.random.default_rng(0), 2000
    found, f = propagation(name, weights, biases), mn.function(name)
    x = rng.normal(size=(2, n))
    for _ in range(30):
        w = rng.normal(size=(n, n)) * math.sqrt(weights / n)
        x = f(x) @ w + rng.normal(size=n) * math.sqrt(biases)
    lengths = (x * x).mean(axis=1)
    assert lengths == pytest.approx([found.length] * 2, rel=0.2)
    correlation = (x[0] @ x[1]) / n / math.sqrt(lengths.prod())
    assert correlation == pytest.approx(found.correlation, abs=0.1)


def test_the_edge_of_chaos():
    for q, weights, biases in edge_of_chaos("tanh", [0.1, 0.5, 1.0, 4.0]):
        found = propagation("tanh", weights, biases)
        assert found.length == pytest.approx(q, rel=1e-9)
        assert found.chi == pytest.approx(1, abs=1e-9)
        assert found.phase == "critical"
    assert edge_of_chaos("relu", [1.0, 7.0]) == [(1.0, 2.0, 0.0), (7.0, pytest.approx(2.0), 0.0)]
    (_, weights, _) = edge_of_chaos("tanh", [1.0])[0]
    assert weights == pytest.approx(gain("tanh", mode="backward") ** 2)
