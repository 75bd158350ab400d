"""Checks beyond values and first slopes find what is planted, and believe what is right."""

from dataclasses import replace

import numpy as np
import pytest

import multiact
from multiact.cli import main
from multiact.testing.backend import load
from multiact.testing.check import check
from multiact.testing.further import Weighted, evaluation_bias
from tests.helpers.registered import temporary_registrations

NUMPY = load("numpy")[-1]
HEAD = """
import multiact
from multiact.parameters import Learnable, Real
"""


@pytest.fixture(autouse=True)
def _forget():
    with temporary_registrations():
        yield


class Planted:
    """A backend whose results are changed, for one sequence of variables."""

    def __init__(self, backend, change, wrt=None):
        self._backend, self._change, self._wrt = backend, change, wrt

    def __getattr__(self, name):
        return getattr(self._backend, name)

    def value(self, act, x, arguments):
        y = self._backend.value(act, x, arguments)
        return y if self._wrt else self._change(x, y)

    def gradient(self, act, x, arguments, wrt):
        y = self._backend.gradient(act, x, arguments, wrt)
        return self._change(x, y) if wrt == self._wrt else y


def reason(name, backend):
    (row,) = check([multiact.get(name)], [backend])
    return row.reason


def twice(_, y):
    return y * 2


def nan_at_one(x, y):
    return np.where(x == 1.0, np.nan, y).astype(y.dtype)


SLOPES = {
    "parameter": ("swish", ("beta",), twice, "derivative by beta: "),
    "no number": (
        "swish",
        ("beta",),
        nan_at_one,
        "derivative by beta: nan at x = 1, the truth is ",
    ),
    "one of two": ("tanhlu", ("lambd",), twice, "derivative by lambd: "),
    "of a gate": ("swiglu", ("beta",), twice, "derivative by beta: "),
    "second": ("mish", ("x", "x"), twice, "second derivative: "),
    "second, at one place": ("mish", ("x", "x"), nan_at_one, "second derivative: nan at x = 1"),
    "second, of a gate": ("swiglu", ("x", "x"), twice, "second derivative: "),
}


@pytest.mark.parametrize(("name", "wrt", "change", "words"), SLOPES.values(), ids=SLOPES)
def test_a_planted_slope(name, wrt, change, words):
    assert reason(name, NUMPY) == ""
    assert reason(name, Planted(NUMPY, change, wrt)).startswith(words)


#: with second derivatives that differ beside 0, overflow, and with a small jump by a parameter
DIFFICULT = ("celu", "silu", "gelu", "frac_relu", "fatrelu_and_mul")


def test_no_false_alarm_in_float64_nor_where_derivatives_overflow():
    rows = check([*map(multiact.get, DIFFICULT)], [NUMPY], dtypes=["float32", "float64"])
    assert [row.reason for row in rows] == [""] * 10


def infinite(to, at):
    return lambda x, y: np.where(x == at, to, y).astype(y.dtype)


LIMITS = {
    "NaN": ("tanh", infinite(np.nan, np.inf), "f(inf) = nan, but the formula tends to 1; declare"),
    "another": ("tanh", infinite(0, -np.inf), "f(-inf) = 0, but the formula tends to -1; declare"),
    "infinite": ("softplus", infinite(3, np.inf), "f(inf) = 3, but the formula tends to inf"),
}


@pytest.mark.parametrize(("name", "change", "words"), LIMITS.values(), ids=LIMITS)
def test_a_limit_that_is_not_reached(name, change, words):
    act = replace(multiact.get(name), limits=None)  # so that it is derived
    assert reason(act, NUMPY) == ""
    assert f"limit: {words}" in reason(act, Planted(NUMPY, change))


def test_a_declared_limit_that_is_wrong():
    @multiact.activation(limits=(-2.0, None))
    def planted(x, /, *, xp):
        return x / (1 - x * xp.sign(x))

    wrong = "limit: f(-inf) = -2, but the formula tends to 1; declare limits=(1, None)"
    assert wrong in reason(planted, NUMPY)
    assert "limit" not in reason(replace(planted, limits=None), NUMPY)


def test_a_wave_has_no_limit():
    assert multiact.get("gcu").limits is None
    assert reason("gcu", NUMPY) == ""


