"""The elementary functions of fused loops, against mpmath over the whole range of float32."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from multiact.calculus.program import Inputs
from multiact.calculus.simplify import neg
from multiact.calculus.tracing import Expr, call, symbol
from multiact.kernels import compiler
from multiact.kernels.c_source import Loop
from multiact.kernels.kernel import kernel
from tests.helpers.points import points
from tests.helpers.ulp import Exact, ulps

pytestmark = pytest.mark.skipif(compiler.compiler() is None, reason="no C compiler")

X = symbol("x")
DECAY = call("exp", neg(call("abs", X)))
#: what is computed, its definition, the error in ULP that was measured (rounded up)
CASES: dict[str, tuple[Expr, Callable[[Any], Any], float]] = {
    "exp": (call("exp", X), mp.exp, 1.1),
    "expm1": (call("expm1", X), mp.expm1, 1.5),
    "tanh": (call("tanh", X), mp.tanh, 2.4),
    "log1p": (call("log1p", X), lambda x: mp.log1p(x) if x > -1 else mp.nan, 1.1),
    "sin": (call("sin", X), mp.sin, 2.4),
    "cos": (call("cos", X), mp.cos, 2.4),
    "log1p of a decay": (call("log1p", DECAY), lambda x: mp.log1p(mp.exp(-abs(x))), 2.6),
}


def run(e: Expr, x: np.ndarray) -> np.ndarray:
    """The expression in a fused loop."""
    made = kernel(Loop((e,), Inputs(("x",)), (), "float32"))
    assert made is not None
    y = np.empty_like(x)
    made.flat(x.size, (), (x.ctypes.data, y.ctypes.data))
    return y


@pytest.mark.parametrize("name", CASES)
def test_error(name: str) -> None:
    e, truth, most = CASES[name]
    edges = [88.72283, 88.722839, 88.7229, -87.33654, -87.3366, -103.0, 0.6931472, -17.4, 9.01]
    roots = np.arange(1, 21000, 17) * (np.pi / 2)  # of sines, below and above their limit
    x = np.concatenate(
        [points("float32", edges, 6000), -1 + 10.0 ** -np.linspace(0.1, 7, 200), roots, -roots]
    )
    x = x[x != -1.0].astype(np.float32)  # where log1p is infinite
    with mp.workdps(40):
        exact = Exact.of([truth(mp.mpf(float(v))) for v in x])
    known = ~np.isnan(exact.high)
    got = run(e, x).astype(float)
    assert np.isnan(got[~known]).all()
    error = ulps(got[known], Exact(exact.high[known], exact.low[known]), "float32")
    worst = int(error.argmax())
    assert error[worst] <= most, f"{error[worst]} ULP at {x[known][worst]!r}"


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "exp": (math.inf, 0.0, 1.0, 1.0),
        "expm1": (math.inf, -1.0, 0.0, -0.0),
        "tanh": (1.0, -1.0, 0.0, -0.0),
        "log1p": (math.inf, math.nan, 0.0, -0.0),
        "sin": (math.nan, math.nan, 0.0, -0.0),
        "cos": (math.nan, math.nan, 1.0, 1.0),
    }.items(),
)
def test_special_values(name: str, values: tuple[float, ...]) -> None:
    x = np.asarray([math.inf, -math.inf, 0.0, -0.0, math.nan], np.float32)
    got = run(CASES[name][0], x)
    np.testing.assert_array_equal(got, np.asarray([*values, math.nan], np.float32))
    if values[3] == 0:
        assert math.copysign(1, got[3]) == math.copysign(1, values[3])


def test_log1p_at_minus_one() -> None:
    assert run(CASES["log1p"][0], np.asarray([-1.0], np.float32))[0] == -math.inf
