"""sign(u) g(|u|): the slope at 0 is g's."""

from __future__ import annotations

import numpy as np
import pytest

from multiact.calculus.branches import by_branches
from multiact.calculus.graph import Data, topological
from multiact.calculus.interpret import evaluated
from multiact.calculus.simplify import simplify
from multiact.calculus.tracing import symbol
from multiact.special._primitive import xp
from multiact.special.stable import derivative, stable

x, p = symbol(Data("x")), symbol("p")
POINTS = np.array([-3.0, -0.5, -0.0, 0.0, 0.25, 2.0])
ODD = {
    "symlog": (xp.sign(x) * xp.log(1 + xp.abs(x)), 1.0),
    "symexp": (xp.sign(x) * (xp.exp(xp.abs(x)) - 1), 1.0),
    "scaled": (p * xp.log1p(p * xp.abs(x)) * xp.sign(x) / 2, 0.5),
    "a power": (xp.sign(x) * xp.pow(xp.abs(x), 1.5), 0.0),
}


@pytest.mark.parametrize(("e", "slope"), ODD.values(), ids=ODD)
def test_the_slope_at_zero(e, slope):
    better = stable(e)
    assert not any(n.op == "sign" for n in topological([better]))
    values = {"x": POINTS, "p": 1.0}
    np.testing.assert_allclose(evaluated(better, values), evaluated(e, values), rtol=1e-14)
    at_zero = {"x": np.array([-0.0, 0.0]), "p": 1.0}
    assert evaluated(derivative(better, "x"), at_zero).tolist() == [slope, slope]


@pytest.mark.parametrize(
    "e", [xp.sign(x) * (1 + xp.abs(x)), xp.sign(x) * x, xp.sign(x) + xp.abs(x), xp.abs(x) * x]
)
def test_others_stay_as_they_are(e):
    assert by_branches(simplify(e)) is simplify(e)
