"""Dead units, saturation, histograms and norms of arrays, against what NumPy and paper say."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from multiact.diagnostics import DeadUnits, Histogram, Norms, Saturation, born_dead
from multiact.diagnostics.saturation import signs, slopes_of_elements

FIRST = np.asarray([[0, 1.5, 0, 1, 1], [0, 0, 0, 0, 1], [0, 1, 0, 1.2, 1]])
SECOND = np.asarray([[1.1, 1, 0, 1, 1], [1, 0, 0, 0, 1], [0, 1, 0, 1, 1]])
T, F = True, False


def test_the_worked_example():
    first, second, both = DeadUnits(), DeadUnits(), DeadUnits()
    first.add("a", FIRST)
    second.add("a", SECOND)
    both.add("a", FIRST)
    both.add("a", SECOND)
    assert first.result()["a"].dead.tolist() == [T, F, T, F, F]
    assert second.result()["a"].dead.tolist() == [F, F, T, F, F]
    assert both.result()["a"].dead.tolist() == [F, F, T, F, F]
    assert both.result()["a"].constant.tolist() == [F, F, T, F, T]  # the last is always 1
    assert both.result()["a"].inputs == 6


def test_ranges_are_those_of_the_whole_data_set():
    x = np.random.default_rng(0).normal(size=(60, 4))
    for parts in ([20, 40], [1, 59]):
        units = DeadUnits()
        for part in np.split(x, parts):
            units.add("a", part)
        found = units.result()["a"]
        assert (found.low == x.min(0)).all()
        assert (found.high == x.max(0)).all()


def test_channels_of_images_are_units():
    x = np.zeros((4, 3, 5, 5))
    x[2, 1, 4, 4] = 1e-30  # one element of one image
    units = DeadUnits()
    units.add("conv", x, axis=1)
    assert units.result()["conv"].dead.tolist() == [T, F, T]


def test_a_tolerance_finds_saturated_tanh():
    x = np.tanh(np.asarray([[9.0, 0.5], [12.0, -0.5]]))
    for tolerance, constant in ((0.0, [F, F]), (1e-6, [T, F])):
        units = DeadUnits(tolerance)
        units.add("tanh", x)
        assert units.result()["tanh"].constant.tolist() == constant
        assert not units.result()["tanh"].dead.any()


def test_nan_is_not_dead():
    units = DeadUnits()
    units.add("a", np.asarray([[0.0], [np.nan]]))
    assert units.result()["a"].dead.tolist() == units.result()["a"].constant.tolist() == [F]


@pytest.mark.parametrize("sizes", [(1000,), (1, 499, 500), (3, 7, 990)])
def test_histograms_do_not_depend_on_batches(sizes):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 3)) * 10.0 ** rng.integers(-6, 3, (1000, 3))
    x[::100] = [2.0**-3, -(2.0**5), 0.0]  # on edges
    histogram = Histogram(bins=64)
    for part in np.split(x, np.cumsum(sizes)[:-1]):
        histogram.add("a", part.astype(np.float32))
    found = histogram.result()["a"]
    x = x.astype(np.float32).astype(float)
    assert found.limit / 2 <= np.abs(x).max() < found.limit
    edges = np.linspace(-found.limit, found.limit, 65)
    assert found.edges.tolist() == edges.tolist()
    counts = [int(((a <= x) & (x < b)).sum()) for a, b in pairwise(edges)]
    assert found.counts.tolist() == counts


def test_histograms_count_what_is_not_finite():
    histogram = Histogram()
    histogram.add("a", np.asarray([[np.inf, -np.inf, np.nan, 0.5]]))
    found = histogram.result()["a"]
    assert (found.nonfinite, found.counts.sum(), found.limit) == (3, 1, 1.0)


def test_quantiles_are_as_exact_as_the_bins():
    x = np.random.default_rng(1).normal(size=(20000, 1))
    histogram = Histogram()
    histogram.add("a", x)
    found = histogram.result()["a"]
    width = found.edges[1] - found.edges[0]
    for share in (0.0, 0.05, 0.5, 0.95, 1.0):
        assert abs(found.quantile(share) - np.quantile(x, share)) <= width


@pytest.mark.parametrize("xp_name", ["torch", "jax.numpy"])
def test_other_libraries_reduce_alike(xp_name):
    xp = pytest.importorskip(xp_name)
    x = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32) * 2.0 ** np.arange(
        -8, 8, 4
    )
    x = x.astype(np.float32)
    for kind in (DeadUnits, Histogram, Saturation):
        ours, theirs = kind(), kind()
        ours.add("a", x)
        theirs.add("a", xp.asarray(x))
        assert str(ours.result()) == str(theirs.result())


def test_powers_of_two_are_exact_everywhere():
    torch = pytest.importorskip("torch")
    for k in range(-40, 100):
        histogram = Histogram(bins=4)
        histogram.add("a", torch.tensor([[2.0**k, -(2.0**k) / 2]]))
        found = histogram.result()["a"]
        assert found.limit == 2.0 ** (k + 1)
        assert found.counts.tolist() == [0, 1, 0, 1]


def test_moments_of_large_means():
    x = 1e6 + np.random.default_rng(3).normal(size=(1000, 5))
    norms = Norms()
    for part in np.split(x, [1, 300]):
        norms.add("a", part)
    found = norms.result()["a"]
    # eps times the mean is 2e-10; squares that cancelled would be wrong by 1e-4
    assert math.isclose(found.mean, x.mean(), rel_tol=1e-12)
    assert math.isclose(found.deviation, x.std(), rel_tol=1e-8)
    assert math.isclose(found.norm, math.sqrt((x**2).sum() / 1000), rel_tol=1e-12)


def test_slopes_of_what_mixes_elements_are_unknown():
    x = np.random.default_rng(4).normal(size=(6, 5))
    v = signs(x.shape)
    mixing = np.random.default_rng(5).normal(size=(5, 5))
    assert np.isnan(slopes_of_elements(np.ones_like(x) @ mixing, v @ mixing, v)).all()
    assert (slopes_of_elements(np.cos(x), v * np.cos(x), v) == np.cos(x)).all()


def test_a_single_input_dies_as_the_closed_form_says():
    for depth, width in ((5, 1), (8, 2), (20, 4)):
        found = born_dead(depth, width, inputs=[[1.0]], networks=20000)
        wanted = 1 - (1 - 2.0**-width) ** depth
        error = math.sqrt(wanted * (1 - wanted) / 20000)
        assert abs(found.share - wanted) < 4 * error  # a chance of 6e-5
        low, high = found.interval
        assert math.isclose(high - low, 2 * 1.96 * error, rel_tol=0.1)


def test_one_unit_a_layer():
    # the first unit passes one of the two signs; each further one is positive in half of the cases
    found = born_dead(4, 1, networks=4000)
    assert found.interval[0] <= 1 - 2.0**-3 <= found.interval[1]
    assert born_dead(1, 1).dead == 0


def test_the_interval_holds_at_the_ends():
    found = born_dead(1, 60, networks=100)
    # Wilson with no success: z^2 / (n + z^2)
    assert found.interval[0] == 0
    assert math.isclose(found.interval[1], 3.841459 / 103.841459, rel_tol=1e-6)
