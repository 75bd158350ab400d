"""Functions by arithmetic, for compilers whose own are slow, against mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from multiact.calculus.graph import Data
from multiact.calculus.lower import Target, lower
from multiact.calculus.program import Inputs, program
from multiact.calculus.simplify import neg, where
from multiact.calculus.tracing import Expr, call, const, symbol
from multiact.special.arithmetic import LOG1P_OF_XLA, WAVE_LIMIT, by_arithmetic
from multiact.special.normal import bell, narrow_bell
from tests.helpers.ulp import Exact, absolute, ulps

X = symbol(Data("x"))
EVERYTHING = by_arithmetic("sin", "cos", "tanh", "log1p", "exp", "bell", "narrow_bell")


DECAYS = {"bell": bell, "narrow_bell": narrow_bell}


def run(e: Expr, x: np.ndarray, xp: Any, compiled: Callable[..., Any]) -> Any:
    """The expression by arithmetic on an array library."""
    bits = x.dtype.itemsize * 8
    made = program((e,), Inputs(("x",)), Target(bits, arithmetic=EVERYTHING))
    assert f"xp.{e.op}(" not in made.source
    return np.asarray(compiled(lambda v: made(v, xp=xp)[0])(xp.asarray(x)))


def _near(values: np.ndarray) -> np.ndarray:
    v = values.astype(np.float32)
    return np.concatenate([np.nextafter(v, np.float32(s)) for s in (-np.inf, np.inf)] + [v])


def angles() -> np.ndarray:
    quarters = np.arange(1, 8100, 7) * (np.pi / 2)  # where a sine or a cosine is nearly 0
    found = np.concatenate(
        [_near(quarters), np.linspace(0, 20, 2000), np.geomspace(1e-30, WAVE_LIMIT, 2000)]
    ).astype(np.float32)
    found = np.concatenate([found, -found])
    return found[np.abs(found) <= WAVE_LIMIT]


class _NumPy:
    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def power_by_bits(shifted: np.ndarray) -> np.ndarray:
        n = np.where(np.isnan(shifted), 0, shifted - 3 * 2**22).astype(int)
        return np.where(n < -126, 0, np.ldexp(1.0, n)).astype(shifted.dtype)


def _numpy() -> tuple[Any, Callable[..., Any]]:
    return _NumPy(), lambda f: f


def _jax() -> tuple[Any, Callable[..., Any]]:
    jax = pytest.importorskip("jax")
    from multiact_jax._operation import OPERATIONS

    return OPERATIONS, jax.jit


@pytest.mark.parametrize("library", [_numpy, _jax])
@pytest.mark.parametrize("op", ["sin", "cos"])
def test_waves(op: str, library: Callable[[], Any]) -> None:
    x = angles()
    with mp.workdps(40):
        exact = Exact.of([getattr(mp, op)(mp.mpf(float(v))) for v in x])
    got = run(call(op, X), x, *library()).astype(float)
    error = absolute(got, exact, "float32")
    assert error.max() <= 1.2, f"{error.max()} eps at {x[error.argmax()]!r}"
    away = np.abs(exact.high) > 1e-3  # at a zero the last part's rounding is all that is left
    relative = ulps(got[away], Exact(exact.high[away], exact.low[away]), "float32")
    assert relative.max() <= 2.2, f"{relative.max()} ULP at {x[away][relative.argmax()]!r}"


@pytest.mark.parametrize("library", [_numpy, _jax])
def test_tanh(library: Callable[[], Any]) -> None:
    ends = _near(np.asarray([0.625, 9.0, 44.0, 200.0]))  # where the forms, and 1 - z, change
    x = np.concatenate([np.linspace(0, 12, 20000), np.geomspace(1e-30, 3e38, 1000), ends])
    x = np.concatenate([x, -x, [np.inf, -np.inf, np.nan, 0.0, -0.0]]).astype(np.float32)
    with np.errstate(all="ignore"):  # squares that are not selected
        got = run(call("tanh", X), x, *library())
    assert list(got[-5:-3]) == [1, -1]
    assert np.isnan(got[-3])
    assert list(np.signbit(got[-2:])) == [False, True]
    with mp.workdps(40):
        exact = Exact.of([mp.tanh(mp.mpf(float(v))) for v in x[:-5]])
    error = ulps(got[:-5].astype(float), exact, "float32")
    assert error.max() <= 1.6, f"{error.max()} ULP at {x[error.argmax()]!r}"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_log1p_of_a_decay(dtype: str) -> None:
    x = np.concatenate([np.linspace(0, 30, 2000), np.geomspace(1e-20, 80, 500)]).astype(dtype)
    with mp.workdps(60):
        exact = Exact.of([mp.log1p(mp.exp(-mp.mpf(float(v)))) for v in x])
    got = run(call("log1p", call("exp", neg(call("abs", X)))), x, *_numpy()).astype(float)
    assert ulps(got, exact, dtype).max() <= 3.0


def test_log1p_of_xla() -> None:
    jax = pytest.importorskip("jax")
    x = np.concatenate([np.linspace(-0.999, 3, 4001), -np.geomspace(1e-300, 0.5, 200), [0.0]])
    x = np.concatenate([x, [-1.0, -2.0, np.nan, np.inf]])
    made = program((call("log1p", X),), Inputs(("x",)), Target(64, arithmetic=LOG1P_OF_XLA))
    with jax.enable_x64(True):
        got = np.asarray(jax.jit(lambda v: made(v, xp=_jax()[0])[0])(x))
    np.testing.assert_array_equal(got[-4:], [-np.inf, np.nan, np.nan, np.inf])
    with mp.workdps(60):
        exact = Exact.of([mp.log1p(mp.mpf(float(v))) for v in x[:-4]])
    error = ulps(got[:-4], exact, "float64")
    assert error.max() <= 2.5, f"{error.max()} ULP at {x[error.argmax()]!r}"


@pytest.mark.parametrize("library", [_numpy, _jax])
@pytest.mark.parametrize(("op", "end"), [("bell", 14.5), ("narrow_bell", 10.25)])
def test_decays_of_squares(op: str, end: float, library: Callable[[], Any]) -> None:
    steps = _near((np.arange(0, int(256 * end), 3) + 0.5) / 256)  # where the whole step changes
    x = np.concatenate([np.linspace(0, end, 20000), np.geomspace(1e-30, 1, 500), [np.nan], -steps])
    x = np.abs(x).astype(np.float32)
    held = where(call("gt", call("abs", X), const(end)), const(end), call("abs", X))
    got = run(DECAYS[op](held), x, *library()).astype(float)
    nan = np.isnan(x)
    assert np.isnan(got[nan]).all()
    x, got = x[~nan], got[~nan]
    factor = 0.5 if op == "bell" else 1.0
    with mp.workdps(40):
        exact = Exact.of([mp.exp(-factor * mp.mpf(float(v)) ** 2) for v in x])
    normal = exact.high > 2.0**-125
    relative = ulps(got[normal], Exact(exact.high[normal], exact.low[normal]), "float32")
    assert relative.max() <= 1.2, f"{relative.max()} ULP at {x[normal][relative.argmax()]!r}"
    assert got[~normal].max() <= 2.0**-125
    assert got[x == np.float32(end)].max() == 0


@pytest.mark.parametrize("library", [_numpy, _jax])
@pytest.mark.parametrize("end", [-900.0, -math.inf])
def test_exponentials_that_cannot_overflow(end: float, library: Callable[[], Any]) -> None:
    halves = _near((np.arange(-126, 127) + 0.5) * np.log(2))  # where the power of two changes
    x = np.concatenate([halves, np.linspace(-100, 88, 20000), [max(end, -1e38), np.nan]])
    x = np.minimum(x, 88).astype(np.float32)
    held = X if end == -math.inf else where(call("lt", X, const(end)), const(end), X)
    u = where(call("gt", held, const(88)), const(88), held)
    got = run(call("exp", u), x, *library()).astype(float)
    assert np.isnan(got[-1])
    x, got = x[:-1], got[:-1]
    with mp.workdps(40):
        exact = Exact.of([mp.exp(mp.mpf(float(v))) for v in x])
    normal = exact.high > 2.0**-125
    relative = ulps(got[normal], Exact(exact.high[normal], exact.low[normal]), "float32")
    assert relative.max() <= 1.2, f"{relative.max()} ULP at {x[normal][relative.argmax()]!r}"
    assert got[~normal].max() <= 2.0**-125
    assert got[-1] == 0


@pytest.mark.parametrize("u", [X, where(call("gt", X, const(89)), const(89), X)])
def test_an_exponential_that_may_overflow_stays(u: Expr) -> None:
    e = call("exp", u)
    assert lower(e, Target(32, arithmetic=EVERYTHING)) is e


def test_a_decay_that_is_not_seen_to_be_bounded() -> None:
    x = np.asarray([0.5, 3.0, 14.0, 20.0, 1e12], np.float32)
    held = where(call("gt", call("abs", X), const(1e12)), const(1e12), call("abs", X))
    got = run(bell(held), x, *_numpy())
    np.testing.assert_allclose(got[:2], np.exp(-(x[:2] ** 2) / 2), rtol=1e-6)
    assert (got[2:] < 2.0**-125).all()  # where steps of 1/256 are not enough


def test_other_logarithms_stay() -> None:
    e = call("log1p", X)
    assert lower(e, Target(32, arithmetic=EVERYTHING)) is e


def test_doubles_keep_the_library_s_waves() -> None:
    e = call("sin", X)
    assert lower(e, Target(64, arithmetic=EVERYTHING)) is e
