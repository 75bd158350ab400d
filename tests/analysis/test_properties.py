"""Measured properties against what is known."""

import math

import pytest

import multiact
from multiact.analysis import properties

KNOWN = {
    "relu": {"monotone": "increasing", "smoothness": "C0", "low": 0, "high": math.inf},
    "tanh": {"parity": "odd", "smoothness": "smooth", "low": -1, "high": 1, "lipschitz": 1},
    "sigmoid": {"zero_at_zero": False, "lipschitz": 0.25, "limits": (0, 1)},
    "elu": {"smoothness": "C1", "low": -1, "monotone": "increasing"},
    "talu": {"smoothness": "C2", "kinks": ()},
    "squared_relu": {"smoothness": "C1", "lipschitz": math.inf},
    "smooth_hardswish": {"smoothness": "C1", "kinks": ()},
    "softsign": {"smoothness": "C1", "parity": "odd"},
    "hardshrink": {"smoothness": "jumps", "lipschitz": math.inf, "parity": "odd"},
    "gcu": {"low": -math.inf, "lipschitz": math.inf, "monotone": ""},
    "sine_relu": {"smoothness": "jumps", "limits": (None, math.inf)},
}


@pytest.mark.parametrize("name", KNOWN)
def test_known(name):
    found = properties(name)
    for what, value in KNOWN[name].items():
        assert getattr(found, what) == pytest.approx(value), what


def test_minimum():
    x, value = properties("mish").minimum
    assert (x, value) == pytest.approx((-1.19243123, -0.30884341), rel=1e-6)
    assert properties("tanh").minimum is None  # a limit, never taken
    assert properties("gelu").low == pytest.approx(-0.16997120747990369, rel=1e-12)


def test_kinks_have_both_slopes_and_the_chosen_one():
    low, high = properties("hardtanh").kinks
    assert (low.x, low.left, low.right, low.slope) == (-1, 0, 1, 0)
    assert (high.x, high.left, high.right, high.slope) == (1, 1, 0, 0)
    (kink,) = properties({"name": "leaky_relu", "negative_slope": 0.2}).kinks
    assert (kink.left, kink.right, kink.slope) == (0.2, 1, 0.2)


def test_declared_limits_are_believed():
    assert properties("softplus").limits == (0, math.inf)


@pytest.mark.parametrize("name", multiact.names())
def test_every_activation_is_measured(name):
    found = properties(name)
    if multiact.get(name).kind != "elementwise":
        assert found is None
        return
    assert found.low < found.high
    assert found.smoothness in ("jumps", "C0", "C1", "C2", "smooth")
    assert (found.smoothness == "C0") <= bool(found.kinks)
    assert not math.isnan(found.lipschitz)
