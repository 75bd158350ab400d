"""Every equation is proved by mpmath, and a wrong one is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from multiact.calculus.graph import Data
from multiact.calculus.rewriting import PHASES
from multiact.calculus.simplify import mul, simplify, substituted
from multiact.calculus.tracing import Expr, symbol
from multiact.notation.text import text
from multiact.special._primitive import xp
from multiact.special.stable import EQUATIONS
from multiact.testing.proof import CLOSE, disagreement

NAMED = {f"{q.phase}: {text(q.left)} = {text(q.right)}": q for q in EQUATIONS}


def test_each_has_a_name_of_its_own_and_a_phase() -> None:
    assert len(NAMED) == len(EQUATIONS)
    assert {q.phase for q in EQUATIONS} == set(PHASES)


@pytest.mark.parametrize("equation", NAMED.values(), ids=NAMED)
def test_both_sides_are_the_same_function(equation) -> None:
    error, place = disagreement(equation)
    assert error < CLOSE, place


@pytest.mark.parametrize("equation", NAMED.values(), ids=NAMED)
def test_a_result_that_is_off_by_a_thousandth_is_found(equation) -> None:
    wrong = replace(equation, right=mul(1.001, equation.right))
    error, _ = disagreement(wrong)
    assert error > 5e-4


@pytest.mark.parametrize("equation", NAMED.values(), ids=NAMED)
def test_it_is_found_in_what_it_is_written_for(equation) -> None:
    x, k = symbol(Data("x")), symbol("k")
    stands_for = {"any": x, "varies": x, "fixed": k, "positive": xp.exp(k), "parameter": k}

    def applied(direction: float) -> Expr | None:
        """Of places that move along with x, or every other one against it."""
        values = {
            symbol(w): stands_for[w.kind] * direction**i + 2.0 * i
            if w.kind in ("any", "varies")
            else stands_for[w.kind]
            for i, w in enumerate(equation.wild)
        }
        written = simplify(substituted(equation.left, values))
        found = equation.applied(written)
        assert found is not written
        return found

    assert applied(1.0) is not None or applied(-1.0) is not None
