"""Checking finds what is planted, and believes what is right."""

import math

import mpmath
import numpy as np
import pytest

import multiact
from multiact.calculus.derivative import RULES, partials
from multiact.calculus.simplify import neg
from multiact.calculus.tracing import call
from multiact.cli import main
from multiact.parameters import Learnable, Real
from multiact.testing.backend import load
from multiact.testing.check import check
from multiact.testing.exact import OPERATIONS, truth
from multiact.testing.formats import FORMATS
from multiact.testing.loading import resolve
from tests.helpers.primitives import primitives
from tests.helpers.registered import temporary_registrations

NUMPY = load("numpy")[-1]  # the reference engine
HEAD = """
import multiact
from multiact.parameters import Learnable, Positive
"""
FORMULAS = {
    "good": """
@multiact.activation(name="Planted", kinks=lambda alpha: {0: 1})
def planted(x, /, alpha: Learnable[Positive] = 0.7, *, xp):
    return xp.where(x < 0, alpha * xp.tanh(2 * x), x)
""",
    "value": """
@multiact.activation
def planted(x, /, *, xp):
    return xp.sin(x) - x * xp.cos(x)
""",
    "lost NaN": """
@multiact.activation
def planted(x, /, *, xp):
    return xp.where(x > 0, 0.0, 0.0)
""",
    "limit": """
@multiact.activation(limits=(0.5, None))
def planted(x, /, *, xp):
    return x * xp.exp(x)
""",
    "kink": """
@multiact.activation(kinks=lambda: {0: 0.5})
def planted(x, /, *, xp):
    return xp.maximum(x, 0)
""",
    "derivative": """
@multiact.activation
def planted(x, /, *, xp):
    return 0.77 * xp.sin(x)
""",
}
REASONS = {
    "value": "value:",
    "lost NaN": "lost NaN: f(nan) = 0",
    "limit": "limit: f(-inf) = ",
    "kink": "derivative:",
}


@pytest.fixture(autouse=True)
def _forget():
    """Activations of one test are no activations of the next."""
    with temporary_registrations():
        yield


@pytest.fixture
def planted(tmp_path):
    def write(name):
        file = tmp_path / "mine.py"
        file.write_text(HEAD + FORMULAS[name])
        return f"{file}:planted"

    return write


def rows(target, backend=NUMPY, dtype="float32"):
    return list(check([resolve(target)], [backend], [dtype]))


def test_a_good_formula_passes(planted, capsys):
    assert main(["check", planted("good"), "--backend", "numpy", "--all-dtypes"]) == 0
    rows = 3 * len(load("numpy"))
    out = capsys.readouterr().out
    assert out.endswith(f"{rows} rows, errors in units in the last place: all ok\n")


@pytest.mark.parametrize(("name", "reason"), REASONS.items(), ids=REASONS)
def test_a_planted_formula_fails(name, reason, planted, capsys):
    assert main(["check", planted(name), "--backend", "numpy"]) == 1
    out = capsys.readouterr().out
    assert out.count("FAILED planted numpy") == len(load("numpy"))
    assert f"{NUMPY.name} float32: {reason}" in out


def test_a_wrong_derivative_rule_fails(planted, monkeypatch):
    (row,) = rows(planted("derivative"))
    assert row.ok
    monkeypatch.setitem(RULES, "sin", partials(lambda u: neg(call("cos", u))))
    wrong = resolve(planted("derivative").replace("planted", "planted")).function
    with_rule = multiact.Activation("other", "Other", "elementwise", _other(wrong), ("x",), (), ())
    (row,) = check([with_rule], [NUMPY])
    assert row.reason.startswith("derivative:")


def _other(function):
    def other(x, /, *, xp):
        return 1.5 * function(0.5 * x, xp=xp)  # a graph whose derivative is not known yet

    return other


class Broken:
    """NumPy with one fault."""

    name = "broken"

    def __init__(self, fault):
        self.fault = fault

    def __getattr__(self, name):
        return getattr(NUMPY, name)

    def value(self, act, x, arguments):
        y = NUMPY.value(act, x, arguments)
        if self.fault == "dtype":
            return y.astype(np.float64)
        if self.fault == "error":
            raise RuntimeError("out of order\nsecond line")
        if self.fault == "shape":
            return y[:-1]
        if self.fault == "value":
            return np.where(np.abs(x) < 9, y + np.float32(1e-5), y)
        return y

    def gradient(self, act, x, arguments, wrt):
        y = NUMPY.gradient(act, x, arguments, wrt).copy()
        if self.fault == "NaN":
            y[x == 1e4] = math.nan
        elif self.fault == "derivative":
            y *= np.float32(1.0001)
        elif self.fault == "gradient dtype":
            return y.astype(np.float64)
        elif self.fault == "zero":
            y[x == -17.0] = 0.0
        return y


