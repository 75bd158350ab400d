"""The checks report faults: each is planted here, and each has to be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import multiact
from multiact.adapters.frameworks import Unavailable
from multiact.calculus.derivative import RULES
from multiact.declare.activation import Activation
from multiact.testing.backend import load
from tests.accuracy.measure import achieved
from tests.battery import checks
from tests.battery.subject import Subject
from tests.battery.variants import VARIANTS, backend
from tests.helpers.examples import examples
from tests.helpers.registered import temporary_registrations
from tests.oracle import ORACLE


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    before = multiact.names()
    with temporary_registrations():
        yield
    assert multiact.names() == before


def subject(act: Activation | str, dtype: str = "float32") -> Subject:
    return Subject(next(iter(examples(multiact.get(act), dtype))), dtype)


class Faulty:
    """NumPy's backend with something wrong about its values or gradients."""

    def __init__(self, value: Any = None, gradient: Any = None) -> None:
        self.real = backend("numpy")
        self.wrong_value, self.wrong_gradient = value, gradient

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def value(self, act: Activation, x: Any, arguments: Any) -> Any:
        if self.wrong_value is None:
            return self.real.value(act, x, arguments)
        return self.wrong_value(lambda x: self.real.value(act, x, arguments), x)

    def gradient(self, act: Activation, x: Any, arguments: Any, wrt: Any) -> Any:
        return self.wrong_gradient(self.real.gradient(act, x, arguments, wrt))


def slightly(x: Any) -> Any:
    return x * np.float32(1 + 1e-5)


def test_a_sound_backend_passes():
    sound = Faulty(gradient=lambda g: g)
    checks.check_value(sound, subject("mish"))
    checks.check_gradient(sound, subject("mish"), ("x",))
    checks.check_kinks(sound, subject("relu6"))


def test_wrong_formula(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda x: x * mp.tanh(x))

    @multiact.activation
    def planted(x, /, *, xp):
        return x * xp.tanh(x) * (1 + 1e-5)

    example = subject(planted).example
    assert achieved(example, "float32", (), count=30).missed
    assert achieved(example, "float32", (("x",),), count=30).missed


def test_wrong_derivative_rule(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda x: mp.tanh(x * 1.0625))
    right = RULES["tanh"]
    monkeypatch.setitem(RULES, "tanh", lambda node, slope: right(node, slope) * (1 + 1e-5))

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.tanh(1.0625 * x)

    example = subject(planted).example
    assert not achieved(example, "float32", (), count=30).missed
    assert achieved(example, "float32", (("x",),), count=30).missed


def test_spurious_zero(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", mp.expm1)

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.where(xp.abs(x) < 1e-8, 0.0 * xp.exp(x), xp.exp(x) - 1)

    assert "of" in achieved(subject(planted).example, "float32", (), count=30).missed


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda f, x: f(x).astype(np.float64), "float64 for float32"),
        (lambda f, x: f(x)[:-1], "shape"),
        (lambda f, x: f(x).tolist(), "list"),
        (lambda f, x: f(x) * np.float32(1 + 2e-6), "of 64"),
        (lambda f, x: np.where(x > 50, np.nan, f(x)).astype(np.float32), "of 64"),
    ],
)
def test_wrong_value(fault, message):
    with pytest.raises(AssertionError, match=message):
        checks.check_value(Faulty(value=fault), subject("mish"))


@pytest.mark.parametrize(
    "fault", [slightly, lambda g: g.astype(np.float64), lambda g: np.where(g > 0.5, np.nan, g)]
)
@pytest.mark.parametrize("wrt", [("x",), ("x", "x"), ("alpha",)])
def test_wrong_gradient(fault, wrt):
    if wrt == ("alpha",) and fault is not slightly:
        pytest.skip("one number")
    with pytest.raises(AssertionError):
        checks.check_gradient(Faulty(gradient=fault), subject("talu"), wrt)


def test_lost_nan():
    @multiact.activation
    def planted(x, /, *, xp):
        return xp.where(x > 0, x, 0.0)

    with pytest.raises(AssertionError, match="NaN became 0"):
        checks.check_nan(backend("numpy"), subject(planted))
    fault = Faulty(value=lambda f, x: np.where(x > 5, np.nan, f(x)).astype(np.float32))
    with pytest.raises(AssertionError, match="NaN at"):
        checks.check_nan(fault, subject("mish"))


def test_wrong_kink_slope():
    @multiact.activation(kinks=lambda: {0: 0.5})
    def planted(x, /, *, xp):
        return xp.maximum(x, 0)

    with pytest.raises(AssertionError, match="not "):
        checks.check_kinks(backend("numpy"), subject(planted))


@pytest.mark.parametrize(("above", "word"), [(2.0, "slope"), (1.0, "value")])
def test_undeclared_corner(above, word):
    shift = 0.0 if word == "slope" else 0.5

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.where(x > 1.25, above * x + (1.25 - above * 1.25) + shift, x)

    with pytest.raises(AssertionError, match=rf"planted at 1\.25: {word}"):
        checks.check_corners(subject(planted, "float64"))


def test_wrong_limit():
    with pytest.raises(AssertionError, match="the limit is 2"):
        checks.check_infinities(backend("numpy"), subject("tanh"), (-1.0, 2.0))
    lost = Faulty(value=lambda f, x: np.where(np.isinf(x), np.nan, f(x)).astype(np.float32))
    with pytest.raises(AssertionError, match="nan at -inf"):
        checks.check_infinities(lost, subject("silu"), (0.0, np.inf))


def test_zeros_apart():
    fault = Faulty(value=lambda f, x: (f(x) + np.signbit(x)).astype(np.float32))
    with pytest.raises(AssertionError, match="at -0"):
        checks.check_small(fault, subject("mish"))


def test_wrong_strides():
    fault = Faulty(value=lambda f, x: f(x) if x.flags.c_contiguous else f(x)[::-1])
    with pytest.raises(AssertionError):
        checks.check_shapes(fault, subject("mish"))


def test_parameter_not_broadcast():
    class First(Faulty):
        def value(self, act: Activation, x: Any, arguments: Any) -> Any:
            flat = {n: v.reshape(-1)[0] if np.ndim(v) else v for n, v in arguments.items()}
            return self.real.value(act, x, flat)

    with pytest.raises(AssertionError):
        checks.check_broadcast(First(), subject("talu"), "alpha")


def test_integers_taken():
    fault = Faulty(value=lambda f, x: f(x.astype(np.float32)))
    with pytest.raises(AssertionError, match="was taken"):
        checks.check_refusal(fault, subject("mish"), np.asarray([1, 2]))


@pytest.mark.parametrize("framework", VARIANTS)
def test_every_variant_is_known(framework):
    try:
        offered = tuple(b.name for b in load(framework))
    except Unavailable as error:
        pytest.skip(str(error))
    assert offered == VARIANTS[framework]
