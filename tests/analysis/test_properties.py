"""Measured properties against what is known."""

import math

import numpy as np
import pytest

import multiact
from multiact.analysis import FixedPoint, properties
from multiact.analysis.cost import WEIGHTS
from multiact.analysis.stored import stored
from multiact.kernels.c_block import INLINED, LIBRARY
from tests.helpers.registered import temporary_registrations

INF = math.inf
KNOWN = {
    "relu": {"monotone": "increasing", "smoothness": "C0", "low": 0, "high": INF},
    "tanh": {"parity": "odd", "smoothness": "smooth", "low": -1, "high": 1, "lipschitz": 1},
    "sigmoid": {"zero_at_zero": False, "lipschitz": 0.25, "limits": (0, 1)},
    "elu": {"smoothness": "C1", "low": -1, "monotone": "increasing"},
    "talu": {"smoothness": "C2", "kinks": ()},
    "squared_relu": {"smoothness": "C1", "lipschitz": INF},
    "smooth_hardswish": {"smoothness": "C1", "kinks": ()},
    "softsign": {"smoothness": "C1", "parity": "odd"},
    "hardshrink": {"smoothness": "jumps", "lipschitz": INF, "parity": "odd"},
    "gcu": {"low": -INF, "lipschitz": INF, "monotone": ""},
    "sine_relu": {"smoothness": "jumps", "limits": (None, INF)},
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
    assert properties("softplus").limits == (0, INF)


def test_every_activation_is_measured():
    found = stored(multiact.names())
    assert sorted(found) == multiact.names(kind="elementwise")
    for name, p in found.items():
        assert p.low < p.high, name
        assert p.smoothness in ("jumps", "C0", "C1", "C2", "smooth"), name
        assert (p.smoothness == "C0") <= bool(p.kinks), name
        assert not math.isnan(p.lipschitz), name
        assert 0 <= p.sparsity <= 1, name
        assert p.sparsity <= p.dead + 1e-12 <= 1 + 1e-12 or multiact.get(name).surrogate, name
        assert p.cost > 0, name
        assert p.zero_centred == (p.mean == 0), name
        assert p.parity != "odd" or p.mean in (0, None), name


def measured(formula, **facts):
    """The properties of a formula that is declared for this test alone."""
    formula.__name__ = "planted"
    with temporary_registrations():
        return properties(multiact.activation(formula, **facts))


NORMAL = {  # E[f(Z)], E[f(Z)^2], E[f'(Z)^2] in closed form
    "relu": (1 / math.sqrt(2 * math.pi), 1 / 2, 1 / 2),
    "identity": (0, 1, 1),
    "sigmoid": (1 / 2, None, None),
    "tanh": (0, None, None),
    "gelu": (
        1 / (2 * math.sqrt(math.pi)),
        1 / 3 + 1 / (2 * math.pi * math.sqrt(3)),
        None,
    ),
    "exponential": (math.exp(1 / 2), math.exp(2), math.exp(2)),
    "squared_relu": (1 / 2, 3 / 2, 2),
    "gcu": (0, (1 - 3 * math.exp(-2)) / 2, None),
    "selu": (0, 1, None),
    "hardtanh": (0, None, math.erf(1 / math.sqrt(2))),
    "error_function": (0, 2 / math.pi * math.asin(2 / 3), 4 / (math.pi * math.sqrt(5))),
}


@pytest.mark.parametrize("name", NORMAL)
def test_moments_of_normal_input(name):
    found = properties(name)
    values = (found.mean, found.mean_square, found.mean_square_slope)
    for value, known in zip(values, NORMAL[name], strict=True):
        assert known is None or value == pytest.approx(known, rel=1e-12, abs=0)
    assert found.zero_centred == (NORMAL[name][0] == 0)


@pytest.mark.parametrize("name", ["relu", "gelu", "talu", "sine", "rtrelu", "frac_relu"])
def test_the_gains_are_those_of_initialisation(name):
    found = properties(name)
    for mode in ("forward", "backward"):
        gain = getattr(found, f"gain_{mode}")
        if gain is None:
            with pytest.raises(ValueError, match=f"no {mode} gain"):
                multiact.gain(name, mode=mode)
        else:
            assert gain == pytest.approx(multiact.gain(name, mode=mode), rel=1e-12)


def test_what_is_infinite_has_no_gain():
    grows = measured(lambda x, /, *, xp: xp.exp(x * x / 4))
    assert (grows.mean, grows.mean_square, grows.gain_forward) == (None, None, None)
    assert not grows.zero_centred
    steep = properties("frac_relu")
    assert steep.gain_forward > 0
    assert (steep.mean_square_slope, steep.gain_backward) == (None, None)


def tail(x):
    """P(Z > x)."""
    return math.erfc(x / math.sqrt(2)) / 2


SHARES = {  # P(f(Z) = 0), P(|f'(Z)| < 1e-3)
    "relu": (0.5, 0.5),
    "identity": (0, 0),
    "hardtanh": (0, 2 * tail(1)),
    "relu6": (0.5, 0.5 + tail(6)),
    "hardshrink": (1 - 2 * tail(0.5), 1 - 2 * tail(0.5)),
    "softshrink": (1 - 2 * tail(0.5), 1 - 2 * tail(0.5)),
    "threshold": (tail(-1), tail(-1)),
    "tanh": (0, 2 * tail(math.acosh(1 / math.sqrt(1e-3)))),
    "sigmoid": (0, 2 * tail(-math.log((0.5 - math.sqrt(0.25 - 1e-3)) / (0.5 + math.sqrt(0.249))))),
    "squared_relu": (0.5, 0.5 + tail(0) - tail(5e-4)),
    # 2 / pi of the density is where |30 cos(30 x)| < 1e-3, much narrower than the grid
    "sine": (0, 2e-3 / (math.pi * 30)),
}


@pytest.mark.parametrize("name", SHARES)
def test_what_is_zero_and_what_is_flat(name):
    found = properties(name)
    sparsity, dead = SHARES[name]
    assert found.sparsity == pytest.approx(sparsity, rel=1e-13, abs=0)
    assert found.dead == pytest.approx(dead, rel=1e-6 if name == "sine" else 1e-10, abs=0)


def test_half_of_relu_is_exactly_half():
    assert properties("relu").sparsity == properties("relu").dead == 0.5


def ends(found):
    return [(round(p.low, 6), round(p.high, 6)) for p in found.fixed_points]


POINTS = {  # the points, of which those of the second list attract
    "square": (lambda x, /, *, xp: x * x, [0, 1], [0]),
    "cube": (lambda x, /, *, xp: x * x * x, [-1, 0, 1], [0]),
    "logistic map": (lambda x, /, *, xp: 2.5 * x * (1 - x), [0, 0.6], [0.6]),
    "steeper": (lambda x, /, *, xp: 3.5 * x * (1 - x), [0, 2.5 / 3.5], []),
    "cosine": (lambda x, /, *, xp: xp.cos(x), [0.739085], [0.739085]),
    "touches": (lambda x, /, *, xp: x + (x - 0.3001) ** 2, [0.3001], []),
    "flat contact": (lambda x, /, *, xp: x - x**9, [0], []),
    "shifted": (lambda x, /, *, xp: x + 1, [], []),
    "fades": (lambda x, /, *, xp: x + xp.exp(-x), [], []),
    "jumps over": (lambda x, /, *, xp: xp.where(x < 0.7001, x + 1, x - 1), [], []),
    "reflects": (lambda x, /, *, xp: 3 - x, [1.5], []),
    "steps": (lambda x, /, *, xp: xp.where(x > 0.5, 1.0, 0.0) + 0 * x, [0, 1], [0, 1]),
}


@pytest.mark.parametrize("label", POINTS)
def test_fixed_points(label):
    formula, points, attracting = POINTS[label]
    found = measured(formula)
    assert ends(found) == [(round(x, 6), round(x, 6)) for x in points]
    assert [round(p.low, 6) for p in found.fixed_points if p.attracting] == [
        round(x, 6) for x in attracting
    ]


def test_the_slope_at_a_fixed_point():
    slopes = [p.slope for p in measured(POINTS["logistic map"][0]).fixed_points]
    assert slopes == pytest.approx([2.5, -0.5])


INTERVALS = {
    "relu": [(0, INF)],
    "relu6": [(0, 6)],
    "identity": [(-INF, INF)],
    "hardtanh": [(-1, 1)],
    "softshrink": [(0, 0)],
    "hardshrink": [(-INF, -0.5), (0, 0), (0.5, INF)],
    "silu": [(0, 0)],  # where rounding makes f(x) = x, it is not
    "softplus": [],
    "tanh": [(0, 0)],
}


@pytest.mark.parametrize("name", INTERVALS)
def test_intervals_of_fixed_points(name):
    assert ends(properties(name)) == INTERVALS[name]


def test_what_attracts_is_not_told_by_the_slope():
    assert properties("tanh").fixed_points == (FixedPoint(0.0, 0.0, 1.0, True),)
    assert properties("relu").fixed_points == (FixedPoint(0.0, INF, 1.0, True),)
    assert properties("identity").fixed_points == (FixedPoint(-INF, INF, 1.0, False),)
    assert not any(p.attracting for p in properties("snake").fixed_points)  # from one side alone


#: nanoseconds per element of float32 kernels: gcc, vectors of 512 bits, one core at 2.8 GHz
TIMES = {
    "relu": 0.103, "leaky_relu": 0.103, "hardswish": 0.182, "hardtanh": 0.104, "elu": 0.437,
    "gelu": 0.752, "silu": 0.414, "tanh": 0.403, "mish": 0.597, "softplus": 1.019,
    "sigmoid": 0.369, "gelu_tanh": 1.215, "softsign": 0.184, "sine": 0.313, "talu": 0.503,
    "logish": 1.771, "gcu": 0.374, "squared_relu": 0.098, "snake": 0.601, "tanhshrink": 0.662,
}  # fmt: skip


def test_costs_are_like_times():
    costs = [properties(name).cost for name in TIMES]
    assert np.corrcoef(costs, [*TIMES.values()])[0, 1] > 0.97
    assert np.corrcoef(np.log(costs), np.log([*TIMES.values()]))[0, 1] > 0.98


def test_costs():
    assert properties("relu").cost == 1
    assert properties("identity").cost < 1
    # what is computed from parameters alone is computed once
    once = measured(lambda x, /, beta=1.5, *, xp: x * xp.exp(beta) * xp.exp(xp.sin(beta)))
    assert once.cost < 1.5
    assert measured(lambda x, /, *, xp: xp.sin(x) + xp.exp(xp.sin(x))).cost < 5


def test_the_machine_does_not_change_costs(monkeypatch):
    before = properties("sine").cost
    monkeypatch.setattr("multiact.kernels.machine.has_fma", lambda: False)
    monkeypatch.setattr("multiact.kernels.c_source.has_fma", lambda: False)
    assert properties("sine").cost == before


def test_every_function_has_a_weight():
    assert set(WEIGHTS) >= INLINED | LIBRARY
