"""Limits where arithmetic gives NaN: numbers, functions of parameters, or none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from multiact.calculus.graph import Data, Number
from multiact.calculus.limits import with_limits, without_limits
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import const, symbol
from multiact.special._primitive import xp
from multiact.special.evaluate import evaluate

x, a = symbol(Data("x")), symbol("a")
b = symbol(Number("b", low=0.0))
INF = math.inf
CASES = {
    "0 * inf": (x * xp.minimum(2.0, xp.maximum(0.0, x + 2)), (0, INF)),
    "inf - inf": (xp.sqrt(x * x + 1) - x, (INF, 0)),
    "inf / inf": (x / (b + xp.abs(x)), (-1, 1)),
    "a function of a parameter": (x / (x / b + xp.exp(-x)), (0, 0.7)),
    "its sign by a parameter": (a * x - a * xp.sin(x), (-INF, INF)),
    "a wave": (x + xp.sin(x), (-INF, INF)),
    "a power": (x * x - x, (INF, INF)),
}


def at_infinities(e, dtype=np.float64):
    inputs = Inputs(("x",), (("a", None), ("b", None)))
    return evaluate((e,), inputs, (np.array([-INF, INF], dtype), 0.7, 0.7))[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("e", "limits"), CASES.values(), ids=CASES)
def test_the_limit_is_reached(e, limits, dtype) -> None:
    assert np.isnan(at_infinities(e)).any()
    np.testing.assert_allclose(at_infinities(with_limits(e), dtype), limits, rtol=1e-6)


@pytest.mark.parametrize("e", [xp.sin(x), x * xp.sin(x), xp.log(x - 3.0 * x)])
def test_what_has_no_limit_stays_nan(e) -> None:
    assert np.isnan(at_infinities(with_limits(e))[1])


def test_what_arithmetic_finds_stays_as_it_is() -> None:
    e = xp.tanh(x) + x
    assert with_limits(e) is e


def test_a_declared_limit_goes_before_a_derived_one_and_may_be_a_function() -> None:
    e = x / (b + xp.abs(x))
    np.testing.assert_array_equal(at_infinities(with_limits(e, (const(5.0), None))), [5, 1])
    np.testing.assert_allclose(at_infinities(with_limits(e, (None, 2 * b))), [-1, 1.4])


def test_only_numbers_where_parameters_would_cost_too_much() -> None:
    e = x / (x / b + xp.exp(-x))
    limited = with_limits(e, numbers_only=True)
    assert at_infinities(limited)[0] == 0
    assert np.isnan(at_infinities(limited)[1])


def test_limits_can_be_taken_off() -> None:
    e = x / (b + xp.abs(x))
    assert with_limits(e) is not e
    assert without_limits(with_limits(e)) == (e, (const(-1.0), const(1.0)))
