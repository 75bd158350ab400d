"""What a pattern matches: order, signs and factors do not matter, kinds of symbols do."""

from __future__ import annotations

import pytest

from multiact.calculus.graph import Data, Number
from multiact.calculus.matching import wild
from multiact.calculus.normal import same
from multiact.calculus.rewriting import Equation, Rewriter, cheaper, equal
from multiact.calculus.simplify import simplify
from multiact.calculus.tracing import symbol
from multiact.special._primitive import xp

x, y = symbol(Data("x")), symbol(Data("y"))
k, positive = symbol("k"), symbol(Number("positive", low=0.0))
u, v = wild("u"), wild("v")
s, t = wild("s", "fixed"), wild("t", "parameter")
p, w = wild("p", "positive"), wild("w", "varies")
one = wild("one", unscaled=True)

TANH = Equation(u - xp.tanh(u), xp.sinh(u))
PRODUCT = Equation(u * xp.tanh(u), xp.cosh(u))
MATCHED = {
    "as written": (TANH, x - xp.tanh(x), xp.sinh(x)),
    "turned round": (TANH, -xp.tanh(x) + x, xp.sinh(x)),
    "negative": (TANH, xp.tanh(x) - x, -xp.sinh(x)),
    "among others": (TANH, y + x + k - xp.tanh(x), y + k + xp.sinh(x)),
    "times a factor": (TANH, k * x - k * xp.tanh(x), k * xp.sinh(x)),
    "times what varies": (TANH, x * y - y * xp.tanh(x), y * xp.sinh(x)),
    "of a sum": (TANH, (x + 1) - xp.tanh(1 + x), xp.sinh(1 + x)),
    "of a sum spread out": (TANH, x + 1 - xp.tanh(x + 1), xp.sinh(x + 1)),
    "over": (PRODUCT, x * xp.tanh(x) / (1 + y), xp.cosh(x) / (1 + y)),
    "of a product": (PRODUCT, k * y * x * xp.tanh(x * k), y * xp.cosh(k * x)),
    "with a number": (PRODUCT, 3 * x * xp.tanh(x), 3 * xp.cosh(x)),
    "a square": (Equation(xp.exp(-(u * u)), xp.cos(u)), xp.exp(-(x**2)), xp.cos(x)),
    "the root of a number": (
        Equation(xp.exp(-(u * u)), xp.cos(u)),
        xp.exp(-4 * x * x),
        xp.cos(2 * x),
    ),
    "below the line": (
        Equation(1 / (1 + xp.exp(-u)), xp.tan(u)),
        y / (2 + 2 * xp.exp(x)),
        0.5 * y * xp.tan(-x),
    ),
    "fixed": (Equation(xp.tanh(s * u), s + u), xp.tanh(2 * k * x), 2 * k + x),
    "the rest of a sum": (Equation(xp.log(1 + u), xp.log1p(u)), xp.log(x + 1 - y), xp.log1p(x - y)),
    "a number that rounding missed": (
        Equation(xp.cos(u / 3), u),
        xp.cos(x * 0.3333333333333333),
        x,
    ),
}
NOT = {
    "another argument": (TANH, x - xp.tanh(y)),
    "another factor": (TANH, 2 * x - xp.tanh(x)),
    "a sum too short": (TANH, x + 1 - xp.tanh(x + 2)),
    "a term of it is missing": (TANH, x - xp.tanh(x + k)),
    "a number that is no factor": (PRODUCT, x * xp.tanh(1.7 * x)),
    "fixed, but it varies": (Equation(xp.tanh(s * u), s + u), xp.sin(x * y)),
    "a number for a parameter": (Equation(xp.tanh(t + w), w), xp.tanh(x + 2)),
    "a parameter for what varies": (Equation(xp.sqrt(w), w), xp.sqrt(k)),
    "perhaps negative": (Equation(xp.sqrt(p * w), w), xp.sqrt(k * x)),
    "scaled": (Equation(xp.cos(one), one), xp.cos(3 * x)),
}


@pytest.mark.parametrize(("equation", "e", "wanted"), MATCHED.values(), ids=MATCHED)
def test_it_is_found(equation, e, wanted) -> None:
    found = equation.applied(simplify(e))
    assert found is not None
    assert same(found, simplify(wanted)), found


@pytest.mark.parametrize(("equation", "e"), NOT.values(), ids=NOT)
def test_it_is_not_found(equation, e) -> None:
    assert equation.applied(simplify(e)) is None


def test_a_parameter_that_is_positive_is_known_by_its_bounds() -> None:
    equation = Equation(xp.sqrt(p * w), xp.exp(p))
    assert equation.applied(simplify(xp.sqrt(positive * x))) is xp.exp(positive)


def test_the_first_equation_wins_and_phases_follow_each_other() -> None:
    first, second = equal(xp.tanh(u), xp.sin(u)), equal(xp.tanh(u), xp.cos(u))
    assert Rewriter([first, second])(xp.tanh(x)) is xp.sin(x)
    later = cheaper(xp.sin(u), xp.sinh(u))
    used: list[Equation] = []
    assert Rewriter([later, first])(xp.tanh(x), used) is xp.sinh(x)
    assert used == [first, later]


def test_what_an_equation_makes_is_looked_at_again() -> None:
    equations = [equal(xp.tanh(u), 1 + xp.sin(u)), equal(1 + xp.sin(u), xp.cos(u))]
    assert Rewriter(equations)(2.0 * xp.tanh(x)) is simplify(2.0 * xp.cos(x))
