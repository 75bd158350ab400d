"""Constants that are known better than a double holds them, against mpmath."""

from __future__ import annotations

import operator
import pickle

import pytest
from mpmath import mp, mpf

from multiact.calculus.constant import PI, Constant, E, log, sqrt
from multiact.calculus.normal import product
from multiact.calculus.simplify import mul
from multiact.calculus.tracing import const, is_const, symbol
from multiact.special._primitive import xp

mp.dps = 50
KNOWN = {
    "pi": (xp.pi, mp.pi),
    "e": (xp.e, mp.e),
    "a sum": (1 + xp.pi, 1 + mp.pi),
    "a difference": (1 - xp.pi, 1 - mp.pi),
    "a product": (0.1 * xp.pi, mpf(0.1) * mp.pi),
    "a quotient": (2 / xp.pi, 2 / mp.pi),
    "of two": (xp.pi / xp.e, mp.pi / mp.e),
    "a power": (xp.pi**3, mp.pi**3),
    "a size": (abs(-xp.pi), mp.pi),
    "a root": (xp.sqrt(2 / xp.pi).value, mp.sqrt(2 / mp.pi)),
    "a logarithm": (xp.log(const(2)).value, mp.log(2)),
}


@pytest.mark.parametrize(("constant", "true"), KNOWN.values(), ids=KNOWN)
def test_both_parts_are_right(constant: Constant, true: mpf) -> None:
    assert float(constant) == float(true)
    assert abs(mpf(float(constant)) + constant.rest - true) < 1e-30


def test_what_a_double_holds_is_a_float() -> None:
    assert type(sqrt(4.0)) is type(log(1.0)) is type(PI - PI) is type(sqrt(2) * sqrt(2)) is float
    assert (sqrt(2) * sqrt(2), PI - PI, type(1.0 * const(3).value)) == (2, 0, float)


@pytest.mark.parametrize("other", [float("inf"), float("nan"), -float("inf")])
@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_infinities_and_nan(op: object, other: float) -> None:
    wanted = [repr(op(float(PI), other)), repr(op(other, float(PI)))]
    assert [repr(op(PI, other)), repr(op(other, PI))] == wanted


def test_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        PI / 0.0


def test_one_is_no_other() -> None:
    same = -1 * PI * -1
    assert (same, hash(same)) == (PI, hash(PI))
    assert PI not in (float(PI), E)
    assert const(PI) is const(same)
    assert const(PI) is not const(float(PI))
    assert not is_const(const(PI), float(PI))
    loaded = pickle.loads(pickle.dumps(PI))
    assert (loaded, loaded.rest) == (PI, PI.rest)


def test_products_in_graphs_keep_it() -> None:
    x = symbol("x")
    assert mul(2.0, mul(PI, x)).args[0].value == 2 * PI
    assert product(PI * x / 2).number == PI / 2
