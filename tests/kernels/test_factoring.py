"""Products rearranged for loops: the same values, fewer operations per element."""

import numpy as np
import pytest

from multiact.calculus.graph import topological
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.simplify import simplified
from multiact.calculus.tracing import NAMESPACE, symbol
from multiact.kernels.factoring import factor_reductions, hoist_invariants

xp = NAMESPACE
x, g, a, w = map(symbol, ("x", "g", "a", "w"))
NAMES = ("a", "g", "w", "x")
RNG = np.random.default_rng(0)
VALUES = dict(zip(NAMES, RNG.uniform(0.5, 2, (4, 50)), strict=True))


def varies(e):
    return not e.symbols.isdisjoint({"x", "g"})


def simple(*outputs):
    return list(simplified(outputs))


def values(outputs):
    results = program(tuple(outputs), Inputs(NAMES), Target(64))(*VALUES.values(), xp=np)
    return [np.broadcast_to(y, 50) for y in results]


def varying(outputs, op):
    return sum(e.op == op and varies(e) for e in topological(outputs))


@pytest.mark.parametrize(
    ("e", "products"),
    [(a * (xp.cos(x) * w), 1), (w * (a * (x * 3.0)), 1), (-(a * (xp.sin(x) * w)), 1)],
)
def test_what_does_not_vary_is_multiplied_first(e, products):
    found = hoist_invariants([e], varies)
    np.testing.assert_allclose(values(found)[0], values([e])[0], rtol=1e-14)
    assert varying([e], "mul") > products
    assert varying(found, "mul") == products


def test_a_shared_product_stays_as_it_is():
    shared = xp.cos(x) * w
    outputs = [a * shared, shared + 1]
    assert hoist_invariants(outputs, varies) == tuple(outputs)


def times_later(outputs, later):
    results = values(outputs)
    for k, factors in later.items():
        for f, below in factors:
            factor = values([f])[0]
            results[k] = results[k] / factor if below else results[k] * factor
    return results


def test_gradients_of_parameters_share_a_quotient_and_leave_numbers_to_the_sum():
    v = 1 + x * x
    outputs = simple(g * (w * xp.sin(x) / v), g * (a * (xp.cos(x) / v)), -(g * (x / (v * 1.0) / w)))
    found, later = factor_reductions(outputs, (1, 2), varies)
    np.testing.assert_allclose(times_later(found, later), values(outputs), rtol=1e-14)
    assert varying(outputs, "div") == 4
    assert varying(found, "div") == 1
    assert [[(str(f), below) for f, below in later[k]] for k in (1, 2)] == [
        [("a", False)],
        [("-1.0", False), ("w", True)],
    ]
    assert later[0] == []  # stored, not summed


def test_a_quotient_stays_one_where_nothing_else_is_divided_alike():
    """x * w / (w + 2) would overflow where x * (w / (w + 2)) does not."""
    e, other = g * (x * (xp.exp(x) / (xp.exp(x) + 2))), g * xp.cos(x)
    for outputs, sums in (([e], ()), ([e, other], (1,)), ([e, other], (0, 1))):
        found, _ = factor_reductions(outputs, sums, varies)
        quotient = next(n for n in topological(found) if n.op == "div")
        assert quotient is xp.exp(x) / (xp.exp(x) + 2)
    assert factor_reductions([e], (), varies) == ((e,), {})


def test_the_shared_quotient_comes_first_and_shared_products_stay_whole():
    v, wave = 1 + x * x, x * xp.cos(x)
    outputs = [g * (x * (xp.sin(x) / v)), g * (x * (xp.cos(x) / v)), g * (a * wave), g * (wave / w)]
    found, _ = factor_reductions(outputs, (0, 1), varies)
    assert any(n is g / v for n in topological(found[:1]))  # g x would be larger
    assert any(n is wave for n in topological(found[2:3]))
    assert found[3] is outputs[3]


def test_what_varies_keeps_its_order():
    inner = xp.exp(-x) * x
    (found,) = hoist_invariants([a * (x * (w * inner))], varies)
    assert found is (a * w) * inner * x


@pytest.mark.parametrize("sums", [(), (1,)])
def test_no_order_overflows_where_the_formula_does_not(sums):
    """w / (w + |x|)^2 for a small w: the square alone would be infinite."""
    t = 1 / (w + abs(x))
    outputs = (g * (a * ((w * t) * t)), g * (-a * (x * t) * t))
    small = {"a": 1.0, "g": 1.0, "w": 1e-200, "x": 1e-200}
    found, _ = factor_reductions(hoist_invariants(outputs, varies), sums, varies)
    results = program(tuple(found), Inputs(NAMES), Target(64))(*small.values(), xp=np)
    np.testing.assert_allclose(np.abs(results), 2.5e199, rtol=1e-14)


def test_a_sum_of_what_does_not_vary_is_left_alone():
    found, later = factor_reductions([a * w], (0,), varies)
    assert found == (a * w,)
    assert later == {}
