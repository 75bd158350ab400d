"""Exponentials that underflow: what a factor makes normal again is not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from multiact.calculus.program import Inputs
from multiact.calculus.simplify import neg
from multiact.calculus.tracing import Expr, call, const, symbol
from multiact.kernels.c_source import Loop
from multiact.kernels.underflow import Use, uses
from tests.helpers.loops import needs_compiler
from tests.kernels.test_elementary import run

X, G = symbol("x"), symbol("g")
EXP = call("exp", X)
DECAY = call("exp", neg(call("abs", X)))
BELL = call("bell", X)
ONE = const(1.0)
TINY = float(np.finfo(np.float32).tiny)

#: expression, and its definition
PRODUCTS: dict[str, tuple[Expr, Callable[[Any], Any]]] = {
    "x exp(x)": (X * EXP, lambda x: x * np.exp(x)),
    "x exp(-abs x)": (X * DECAY, lambda x: x * np.exp(-abs(x))),
    "through an odd function": (X * call("tanh", EXP), lambda x: x * np.tanh(np.exp(x))),
    "through a sum": (X * (DECAY * (DECAY + 2)), lambda x: x * np.exp(-abs(x)) * 2),
    "x exp(-x^2 / 2)": (X * BELL, lambda x: x * np.exp(-x * x / 2)),
    "exp(x)": (EXP, np.exp),
    "exp(-abs x)": (DECAY, lambda x: np.exp(-abs(x))),
}


@needs_compiler
@pytest.mark.parametrize("name", PRODUCTS)
def test_normal_results_are_not_lost(name: str) -> None:
    e, truth = PRODUCTS[name]
    x = np.concatenate([-np.linspace(12.5, 14, 200), -np.linspace(80, 95, 300)]).astype(np.float32)
    expected = truth(x.astype(float))
    normal = abs(expected) >= TINY
    assert (~normal).any()
    y = run(e, x).astype(float)
    np.testing.assert_allclose(y[normal], expected[normal], rtol=2**-15)


@pytest.mark.parametrize(
    ("e", "exponential", "use"),
    [
        (call("log1p", DECAY), DECAY, Use.KEPT),
        (X / (ONE + EXP), EXP, Use.ABSORBED),
        (call("where", call("lt", X, const(0.0)), DECAY, ONE), DECAY, Use.KEPT),
        (G * DECAY, DECAY, Use.KEPT),  # g has any size
        (X * DECAY, DECAY, Use.MAGNIFIED),
        (X * (EXP + ONE), EXP, Use.ABSORBED),
        (ONE / EXP, EXP, Use.MAGNIFIED),
        (call("sqrt", EXP), EXP, Use.MAGNIFIED),
    ],
)
def test_use(e: Expr, exponential: Expr, use: Use) -> None:
    assert uses((e,)) == {exponential: use}


def test_what_is_absorbed_costs_nothing() -> None:
    assert "inline_deep" not in _body(call("log1p", DECAY))
    assert "inline_deep" not in _body(X / (ONE + EXP))
    assert "inline_deep" in _body(X * DECAY)


def _body(e: Expr) -> str:
    """The block of a loop, without the functions that it calls."""
    source = Loop((e,), Inputs(("x",)), (), "float32").source()
    return source[source.rindex("block(const T") :]
