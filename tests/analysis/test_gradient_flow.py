"""The surface f(x) + f(y) and its gradient, against functions written out."""

import math

import numpy as np
import pytest

import multiact
from multiact.analysis.gradient_flow import gradient_flow
from multiact.analysis.slices import slices

X = np.asarray([-2.0, -0.5, 1.0, 3.0])


def test_the_gradient_of_relu_is_that_of_its_quadrant():
    (relu,) = slices(multiact.get("relu"))
    flow = gradient_flow(relu, X)
    one, both = 1.0, math.sqrt(2.0)
    expected = [[0, 0, one, one], [0, 0, one, one], [one, one, both, both], [one, one, both, both]]
    np.testing.assert_array_equal(flow.gradient, expected)
    np.testing.assert_array_equal(flow.values, np.maximum(X, 0)[:, None] + np.maximum(X, 0))
    np.testing.assert_array_equal(flow.points, X)


def test_a_smooth_function():
    (tanh,) = slices(multiact.get("tanh"))
    flow = gradient_flow(tanh, X)
    for i, x in enumerate(X):
        for j, y in enumerate(X):  # to rounding
            slopes = 1 / math.cosh(x) ** 2, 1 / math.cosh(y) ** 2
            assert flow.values[i, j] == pytest.approx(math.tanh(x) + math.tanh(y), abs=1e-15)
            assert flow.gradient[i, j] == pytest.approx(math.hypot(*slopes), rel=1e-13)
