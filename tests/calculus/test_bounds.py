"""Bounds that lowering and kernels rely on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from multiact.calculus import bounds
from multiact.calculus.bounds import interval
from multiact.calculus.graph import Data, topological
from multiact.calculus.interpret import evaluated
from multiact.calculus.lower import Target, lower
from multiact.calculus.simplify import mul, neg, where
from multiact.calculus.tracing import Expr, call, const, symbol

X = symbol(Data("x"))
BELOW = where(call("gt", X, const(5)), const(5), X)
ABOVE = where(call("lt", X, const(-5)), const(-5), X)


INF = math.inf
Z = call("exp", neg(call("abs", X)))


@pytest.mark.parametrize(
    ("e", "expected"),
    [
        (const(3), (3, 3)),
        (X, (-INF, INF)),
        (call("abs", X), (0, INF)),
        (neg(mul(X, X)), (-INF, 0)),
        (neg(mul(X, call("abs", X))), (-INF, INF)),
        (mul(-0.5, mul(X, X)), (-INF, 0)),
        (BELOW, (-INF, 5)),
        (ABOVE, (-5, INF)),
        (mul(ABOVE, neg(call("abs", X))), (-INF, INF)),
        (where(call("gt", X, const(5)), X, const(5)), (-INF, INF)),  # the larger, not seen
        (where(call("gt", ABOVE, const(5)), const(5), ABOVE), (-5, 5)),
        (call("abs", where(call("gt", ABOVE, const(4)), const(4), ABOVE)), (0, 5)),
        (where(call("lt", X, const(0)), const(1), const(2)), (1, 2)),
        (Z, (0, 1)),
        (where(call("lt", X, const(0)), Z, const(1)) / (1 + Z), (0, 1)),
        (Z / Z, (-INF, INF)),
        (2 / (1 + Z), (1, 2)),
        (call("tanh", X), (-INF, INF)),
        (call("maximum", X, const(-5)), (-5, INF)),
        (call("minimum", call("maximum", X, const(-5)), const(3)), (-5, 3)),
        (call("round", 1.25 * call("minimum", X, const(1))), (-INF, 2)),
        (const(math.nan), (-INF, INF)),
        (where(call("lt", X, const(0)), const(math.nan), Z) * 2, (-INF, INF)),
    ],
)
def test_interval(e: Expr, expected: tuple[float, float]) -> None:
    assert interval(e) == expected


def test_clamps_become_one_operation() -> None:
    target = Target(32, clamps=True)
    assert lower(BELOW, target) is call("minimum", X, const(5))
    assert lower(ABOVE, target) is call("maximum", X, const(-5))
    for other in (
        where(call("gt", X, const(5)), X, const(5)),  # 5 where x is NaN
        where(call("gt", const(5), X), const(5), X),
        where(call("gt", X, const(5)), const(4), X),
    ):
        assert lower(other, target) is other
    assert lower(BELOW, Target(32)) is BELOW


FORMULAS = [
    BELOW / (1 + Z) + call("exp", ABOVE),
    where(call("lt", X, const(0)), Z, const(1)) / (1 + Z),
    mul(ABOVE, neg(call("abs", BELOW))),
    call("exp", mul(-0.5, mul(X, X))) * call("abs", X),
    call("round", 1.25 * call("maximum", X, const(-5))) - call("minimum", X, const(5)),
]


def outside(e: Expr) -> list[Expr]:
    """The parts of an expression that have values outside their bounds."""
    values = {"x": np.array([-1e3, -7.0, -1.0, -0.0, 0.5, 2.0, 5.0, 40.0, 1e3])}
    found = []
    for n in topological([e]):
        y, (low, high) = np.asarray(evaluated(n, values)), interval(n)
        if ((y < low) | (y > high)).any():
            found.append(n)
    return found


@pytest.mark.parametrize("e", FORMULAS)
def test_values_are_within(e: Expr) -> None:
    assert outside(e) == []


@pytest.mark.parametrize("op", sorted(bounds._RULES))
def test_a_wrong_rule_is_found(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = bounds._RULES[op]

    def wrong(*args: bounds.Interval) -> bounds.Interval:
        low, high = right(*args)
        return bounds.Interval(low, min(high, 0.5 * (max(low, -9.0) + min(high, 9.0))))

    monkeypatch.setitem(bounds._RULES, op, wrong)
    interval.cache_clear()
    assert any(n.op == op for e in FORMULAS for n in outside(e))
    interval.cache_clear()
