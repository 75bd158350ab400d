"""The raw graph is what the author wrote; simplification forgets no NaN and no infinity."""

from __future__ import annotations

import math

import numpy as np
import pytest

from multiact.calculus.derivative import derivative
from multiact.calculus.graph import topological
from multiact.calculus.program import Inputs
from multiact.calculus.simplify import simplify, where
from multiact.calculus.tracing import call, const, symbol
from multiact.special._primitive import xp
from multiact.special.evaluate import evaluate

X = symbol("x")
WRITTEN = {
    "zero times": (0.0 * X, "mul"),
    "minus itself": (X - X, "sub"),
    "plus zero": (X + 0.0, "add"),
    "times one": (1.0 * X, "mul"),
    "a square": (X**2, "pow"),
    "double minus": (xp.negative(-X), "neg"),
    "no choice": (xp.where(X > 0, X, X), "where"),
}


@pytest.mark.parametrize(("e", "op"), WRITTEN.values(), ids=WRITTEN)
def test_it_is_recorded_as_it_was_written(e, op):
    assert e.op == op
    assert e.args[-1] is X or e.args[0] is X or e.op == "neg"


def test_constants_alone_are_folded():
    assert (const(2.0) * 3.0).value == 6
    assert xp.sqrt(const(4.0)).value == 2
    assert (const(1.0) / 0.0).op == "div"


def test_order_is_kept_and_shared_only_where_it_is_the_same():
    a = symbol("a")
    assert a * X is a * X
    assert a * X is not X * a
    assert (a * X).args == (a, X)
    assert (X * a).args == (X, a)


@pytest.mark.parametrize("e", [0.0 * X, X - X, X * 0.0 + 1.0], ids=str)
def test_simplification_forgets_nothing(e):
    x = np.asarray([np.nan, np.inf, -np.inf, 2.0])
    (found,) = evaluate((simplify(e),), Inputs(("x",)), (x,))
    np.testing.assert_array_equal(np.isnan(found), [True, True, True, False])


def test_a_quotient_of_zero_is_kept():
    (found,) = evaluate((simplify(0.0 / X),), Inputs(("x",)), (np.asarray([0.0, np.nan, 2.0]),))
    np.testing.assert_array_equal(found, [np.nan, np.nan, 0.0])


def test_zeros_of_a_derivative_are_left_out():
    slope = derivative(simplify(3.0 * X + symbol("c") * xp.exp(symbol("b"))), "x")
    assert slope is const(3.0)


def test_nodes_end_with_their_last_holder():
    import gc

    from multiact.calculus.graph import _NODES

    def count() -> int:
        gc.collect()
        return len(_NODES)

    before = count()
    held = [xp.exp(symbol("x") * (0.123456 + i)) for i in range(100)]
    assert count() >= before + 200
    assert len(topological(held)) >= 200
    del held
    assert count() <= before + 5


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "expm1", "log1p", "atan"])
def test_functions_of_numbers_are_numbers(name):
    """torch.floor takes no number, and a program has no other array for it."""
    folded = call(name, const(0.75))
    assert folded.op == "const"
    assert folded.value == pytest.approx(float(getattr(np, name)(0.75)), rel=4e-16)
    assert call(name, const(math.inf)).op in ("const", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("exp", math.inf), ("expm1", math.inf), ("sinh", -math.inf), ("cosh", math.inf)],
)
def test_functions_of_numbers_overflow_as_arrays_do(name, value):
    folded = call(name, const(-710.5 if value < 0 else 711.0))
    assert (folded.op, folded.value) == ("const", value)


@pytest.mark.parametrize("op", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_choices_between_numbers_are_made(op):
    """A library's `where` takes no bool."""
    condition = call(op, const(1.0), const(2.0))
    assert where(condition, X, const(0.0)) is (X if op in ("lt", "le", "ne") else const(0.0))
