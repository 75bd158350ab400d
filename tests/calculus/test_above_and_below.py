"""A factor that stands above and below the line is kept in both places: they do not cancel."""

from __future__ import annotations

import numpy as np
import pytest

from multiact.calculus.graph import Data
from multiact.calculus.interpret import evaluated
from multiact.calculus.matching import _wild_factor, wild
from multiact.calculus.normal import Product, product
from multiact.calculus.pieces import piecewise
from multiact.calculus.simplify import where
from multiact.calculus.tracing import Expr, call, const, symbol
from multiact.special.stable import derivative, stable

x, p, q = symbol(Data("x")), symbol("p"), symbol("q")
CHOICE = where(call("eq", x, const(-1.0)), const(2.0), 1 + x)
POINTS = {"x": np.array([-7.5, -1.0, 0.25, 3.0, 100.0])}


def test_the_slope_of_a_square_of_pieces_below_the_line() -> None:
    e = stable(1 / (CHOICE * CHOICE) + x)
    inner = np.where(POINTS["x"] == -1, 2.0, 1 + POINTS["x"])
    expected = 1 - np.where(POINTS["x"] == -1, 0.0, 2 / inner**3)
    np.testing.assert_allclose(evaluated(derivative(e, "x"), POINTS), expected, rtol=1e-14)


@pytest.mark.parametrize(
    "e", [CHOICE / (CHOICE * CHOICE) - 1 - x, CHOICE * CHOICE / CHOICE - x, CHOICE - 1 - x]
)
def test_pieces(e: Expr) -> None:
    np.testing.assert_allclose(
        evaluated(piecewise(e), POINTS), evaluated(e, POINTS), rtol=1e-13, atol=1e-13
    )


def test_a_wild_symbol_takes_a_factor_from_one_place() -> None:
    whole = product(p * q / (p * p))
    expected = sorted((str(f), n) for f, n in whole.factors)
    found = [*_wild_factor(wild("s", "fixed").value, 1, whole, {}, last=True)]
    assert len(found) == 4
    for values, left in found:
        (taken,) = values.values()
        both: Product = product(taken).times(left)
        assert sorted((str(f), n) for f, n in both.factors) == expected
