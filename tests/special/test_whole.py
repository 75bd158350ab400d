"""Every function that a formula may call has derivatives, a C form, a truth, a printed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from multiact.calculus.graph import Data
from multiact.calculus.primitive import Primitive
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import FUNCTIONS, NAMESPACE, Expr, symbol
from multiact.kernels.c_source import Loop
from multiact.notation.latex import latex
from multiact.notation.text import text
from multiact.special import stable as every
from multiact.special._primitive import Special
from multiact.special.evaluate import evaluate
from multiact.special.stable import derivative, stable
from multiact.testing import exact

xp = NAMESPACE
#: what is no function of one or two numbers, or has no number for a result
_OTHERS = {
    "where",
    "clip",
    "isfinite",
    "isinf",
    "isnan",
    "logical_and",
    "logical_or",
    "logical_not",
}
_SECOND = {"atan2", "copysign", "hypot", "logaddexp", "maximum", "minimum", "pow", "remainder"}
_NAMES = sorted(
    {n for n in (*FUNCTIONS, *vars(type(xp))) if not n.startswith("_")}
    - _OTHERS
    - {"e", "pi", "inf", "nan", "compensates"}
)
SPECIALS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": made
    for module in every.MODULES
    for name, made in vars(module).items()
    if isinstance(made, Special) and isinstance(made.op, Primitive)
}
X = symbol(Data("x"))
PLACES = {"acosh": 1.6, "atanh": 0.4, "acos": 0.4, "asin": 0.4}
#: the third derivative of log(gamma(x)) is where the table of functions ends
ENDS = {"gamma._tetragamma"}


def _of_names() -> dict[str, Expr]:
    return {
        f"xp.{n}": getattr(xp, n)(X, symbol("p")) if n in _SECOND else getattr(xp, n)(X)
        for n in _NAMES
    }


def _of_specials() -> dict[str, Expr]:
    return {
        name: made(X, *(symbol(f"p{i}") for i in range(len(made.operands) - 1)))
        for name, made in SPECIALS.items()
    }


EXPRESSIONS = {**_of_names(), **_of_specials()}
VALUES = {"p": 1.3, "p0": 1.3, "p1": 0.8, "p2": 0.6}


def values_of(name: str, e: Expr) -> dict[str, float]:
    place = PLACES.get(name.rpartition(".")[2], 0.7)
    return {n: place if n == "x" else VALUES[n] for n in sorted(e.symbols)}


def computed(e: Expr, values: dict[str, float]) -> float:
    inputs = Inputs(("x",), tuple((n, None) for n in sorted(values) if n != "x"))
    x = np.asarray([values["x"]])
    return float(evaluate((e,), inputs, [x, *(values[n] for n in inputs.numbers)])[0][0])


def true(e: Expr, values: dict[str, Any], wrt: str | None = None) -> mpf:
    """By what primitives mean, in 40 digits; the slope as a difference quotient."""
    with mp.workdps(40):
        place = {n: mpf(v) for n, v in values.items()}
        if wrt is None:
            return mpf(exact.evaluate(e, place))
        return mp.diff(lambda v: exact.evaluate(e, {**place, wrt: v}), place[wrt])


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_value_is_the_true_one(name):
    e = EXPRESSIONS[name]
    values = values_of(name, e)
    assert computed(stable(e), values) == pytest.approx(float(true(e, values)), rel=1e-13)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_slope_is_the_true_one(name):
    e = EXPRESSIONS[name]
    values = values_of(name, e)
    if name in ENDS:
        with pytest.raises(TypeError, match="no derivative is known"):
            derivative(stable(e), "x")
        return
    for wrt in values:
        right = float(true(e, values, wrt))
        assert computed(derivative(stable(e), wrt), values) == pytest.approx(
            right, rel=1e-11, abs=1e-13
        )


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_it_has_a_c_form_and_is_printed(name):
    e = EXPRESSIONS[name]
    inputs = Inputs(("x",), tuple((n, None) for n in sorted(e.symbols - {"x"})))
    for dtype in ("float32", "float64", "bfloat16"):
        assert "run" in Loop((stable(e),), inputs, (), dtype).source()
    assert text(e, ("x",))
    assert latex(e)


@pytest.mark.parametrize("library", ["torch", "jax.numpy"])
def test_arrays_of_other_libraries(library):
    lib = pytest.importorskip(library)
    for name, e in EXPRESSIONS.items():
        values = values_of(name, e)
        inputs = Inputs(("x",), tuple((n, None) for n in sorted(values) if n != "x"))
        x = lib.asarray([values["x"]], dtype=lib.float32)
        (y,) = evaluate((stable(e),), inputs, [x, *(values[n] for n in inputs.numbers)])
        assert float(y[0]) == pytest.approx(computed(stable(e), values), rel=3e-6), name


def test_no_name_stands_for_two_primitives():
    """They are operations of graphs by their names."""
    names = [made.op for made in {id(v): v for v in SPECIALS.values()}.values()]
    assert len({*names}) == len(names), sorted({n for n in names if names.count(n) > 1})


def test_a_primitive_has_a_slope_for_every_operand():
    for name, made in SPECIALS.items():
        if name not in ENDS:
            assert len(made.op.slopes) == len(made.operands), name


def test_what_no_formula_may_call_is_refused_at_once():
    refused: list[Callable[..., Any]] = [lambda: xp.sum(X), lambda: xp.cumsum(X), lambda: xp.foo(X)]
    for call in refused:
        with pytest.raises(AttributeError, match="a formula cannot use"):
            call()