PUBLISHED = """
@multiact.activation
def soft_exponential_as_published(x, /, a: Learnable[Real] = 0.0, *, xp):
    up = (xp.exp(a * x) - 1) / xp.where(a == 0, 1.0, a) + a
    down = -xp.log(1 - a * (x + a)) / xp.where(a == 0, 1.0, a)
    return xp.where(a == 0, x, xp.where(a > 0, up, down))
"""
SATURATED = """
@multiact.activation
def saturated(x, /, a: Learnable[Real] = 1.0, b: Learnable[Real] = 1.0, *, xp):
    return b * xp.tanh(x) + xp.maximum(a, 5.0)
"""


def test_a_parameter_that_is_never_trained_fails(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(HEAD + PUBLISHED)
    target = f"{file}:soft_exponential_as_published"
    assert main(["check", target, "--backend", "numpy"]) == 1
    assert "derivative by a: 0 at x = " in capsys.readouterr().out


def test_a_slope_of_0_everywhere_is_noted(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(HEAD + SATURATED)
    assert main(["check", f"{file}:saturated", "--backend", "numpy"]) == 0
    out = capsys.readouterr().out
    assert "note: the slope of saturated by a is 0 at every input" in out
    assert "by b is 0" not in out


MIXTURES = """
def mean(x, p, xp):
    return p * xp.tanh(x) + (1 - p) * x

@multiact.activation(noise="uniform")
def mixture(x, noise, /, p: Real = 0.4, *, xp):
    return xp.where(noise < p, xp.tanh(x), x)

@multiact.activation(noise="uniform", evaluation=mean)
def mixture_with_mean(x, noise, /, p: Real = 0.4, *, xp):
    return xp.where(noise < p, xp.tanh(x), x)

@multiact.activation(noise={"u": "uniform", "n": "normal"})
def additive(x, u, n, /, *, xp):
    return u * x + n
"""


def test_an_evaluation_far_from_the_mean_is_noted(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(HEAD + MIXTURES)
    for name, bias in {"mixture": True, "mixture_with_mean": False, "additive": False}.items():
        assert main(["check", f"{file}:{name}", "--backend", "numpy"]) == 0
        out = capsys.readouterr().out
        assert ("mixture(-3) is -3, its mean over the noise is -2.198" in out) is bias, name
    assert evaluation_bias(multiact.get("rrelu")) is None


WHOLE = ["softmax", "log_softmax", "sparsemax", "maxout", "group_sort", "crelu"]


@pytest.fixture
def torch_backend():
    pytest.importorskip("torch")
    return load("torch")[0]


@pytest.mark.parametrize("name", WHOLE)
def test_whole_arrays_to_second_order(name, torch_backend):
    assert reason(name, torch_backend) == ""


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_planted_derivatives_of_whole_arrays(name, torch_backend):
    first = Planted(torch_backend, lambda x, y: 1.01 * y, ("x",))
    assert "derivative" in reason(name, first)
    second = Planted(torch_backend, lambda x, y: 1.01 * y, ("x", "x"))
    assert reason(name, second).startswith("second derivative of a weighted sum: ")

    def zero_at_ties(x, y):
        return 0 * y if (x == x.ravel()[0]).all() else y

    ties = Planted(torch_backend, zero_at_ties, ("x", "x"))
    assert reason(name, ties).endswith(", where elements are equal")


def test_a_gradient_that_is_right_for_the_plain_sum_alone(torch_backend):
    assert reason("softmax", Planted(torch_backend, lambda x, y: 0 * y, ("x",))).startswith(
        "derivative of a weighted sum: 0, the truth is "
    )


def test_a_corner_has_no_second_derivative():
    relu = multiact.get("crelu")
    points = np.linspace(-4, 4, 432).reshape(2, 6, 6, 6)
    assert Weighted(relu, np.zeros_like(points), {"axis": 1}).truth == (None, None)
    assert Weighted(relu, points, {"axis": 1}).truth[1] == pytest.approx(0, abs=1e-6)


WRITES = """
@multiact.activation(kind="normalising")
def writes(x, /, *, xp):
    x *= 2
    return x - xp.max(x)
"""
RANDOM = """
calls = []

@multiact.activation(kind="normalising")
def random(x, /, *, xp):
    calls.append(x)
    return x * len(calls)
"""


def test_formulas_of_whole_arrays_that_are_no_functions(tmp_path, capsys):
    for name, text, words in (
        ("writes", WRITES, "the formula writes to its input"),
        ("random", RANDOM, "impure: called twice"),
    ):
        file = tmp_path / f"{name}.py"
        file.write_text(HEAD + text)
        assert main(["check", f"{file}:{name}", "--backend", "numpy"]) == 1
        assert words in capsys.readouterr().out
