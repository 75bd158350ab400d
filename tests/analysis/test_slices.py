"""Slices are the activation itself, of arrays in which one input varies."""

import numpy as np
import pytest

import multiact
from multiact.analysis import defaults
from multiact.analysis.slices import slices, visible_range
from tests.helpers.registered import temporary_registrations
from tests.helpers.representatives import representatives

X = np.asarray([-2.9, -0.7, 0.4, 2.5])
STEP = 1e-5


def calls(name, **parameters):
    return {cut.call: cut for cut in slices(multiact.get(name, **parameters))}


@pytest.mark.parametrize("name", representatives())
def test_derivatives_are_those_of_the_values(name):
    for cut in slices(multiact.get(name)):
        for order in (1, 2) if cut.act.surrogate is None else ():
            sides = (cut.values(X + s * STEP, order - 1) for s in (1, -1))
            above, below = sides
            differences = (above - below) / (2 * STEP)
            slack = 1e-4 if cut.exact else 2e-3
            np.testing.assert_allclose(cut.values(X, order), differences, slack, slack)


@pytest.mark.parametrize("gate", ["first", "second"])
@pytest.mark.parametrize("name", ["glu", "silu_and_mul", "swiglu"])
def test_a_gate_is_cut_along_both_halves(name, gate):
    act = multiact.get(name, gate=gate)
    first, second = slices(act)
    assert [first.call, second.call] == [f"{act.name}(x, 1)", f"{act.name}(1, x)"]
    one = np.ones_like(X)
    np.testing.assert_allclose(first.values(X, 0), act(np.concatenate([X, one])))
    np.testing.assert_allclose(second.values(X, 0), act(np.concatenate([one, X])))
    for cut in (first, second):
        differences = (cut.values(X + STEP, 0) - cut.values(X - STEP, 0)) / (2 * STEP)
        np.testing.assert_allclose(cut.values(X, 1), differences, 1e-6)


def test_the_axis_of_a_gate_does_not_matter():
    for mine, other in zip(
        slices(multiact.get("glu", axis=1)), slices(multiact.get("glu")), strict=True
    ):
        np.testing.assert_array_equal(mine.values(X, 1), other.values(X, 1))


def test_a_pair_is_cut_along_both_arrays():
    first, second = slices(multiact.get("silu_mul"))
    one = np.ones_like(X)
    np.testing.assert_allclose(first.values(X, 0), multiact.silu_mul(X, one))
    np.testing.assert_allclose(second.values(X, 0), multiact.silu_mul(one, X))


def test_one_element_of_a_normalising_function_varies():
    (cut,) = slices(multiact.get("softmax"))
    np.testing.assert_allclose(cut.values(X, 0), np.exp(X) / (np.exp(X) + 5))
    (cut,) = slices(multiact.get("softmax", axis=(1, 2)))
    np.testing.assert_allclose(cut.values(X, 0), np.exp(X) / (np.exp(X) + 35))


@pytest.mark.parametrize("size", [2, 3, 4, 7])
def test_outputs_of_channel_functions(size):
    found = calls("group_sort", size=size)
    assert list(found) == ["GroupSort, output 1", "GroupSort, output 2"]
    for cut, expected in zip(found.values(), (np.minimum(X, 0), np.maximum(X, 0)), strict=True):
        np.testing.assert_array_equal(cut.values(X, 0), expected)
    (cut,) = calls("maxout", size=size).values()
    np.testing.assert_array_equal(cut.values(X, 0), np.maximum(X, 0))
    found = calls("crelu", axis=-1)
    for cut, expected in zip(found.values(), (np.maximum(X, 0), np.maximum(-X, 0)), strict=True):
        np.testing.assert_array_equal(cut.values(X, 0), expected)


BREAKPOINTS = {
    ("relu", 0): [0],
    ("reglu", 0): [],
    ("reglu", 1): [0],
    ("fatrelu_and_mul", 0): [0],
    ("fatrelu_and_mul", 1): [],
    ("gelu", 0): [],
    ("sparsemax", 0): [-0.2, 1],
    ("maxout", 0): [0],
    ("softmax", 0): [],
    ("funnel_relu", 0): [0],
}


@pytest.mark.parametrize(("name", "position"), BREAKPOINTS)
def test_breakpoints(name, position):
    cut = slices(multiact.get(name))[position]
    grid = np.linspace(-5, 5, 601)
    assert cut.breakpoints(grid) == BREAKPOINTS[name, position]
    assert cut.breakpoints(grid + 0.0031) == BREAKPOINTS[name, position]  # not on the grid


def test_seeds_and_noise():
    act = multiact.get("staf")
    for seed in (0, 3):
        (cut,) = slices(act, seed)
        np.testing.assert_array_equal(cut.values(X, 0), act(X, **defaults.arguments(act, seed)))
    (cut,) = slices(multiact.get("rrelu"), noise={"noise": 0.25})
    drawn = multiact.rrelu(X, noise=np.full_like(X, 0.25))
    np.testing.assert_array_equal(cut.values(X, 0), drawn)


def test_what_takes_no_such_array_is_named():
    with temporary_registrations():

        @multiact.activation(kind="layer")
        def flat_only(x, /, *, xp):
            if x.ndim != 2:
                raise ValueError("it takes two axes")
            return x

        message = r"flat_only cannot be drawn: it takes no array of shape \(1, 6, 6, 6\) \(it takes"
        with pytest.raises(TypeError, match=message):
            slices(flat_only)


def test_a_steep_branch_does_not_widen_what_is_visible():
    values = np.concatenate([np.linspace(-1, 1, 99), [1e6]])
    low, high = visible_range(values, 5.0)
    assert (low, high) == (-1, 5)
    assert visible_range(np.asarray([-3.0, 3.0]), 1.0) == (-3, 3)
