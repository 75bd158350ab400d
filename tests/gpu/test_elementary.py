"""The forms of elementary functions on devices, by Triton's interpreter against mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from multiact.calculus.graph import Data
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import call, symbol
from multiact.special.devices import WAVE_LIMIT
from tests.gpu.watched import require_interpreter, watching
from tests.helpers import ulp
from tests.helpers.points import rounded, spread

require_interpreter()
torch = pytest.importorskip("torch")

X = symbol(Data("x"))
#: the truth, the reach of the arguments, and units in the last place in float32 and float64
FORMS: dict[str, tuple[Callable[[Any], Any], float, float, float]] = {
    "exp": (mp.exp, 87.0, 1.5, 1.0),
    "expm1": (mp.expm1, 80.0, 2.5, 3.0),
    "tanh": (mp.tanh, 20.0, 3.0, 4.0),
    "log1p": (lambda x: mp.log(1 + x), 1e4, 2.5, 2.5),
    "log2": (lambda x: mp.log(x, 2), 1e4, 2.0, 2.0),
    "log10": (mp.log10, 1e4, 3.0, 3.0),
    "atan": (mp.atan, 1e4, 3.0, 3.0),
    "sinh": (mp.sinh, 80.0, 3.5, 4.0),
    "cosh": (mp.cosh, 80.0, 3.5, 3.0),
    "asinh": (mp.asinh, 1e4, 4.0, 4.0),
    "acosh": (mp.acosh, 1e4, 4.0, 4.0),
    "atanh": (mp.atanh, 1.0, 4.0, 4.0),
    "sin": (mp.sin, 3.0, 2.5, 1.0),
    "cos": (mp.cos, 1.5, 2.5, 1.0),
    "tan": (mp.tan, 1.5, 4.5, 3.0),
}
LEAST = {"log1p": -0.99, "log2": 1e-3, "log10": 1e-3, "acosh": 1.01}
LIMITS = {
    "exp": (0.0, np.inf), "expm1": (-1.0, np.inf), "tanh": (-1.0, 1.0), "log1p": (np.nan, np.inf),
    "sinh": (-np.inf, np.inf), "cosh": (np.inf, np.inf), "asinh": (-np.inf, np.inf),
}  # fmt: skip


def evaluate(e: Any, x: np.ndarray, dtype: str) -> np.ndarray:
    """An expression by a kernel."""
    from multiact_torch._operation import Operation

    with watching() as watch:
        (y,) = Operation((e,), Inputs((Data("x"),)), "form").apply(
            torch.tensor(x, dtype=getattr(torch, dtype))
        )
    assert len(watch.launched) == 1
    return y.double().numpy()


def error(e: Any, truth: Callable[[Any], Any], x: np.ndarray, dtype: str) -> float:
    """The largest error in units in the last place."""
    with mp.workdps(40):
        true = ulp.Exact.of(truth(mpf(float(v))) for v in x)
    return float(ulp.ulps(evaluate(e, x, dtype), true, dtype).max())


def points(name: str, dtype: str, reach: float) -> np.ndarray:
    """Numbers of all sizes up to a reach."""
    low = LEAST.get(name, -reach)
    near = spread(150, max(low, -1.0), min(reach, 2.0)) if reach > 1 else spread(150, low, reach)
    sizes = 10.0 ** spread(60, -6.0, np.log10(reach))
    found = np.concatenate([near, sizes, -sizes, spread(150, low, reach)])
    return rounded(found[(found >= low) & (found < reach)], dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FORMS)
def test_forms(name, dtype):
    truth, reach, *goals = FORMS[name]
    found = error(call(name, X), truth, points(name, dtype, reach), dtype)
    assert found <= goals[dtype == "float64"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("power", [0.3, 1.7, -2.5, 31.0])
def test_powers(power, dtype):
    x = rounded(10.0 ** spread(200, -1.0, 1.0), dtype)
    p = float(rounded(np.asarray(power), dtype))
    assert error(call("pow", X, p), lambda v: v ** mpf(p), x, dtype) <= 1.5


def test_ends_of_powers():
    x = np.asarray([0.0, np.inf, np.nan, -8.0, 1.0, 1e-40])
    cube, root = (evaluate(call("pow", X, p), x, "float32") for p in (3.0, -0.5))
    np.testing.assert_array_equal(cube, [0.0, np.inf, np.nan, -512.0, 1.0, 0.0])
    np.testing.assert_array_equal(root[:5], [np.inf, 0.0, np.nan, np.nan, 1.0])
    np.testing.assert_allclose(root[5], 1e20, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", LIMITS)
def test_ends(name, dtype):
    found = evaluate(call(name, X), np.asarray([-np.inf, np.inf, np.nan]), dtype)
    np.testing.assert_array_equal(found, [*LIMITS[name], np.nan])


def test_the_ends_of_exponentials():
    x = rounded(np.asarray([88.7, 88.72, 88.73, 100.0, -87.0, -104.0, -200.0]), "float32")
    found = evaluate(call("exp", X), x, "float32")
    with np.errstate(over="ignore"):
        expected = np.exp(x).astype(np.float32).astype(float)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=2.0**-125)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_angles(name):
    """Up to the limit by arithmetic, beyond it by the compiler's own; nothing is lost at roots."""
    x = rounded(
        np.concatenate([spread(300, -WAVE_LIMIT, WAVE_LIMIT), [4e4, 1e10, -3e38]]), "float32"
    )
    with mp.workdps(80):
        true = np.asarray([float(getattr(mp, name)(mpf(float(v)))) for v in x])
    np.testing.assert_allclose(evaluate(call(name, X), x, "float32"), true, rtol=0, atol=1.5e-7)


def test_a_wrong_form_is_found(monkeypatch):
    from multiact_torch import _triton

    from multiact.special import devices

    monkeypatch.setattr(devices, "SMALL_EXPM1", (0.5, 1 / 6, 1 / 24, 1 / 120, 0.0))
    _triton._kernel.cache_clear()
    truth, reach, goal, _ = FORMS["exp"]
    assert error(call("exp", X), truth, points("exp", "float32", reach), "float32") > goal
    _triton._kernel.cache_clear()
