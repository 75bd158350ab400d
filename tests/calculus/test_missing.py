"""NaN goes in, NaN comes out, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from multiact.calculus.graph import Data, topological
from multiact.calculus.interpret import evaluated
from multiact.calculus.missing import keeping_nan
from multiact.calculus.tracing import const, symbol
from multiact.special._primitive import xp

x, a = symbol(Data("x")), symbol("a")
POINTS = np.array([-np.inf, -2.0, -1.0, -0.0, 0.0, 0.5, 1.0, 3.0, np.inf])
LOST = {
    "above": xp.where(x > 0, xp.exp(x), 0.0),
    "below or at": xp.where(x <= 0, a * x, 1.0),
    "between": xp.where((x > -1) & (x < 1), x, 2.0),
    "outside": xp.where((x < -1) | (x >= 1), x, 0.0),
    "a chain": xp.where(x < -1, x, xp.where(x < 1, 0.5 * x, 3.0)),
    "no branch": xp.where(x > 0, 1.0, 0.0),
    "equal": xp.where(x == 1, 0.0, 2.0),
    "different": xp.where(x != 0, 1.0, x),
    "inside a product": a * xp.where(x > 1, x, 1.0),
}
KEPT = {
    "relu": xp.maximum(x, 0),
    "the last branch": xp.where(x < 0, 0.0, x),
    "a sum": x + xp.where(x > 0, 1.0, 0.0),
    "not": xp.where(~(x > 0), x, 1.0),
    "asked": xp.where(xp.isnan(x), x, 0.0),
    "no array": xp.where(a > 0, 1.0, 0.0) * const(2.0),
}


@pytest.mark.parametrize("e", LOST.values(), ids=LOST)
def test_a_branch_that_knows_no_nan_does_not_get_it(e) -> None:
    better = keeping_nan(e)
    assert np.isnan(evaluated(better, {"x": np.array([np.nan]), "a": 0.7})).all()
    values = {"x": POINTS, "a": 0.7}
    got, wanted = (np.broadcast_to(evaluated(v, values), POINTS.shape) for v in (better, e))
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("e", KEPT.values(), ids=KEPT)
def test_what_keeps_it_stays_as_it_is(e) -> None:
    assert keeping_nan(e) is e


def test_a_comparison_is_turned_round_rather_than_added() -> None:
    better = keeping_nan(LOST["above"])
    assert sum(n.op == "where" for n in topological([better])) == 1
    assert better.args[0].op == "le"
