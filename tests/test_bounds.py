"""Bounds that lowering and kernels rely on."""

from __future__ import annotations

import math

import pytest

from multiact.calculus.bounds import ceiling
from multiact.calculus.graph import Expr, call, const, mul, neg, symbol, where
from multiact.calculus.lower import Target, lower

X = symbol("x")
BELOW = where(call("gt", X, const(5)), const(5), X)
ABOVE = where(call("lt", X, const(-5)), const(-5), X)


@pytest.mark.parametrize(
    ("e", "expected"),
    [
        (const(3), 3.0),
        (X, math.inf),
        (neg(call("abs", X)), 0.0),
        (neg(X), math.inf),
        (neg(mul(X, X)), 0.0),
        (neg(mul(X, call("abs", X))), math.inf),
        (mul(-0.5, mul(X, X)), 0.0),
        (mul(0.5, mul(X, X)), math.inf),
        (BELOW, 5.0),
        (ABOVE, math.inf),
        (where(call("gt", X, const(5)), X, const(5)), math.inf),  # the larger
        (where(call("gt", ABOVE, const(5)), const(5), ABOVE), 5.0),
        (where(call("lt", X, const(0)), const(1), const(2)), 2.0),
    ],
)
def test_ceiling(e: Expr, expected: float) -> None:
    assert ceiling(e) == expected


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
