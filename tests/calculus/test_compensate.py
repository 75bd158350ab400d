"""Exponents without rounding errors: the tails of exponentials, against mpmath."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

from multiact.calculus import compensate
from multiact.calculus.graph import Data
from multiact.calculus.lower import Target
from multiact.calculus.program import Inputs, program
from multiact.calculus.simplify import neg, simplify
from multiact.calculus.tracing import symbol
from multiact.special._primitive import xp
from multiact.special.stable import stable
from tests.helpers.caches import forget_graphs

x, k = symbol(Data("x")), symbol("k")
K = 0.7
FORMULAS = {
    "a factor": (xp.exp(1.702 * x), lambda v, k: 1.702 * v),
    "a parameter": (xp.exp(-k * x), lambda v, k: -k * v),
    "a quotient": (xp.exp(x / 3), lambda v, k: v / 3),
    "a sum": (xp.exp(-(x - k)), lambda v, k: -(v - k)),
    "a polynomial": (
        xp.exp(-1.6 * (x + 0.045 * x * x * x)),
        lambda v, k: mpf(-1.6) * (v + mpf(0.045) * v**3),
    ),
    "an exponential": (xp.exp(-xp.exp(-x)), lambda v, k: -mp.exp(-v)),
    "a multiple of one": (xp.exp(-k * xp.exp(1.3 * x)), lambda v, k: -k * mp.exp(mpf(1.3) * v)),
    "a constant": (
        xp.exp(-xp.sqrt(2 / xp.pi) * x),
        lambda v, k: -mp.sqrt(2 / mp.pi) * v,
    ),
    "a size": (xp.exp(-xp.abs(1.1 * x)), lambda v, k: -abs(mpf(1.1) * v)),
    "of two sides": (
        xp.exp(xp.where(x < 0, 1.3 * x, -0.7 * x)),
        lambda v, k: mpf(1.3) * v if v < 0 else mpf(-0.7) * v,
    ),
}


class _WithFMA:
    """NumPy with a fused multiply-add, exact in a wider type."""

    def __getattr__(self, name):
        return getattr(np, name)

    @staticmethod
    def fma(a, b, c):
        dtype = c.dtype
        a, b, c = (np.longdouble(np.asarray(v, dtype)) for v in (a, b, c))  # numbers, too
        return (a * b + c).astype(dtype)


def worst(formula, exponent, dtype, target):
    """ULP at places where the result is a normal number."""
    end = np.float64(np.log(np.finfo(dtype).max))
    points = np.concatenate([np.linspace(-end, end, 800), -np.geomspace(1e-3, end, 200)])
    points = points.astype(dtype)
    run = program((simplify(formula),), Inputs(("x",), (("k", None),)), target)
    with np.errstate(all="ignore"):
        (got,) = run(points, dtype(K), xp=_WithFMA())
    found = 0.0
    with mp.workdps(50):
        for v, y in zip(points, got, strict=True):
            true = mp.exp(exponent(mpf(float(v)), mpf(float(dtype(K)))))
            if 4096 * np.finfo(dtype).tiny < true < np.finfo(dtype).max:
                assert np.isfinite(y)
                ulp = float(np.spacing(dtype(float(true))))
                found = max(found, float(abs(mpf(float(y)) - true)) / ulp)
    return found


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("formula", "exponent"), FORMULAS.values(), ids=FORMULAS)
def test_the_tail_is_right(formula, exponent, dtype):
    if dtype is np.float64 and np.finfo(np.longdouble).nmant < 60:
        pytest.skip("no wider type to multiply in")
    bits = np.dtype(dtype).itemsize * 8
    # the exponential itself: 1 ULP in NumPy; in float64 the product in long double is rounded
    assert worst(formula, exponent, dtype, Target(bits, fma=True)) < (3 if bits == 32 else 4)


def test_without_it_the_tail_is_wrong():
    formula, exponent = FORMULAS["a factor"]
    assert worst(formula, exponent, np.float32, Target(32)) > 20


@pytest.mark.parametrize("end", [np.inf, -np.inf, np.nan, 3e38, -3e38])
def test_infinities_overflow_and_nan(end):
    run = program((simplify(FORMULAS["a polynomial"][0]),), Inputs(("x",)), Target(32, fma=True))
    with np.errstate(all="ignore"):
        (got,) = run(np.float32([end]), xp=_WithFMA())
        wanted = np.exp(-np.float32([end]))
    np.testing.assert_array_equal(got, wanted)


def test_an_exponent_that_is_exact_costs_nothing():
    source = program((xp.exp(-x),), Inputs(("x",)), Target(32, fma=True)).source
    assert source == program((xp.exp(-x),), Inputs(("x",)), Target(32)).source
    assert "where" not in source


@pytest.mark.parametrize(
    "name", ["a factor", "a quotient", "a polynomial", "of two sides", "an exponential"]
)
def test_an_error_with_the_wrong_sign_is_found(name, monkeypatch):
    right = compensate._changed  # once for each exponential: twice wrong would be right

    def wrong(plain, slope, error):
        return right(plain, slope, None if error is None else neg(error))

    formula, exponent = FORMULAS[name]
    forget_graphs()
    monkeypatch.setattr(compensate, "_changed", wrong)
    assert worst(formula, exponent, np.float32, Target(32, fma=True)) > 20
    forget_graphs()


@pytest.mark.parametrize("what", ["_power_of_two", "_ATANH_TERMS", "LOG2"])
def test_each_part_of_the_error_of_an_exponential_is_needed(what, monkeypatch):
    planted = {
        "_power_of_two": lambda e, bits: e,
        "_ATANH_TERMS": {32: 1, 64: 1},
        "LOG2": {bits: (high, -low) for bits, (high, low) in compensate.LOG2.items()},
    }
    forget_graphs()
    monkeypatch.setattr(compensate, what, planted[what])
    formula, exponent = FORMULAS["an exponential"]
    assert worst(formula, exponent, np.float64, Target(64, splits=True)) > 20
    forget_graphs()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sum_with_an_exponential_near_its_root(dtype):
    """1 - 2 exp(-0.7 exp(-x)) is 0 at 0.0098."""
    formula = stable(simplify(1 - 2 * xp.exp(-0.7 * xp.exp(-x))))
    points = np.linspace(-0.2, 0.2, 401).astype(dtype)
    run = program((formula,), Inputs(("x",)), Target(np.dtype(dtype).itemsize * 8, splits=True))
    (got,) = run(points, xp=np)
    with mp.workdps(50):
        true = [1 - 2 * mp.exp(mpf(-0.7) * mp.exp(-mpf(float(v)))) for v in points]
        errors = [abs(mpf(float(y)) - t) for y, t in zip(got, true, strict=True)]
        # beside the root x itself has a rounding
        ulp = [
            np.spacing(np.abs(y)) + np.finfo(dtype).eps * abs(v)
            for y, v in zip(got, points, strict=True)
        ]
    assert max(float(e) / u for e, u in zip(errors, ulp, strict=True)) < 4
