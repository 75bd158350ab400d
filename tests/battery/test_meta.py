"""The checks report faults: each is planted here, and each has to be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import multiact
from multiact.adapters.frameworks import Unavailable
from multiact.calculus.derivative import RULES
from multiact.declare.activation import Activation
from multiact.kernels import kernel
from multiact.kernels.c_source import Loop
from multiact.testing.backend import load
from tests.accuracy.measure import measured
from tests.battery import checks, fused
from tests.battery.fused import Fused, scalar_calls
from tests.battery.programs import checked, jitted, with_autograd
from tests.battery.rows import Row, all_rows, some_rows
from tests.battery.subject import Subject
from tests.battery.variants import VARIANTS, backend
from tests.helpers.examples import examples
from tests.helpers.loops import needs_compiler
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
        self.real = backend("numpy.reference")
        self.wrong_value, self.wrong_gradient = value, gradient

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def value(self, act: Activation, x: Any, arguments: Any) -> Any:
        if self.wrong_value is None:
            return self.real.value(act, x, arguments)
        return self.wrong_value(lambda x: self.real.value(act, x, arguments), x)

    def gradient(self, act: Activation, x: Any, arguments: Any, wrt: Any) -> Any:
        right = np.asarray(self.real.gradient(act, x, arguments, wrt))
        return right if self.wrong_gradient is None else self.wrong_gradient(right, wrt, x)


def slightly(x: Any) -> Any:
    return x * np.float32(1 + 1e-5)


def rows_of(faults: list[str]) -> set[str]:
    """The names of the rows that a report is about."""
    found = [re.match(r"[\w.]+: (.+?), \w+-\w+ in \w+: ", line) for line in faults]
    return {match[1] if match else "" for match in found}


@pytest.mark.parametrize("name", ["mish", "talu", "relu6", "swiglu", "staf", "softmax", "tanhlu"])
def test_a_sound_backend_passes(name):
    for dtype in ("float32", "float64"):
        assert checked(Faulty(), all_rows(subject(name, dtype))) == []


def test_the_line_of_a_fault_names_everything():
    fault = Faulty(value=lambda f, x: np.where(x == 1, np.float32(7), f(x)).astype(x.dtype))
    line = next(line for line in checked(fault, all_rows(subject("talu"))) if ": value" in line)
    assert line.startswith("numpy.reference: value, talu-default in float32: ")
    assert "np.float64(7.0), not np.float64(1.0)" in line
    assert line.endswith("at 1.0")


def missed(act: Activation, *path: Any, dtype: str = "float32") -> str:
    """What the measure of accuracy says about a derivative."""
    example = subject(act, dtype).example
    ((_, found),) = measured(example, dtype, count=30, along=[tuple((name,) for name in path)])
    return found.missed


def test_wrong_formula(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda x: x * mp.tanh(x))

    @multiact.activation
    def planted(x, /, *, xp):
        return x * xp.tanh(x) * (1 + 1e-5)

    for order in range(4):
        assert missed(planted, *["x"] * order), order


def test_wrong_derivative_rule(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda x: mp.tanh(x * 1.0625))
    right = RULES["tanh"]
    monkeypatch.setitem(RULES, "tanh", lambda node, slope: right(node, slope) * (1 + 1e-5))

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.tanh(1.0625 * x)

    assert not missed(planted)
    for order in (1, 2, 3):
        assert missed(planted, *["x"] * order), order


def test_a_fault_of_the_third_derivative_alone(monkeypatch):
    """The rule of the sine is asked for the first and for the third."""
    monkeypatch.setitem(ORACLE, "planted", lambda x: mp.sin(2 * x))
    right, asked = RULES["sin"], []

    def wrong(node, slope):
        asked.append(node)
        return right(node, slope) * (1 if len(asked) == 1 else 1 + 1e-4)

    monkeypatch.setitem(RULES, "sin", wrong)

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.sin(2.0 * x)

    assert [bool(missed(planted, *["x"] * order)) for order in range(4)] == [False] * 3 + [True]


def test_wrong_slope_by_a_parameter(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda x, scale: mp.tanh(x * 1.125) * scale)

    @multiact.activation
    def planted(x, /, scale=0.7, *, xp):
        return xp.tanh(1.125 * x) * scale

    assert not missed(planted, "scale")
    monkeypatch.setitem(ORACLE, "planted", lambda x, scale: mp.tanh(x * 1.125) * scale**2 / 0.7)
    assert not missed(planted)
    assert missed(planted, "scale")


def test_spurious_zero(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", mp.expm1)

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.where(xp.abs(x) < 1e-8, 0.0 * xp.exp(x), xp.exp(x) - 1)

    assert "of" in missed(planted)


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
    rows = (row for row in some_rows(subject("mish")) if row.name == "value")
    (line,) = checked(Faulty(value=fault), rows)
    assert message in line


GRADIENTS = {
    "wrong": slightly,
    "too wide": lambda g: g.astype(np.float64),
    "NaN": lambda g: np.where(np.abs(g) > 0.5, np.nan, g).astype(g.dtype),
    "one element": lambda g: g + np.float32(0.01) * (np.arange(g.size) == 5).reshape(g.shape),
}


@pytest.mark.parametrize("fault", GRADIENTS)
@pytest.mark.parametrize("wrt", [("x",), ("x", "x"), ("x", "x", "x"), ("alpha",)], ids=",".join)
def test_wrong_gradient(fault, wrt):
    """Each derivative on its own, the third and that by a parameter too."""

    def wrong(right, path, x):
        return GRADIENTS[fault](right) if path == wrt and np.ndim(right) else right

    found = rows_of(checked(Faulty(gradient=wrong), all_rows(subject("talu"))))
    where = " at each point" if wrt == ("alpha",) else ""
    assert f"derivative by {', '.join(wrt)}{where}" in found
    assert all(row == "kinks" or ", ".join(wrt) in row for row in found)


def test_wrong_sum_of_slopes_by_a_parameter():
    def wrong(right, path, x):
        return right * np.float32(1 + 1e-4) if path == ("alpha",) and not np.ndim(right) else right

    found = rows_of(checked(Faulty(gradient=wrong), all_rows(subject("talu"))))
    assert found == {"derivative by alpha"}


def test_wrong_slope_by_a_parameter_at_one_point():
    """In the sum of all points it would not be seen."""

    def wrong(right, path, x):
        return right * (1 + np.float32(1e-4) * (np.abs(x) < 1e-2)) if np.ndim(right) else right

    def by_parameter(right, path, x):
        return wrong(right, path, x).astype(right.dtype) if path == ("alpha",) else right

    found = rows_of(checked(Faulty(gradient=by_parameter), all_rows(subject("talu"))))
    assert found == {"derivative by alpha at each point"}


def test_wrong_slope_by_an_element_of_an_array():
    def wrong(right, path, x):
        changed = right.copy()
        changed[-1] *= np.float32(1.001)
        return changed if path == ("phase",) else right

    found = rows_of(checked(Faulty(gradient=wrong), all_rows(subject("staf"))))
    assert found == {"derivative by phase"}


def test_lost_nan(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda _: mp.mpf(1))

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.where(x > 0, 1.0, 1.0)

    (line,) = (f for f in checked(backend("numpy"), some_rows(subject(planted))) if ": NaN" in f)
    assert "NaN became [1.]" in line
    fault = Faulty(value=lambda f, x: np.where(x == 0, np.nan, f(x)).astype(np.float32))
    assert "NaN" in rows_of(checked(fault, some_rows(subject("mish"))))
    for half in (0, 1):

        def lost(f, x, half=half):
            clean = x.copy()
            clean[..., half] = np.nan_to_num(clean[..., half])
            return f(clean)

        assert "NaN" in rows_of(checked(Faulty(value=lost), some_rows(subject("swiglu"))))


def test_wrong_kink_slope(monkeypatch):
    monkeypatch.setitem(ORACLE, "planted", lambda x: max(x, mp.mpf(0)))

    @multiact.activation(kinks=lambda: {0: 0.5})
    def planted(x, /, *, xp):
        return xp.maximum(x, 0)

    assert rows_of(checked(backend("numpy.reference"), some_rows(subject(planted)))) == {"kinks"}


@pytest.mark.parametrize(("above", "word"), [(2.0, "slope"), (1.0, "value")])
def test_undeclared_corner(above, word):
    shift = 0.0 if word == "slope" else 0.5

    @multiact.activation
    def planted(x, /, *, xp):
        return xp.where(x > 1.25, above * x + (1.25 - above * 1.25) + shift, x)

    with pytest.raises(AssertionError, match=rf"planted at 1\.25: {word}"):
        checks.check_corners(subject(planted, "float64"))


def test_wrong_limit(monkeypatch):
    monkeypatch.setattr(checks, "oracle_limits", lambda _: (-1.0, 2.0))
    (line,) = checked(backend("numpy.reference"), some_rows(subject("tanh")))
    assert "limits" in line
    assert "the limit is 2" in line
    monkeypatch.undo()
    lost = Faulty(value=lambda f, x: np.where(np.isinf(x), np.nan, f(x)).astype(np.float32))
    (line,) = checked(lost, some_rows(subject("silu")))
    assert "nan at -inf" in line


def test_zeros_apart():
    fault = Faulty(value=lambda f, x: (f(x) + (np.signbit(x) & (x == 0))).astype(np.float32))
    assert "zeros" in rows_of(checked(fault, some_rows(subject("mish"))))


def test_wrong_strides():
    fault = Faulty(value=lambda f, x: f(x) if x.flags.c_contiguous else f(x)[::-1])
    found = rows_of(checked(fault, all_rows(subject("mish"))))
    assert found
    assert all(row.startswith("strides") for row in found)


def test_wrong_shapes():
    fault = Faulty(value=lambda f, x: f(x) if x.ndim == 1 else f(np.atleast_1d(x.reshape(-1))))
    assert {"no axes", "empty"} <= rows_of(checked(fault, all_rows(subject("mish"))))


def test_parameter_not_broadcast():
    class First(Faulty):
        def value(self, act: Activation, x: Any, arguments: Any) -> Any:
            flat = {n: v.reshape(-1)[0] if np.ndim(v) else v for n, v in arguments.items()}
            return self.real.value(act, x, flat)

    found = rows_of(checked(First(), all_rows(subject("talu"))))
    assert found == {"alpha per channel"}


def test_a_fault_in_a_program_of_jax_is_seen():
    """The calls of one program are told apart."""
    jax = pytest.importorskip("jax")
    real = backend("jax")

    class Wrong:
        name = "wrong"

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def gradient(self, act: Activation, x: Any, arguments: Any, wrt: Any) -> Any:
            right = real.gradient(act, x, arguments, wrt)
            return right * (1 + jax.numpy.float32(1e-4) * (len(wrt) == 3))

    rows = list(all_rows(subject("tanhlu"), strided=False))
    assert _faults_in_one_program(real, rows) == []
    assert rows_of(_faults_in_one_program(Wrong(), rows)) == {"derivative by x, x, x"}


def _faults_in_one_program(run: Any, rows: list[Row]) -> list[str]:
    def together(run: Any, calls: Any) -> Any:
        return dict(zip(calls, jitted([(run, call) for call in calls]), strict=True))

    return checked(run, rows, together)


def test_a_fault_in_a_graph_of_torch_is_seen():
    torch = pytest.importorskip("torch")
    real = backend("torch")

    class Wrong:
        name = "wrong"

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def value(self, act: Activation, x: Any, arguments: Any) -> Any:
            y = real.value(act, x, arguments)
            if not isinstance(arguments.get("beta"), torch.Tensor):
                return y
            return y + 1e-4 * (arguments["beta"] - arguments["beta"].detach())

    rows = list(all_rows(subject("tanhlu")))
    assert checked(real, rows, with_autograd) == []
    found = rows_of(checked(Wrong(), rows, with_autograd))
    assert "derivative by beta at each point" in found
    assert all("beta" in row for row in found)


@needs_compiler
def test_a_fault_in_a_kernel_is_seen(monkeypatch):
    right, real = subject("tanhlu"), Loop.source
    assert checked(Fused(), all_rows(right)) == []
    place = "o3[i] = "  # the third derivative
    monkeypatch.setattr(Loop, "source", lambda self: real(self).replace(place, f"{place}1.001f * "))
    try:
        _forget()
        assert rows_of(checked(Fused(), all_rows(right))) == {"derivative by x, x, x"}
    finally:
        _forget()


def _forget() -> None:
    """Forget the kernels that are loaded."""
    fused.program.cache_clear()
    kernel.kernel.cache_clear()


@needs_compiler
def test_a_call_for_single_elements_is_seen(monkeypatch):
    real = Loop.source
    act = multiact.get("gelu")
    assert scalar_calls(act, {}, "float64") == []
    plain = 'simd("notinbranch"), '
    monkeypatch.setattr(Loop, "source", lambda self: real(self).replace(plain, ""))
    assert scalar_calls(act, {}, "float64") == ["exp"]


@pytest.mark.parametrize("framework", VARIANTS)
def test_every_variant_is_known(framework):
    try:
        offered = tuple(b.name for b in load(framework))
    except Unavailable as error:
        pytest.skip(str(error))
    assert offered == VARIANTS[framework]
