"""Numbers that are meant: simple ones, recognised from roundings and from fits."""

import math

import pytest
from mpmath import mp, mpf

from multiact.relations.numbers import number, recognised

MEANT = {
    "1.702": 1.702,
    "0.044715": 0.044715,
    "1/6": 1 / 6,
    "-2/3": -2 / 3,
    "2": 2,
    "500/851": 1 / 1.702,
    "log(2)": math.log(2),
    "sqrt(2/pi)": math.sqrt(2 / math.pi),
    "sqrt(2)/2": 1 / math.sqrt(2),
    "-pi/2": -math.pi / 2,
    "3/pi": 3 / math.pi,
    "1.0507009873554805": 1.0507009873554805,
}


@pytest.mark.parametrize("text", MEANT)
def test_constants_of_formulas(text):
    assert str(number(MEANT[text])) == text


@pytest.mark.parametrize("text", [t for t in MEANT if len(t) < 11 and t != "500/851"])
def test_numbers_that_a_fit_found(text):
    assert str(recognised(MEANT[text] * (1 + 3e-10))) == text


def test_numbers_of_the_formulas_are_combined():
    known = [number(1.702), number(1.0507009873554805)]
    assert recognised(1 / 1.702, known=known) == number(1 / 1.702)
    assert recognised(1.0507009873554805 * (1 + 1e-11), known=known) == known[1]
    assert recognised(-2 * 1.0507009873554805, known=known).ratio == -2 * known[1].ratio


@pytest.mark.parametrize("value", [0.31830988618, math.nan, math.inf, 1.23456789012])
def test_what_is_no_simple_number(value):
    assert recognised(value, 1e-13) is None


def test_exact_values():
    with mp.workdps(60):
        assert number(math.sqrt(2 / math.pi)).exact(mp) == mp.sqrt(2 / mp.pi)
        assert number(1 / 6).exact(mp) == mpf(1) / 6
