"""Sums of hundreds of terms, as series have them."""

import inspect
import sys

import numpy as np
import pytest

import multiact
from multiact.calculus.normal import expanded, terms
from multiact.calculus.rewriting import LONG, _parts_of_long_sums
from multiact.calculus.tracing import NAMESPACE, symbol

xp, x = NAMESPACE, symbol("x")


@pytest.fixture
def _small_stack():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 150)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("_small_stack")
def test_a_sum_may_be_deeper_than_the_stack():
    n = 90
    points = np.linspace(-3, 3, 50)
    weights = np.random.default_rng(0).normal(size=(2, n)) / n
    with multiact.use_engine("reference"):
        found = multiact.fourier(points, *weights)
    k = np.arange(1, n + 1)[:, None]
    expected = weights[0] @ np.cos(k * points) + weights[1] @ np.sin(k * points)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.usefixtures("_small_stack")
@pytest.mark.parametrize("flattened", [terms, expanded])
def test_the_terms_of_a_deep_sum_keep_order_and_signs(flattened):
    e = x
    for i in range(2, 400):
        e = e + i * xp.sin(x) if i % 2 else e - i * xp.sin(x)
    numbers = [t.number for t in flattened(5 - e)]
    assert numbers == [5, -1, *(-i if i % 2 else i for i in range(2, 400))]


def _sum(n):
    waves = [xp.sin(float(i) * x) for i in range(1, n + 1)]
    parts = [waves[0]]
    for wave in waves[1:]:
        parts.append(parts[-1] + wave)
    return parts


def test_the_parts_of_a_long_sum_are_not_looked_at():
    parts = _sum(LONG + 4)
    assert _parts_of_long_sums(xp.tanh(parts[-1])) == set(parts[1:-1])
    assert _parts_of_long_sums(xp.tanh(parts[LONG - 1])) == set()


def test_a_part_that_is_used_elsewhere_is_looked_at():
    parts = _sum(LONG + 4)
    e = parts[-1] * xp.exp(parts[5])
    assert _parts_of_long_sums(e) == set(parts[6:-1])