FAULTS = {
    "dtype": "dtype: the value of a float32 array is float64",
    "gradient dtype": "dtype: the derivative of a float32 array is float64",
    "error": "RuntimeError: out of order",
    "shape": "shape:",
    "value": "value:",
    "NaN": "derivative: NaN at x = 10000",
    "derivative": "derivative:",
    "zero": "derivative:",
}


@pytest.mark.parametrize(("fault", "reason"), FAULTS.items(), ids=FAULTS)
def test_a_broken_backend_fails(fault, reason):
    (row,) = check([multiact.get("tanh")], [Broken(fault)])
    assert row.reason.startswith(reason)
    assert row.as_dict()["verdict"] == "fail"


def test_the_same_backend_without_a_fault_passes():
    (row,) = check([multiact.get("tanh")], [Broken("")])
    assert row.ok
    assert 0 < row.value_error < 4
    assert 0 < row.slope_error < 16


@pytest.mark.parametrize("name", ["softmax", "group_sort", "swiglu_layer", "moe"])
def test_functions_along_an_axis(name):
    (row,) = check([multiact.get(name)], [NUMPY])
    assert row.ok, row
    (row,) = check([multiact.get(name)], [Broken("value")])
    assert row.reason.startswith("value:")


def test_a_gate_is_differentiated_by_both_halves():
    (row,) = check([multiact.get("swiglu")], [NUMPY])
    assert row.ok, row
    (row,) = check([multiact.get("swiglu")], [Broken("derivative")])
    assert row.reason.startswith("derivative:")


def test_a_dtype_the_backend_does_not_have_gives_no_row():
    assert not list(check([multiact.get("tanh")], [NUMPY], ["bfloat16"]))


def test_every_primitive_has_a_definition():
    assert primitives()
    assert [op for op in primitives().values() if op.means is None and op not in OPERATIONS] == []


def test_the_truth_has_derivatives():
    act = multiact.get("gelu")
    found = truth(act, act.specialization(), {"x": -1.5}, "x", 64)
    assert float(found.value) == pytest.approx(-1.5 * 0.06680720126885807, rel=1e-15)
    assert float(found.slope) == pytest.approx(-0.12746919222997952, rel=1e-14)
    assert not found.corner
    relu = multiact.get("relu")
    assert truth(relu, relu.specialization(), {"x": 0.0}, "x", 32).corner


ROUNDED = {"float16": np.float16, "float32": np.float32, "float64": np.float64}


@pytest.mark.parametrize("name", ROUNDED)
def test_formats_round_as_numpy_does(name):
    form, dtype = FORMATS[name], ROUNDED[name]
    info = np.finfo(dtype)
    assert (form.tiny, form.largest, form.eps) == (info.tiny, info.max, info.eps)
    for x in (1.0, 0.1, -3.3, 1e-5, 1e-7, 1024.0, float(info.smallest_subnormal) * 1.4, 2 / 3):
        assert form.rounded(x) == float(dtype(x))
        near = dtype(x)
        beside = np.nextafter(near, dtype(-np.inf)), np.nextafter(near, dtype(np.inf))
        assert form.neighbours(float(near)) == tuple(map(float, beside)), x
    assert form.rounded(float(info.max) * 1.5) == math.inf


def test_bfloat16_rounds_to_even():
    form = FORMATS["bfloat16"]
    assert form.rounded(1 + 2**-8) == 1
    assert form.rounded(1 + 3 * 2**-8) == 1 + 2**-6
    assert form.error(1.0, form.rounded(1.0) + 2**-8) == 0.5


def test_no_digit_is_right_where_the_truth_is_0():
    form = FORMATS["float32"]
    assert form.error(1e-8, 0.0) == form.error(1e-8, form.tiny / 2) > 1e30
    assert form.error(form.tiny, 0.0) == 0.0


def test_a_truth_far_below_every_number():
    """An exact difference would have as many digits as its exponent says."""
    truth = mpmath.ldexp(1, -(10**30))
    assert FORMATS["float32"].error(1.0, truth) == 2.0**149
    assert FORMATS["float32"].error(0.0, truth) == 0.0


@pytest.mark.parametrize("a", [0.0, 0.5])
def test_the_truth_by_a_parameter_is_that_of_the_surrogate(a):
    def smooth(x, /, a, *, xp):
        return xp.tanh(x - a)

    def staircase(x, /, a: Learnable[Real] = a, *, xp):
        return xp.where(x < a, -1.0, 1.0)

    with temporary_registrations():
        act = multiact.activation(surrogate=smooth, limits=(-1, 1))(staircase)
        assert [row.reason for row in check([act], [NUMPY])] == [""]


def test_other_defaults_are_checked():
    acts = [multiact.get("swish", beta=1.5), multiact.get("leaky_relu", negative_slope=0.2)]
    assert [row.reason for row in check(acts, [NUMPY])] == ["", ""]
