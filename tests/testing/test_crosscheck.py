"""Cross-checks find every kind of fault that is planted, and believe what is right."""

import contextlib
import io
import json
import math

import mpmath
import numpy as np
import pytest

import multiact
from multiact.testing import Report, crosscheck
from multiact.testing.comparison import KINDS
from multiact.testing.comparison.elementwise import compare
from multiact.testing.comparison.goal import Goal
from multiact.testing.comparison.pair import Pair
from multiact.testing.comparison.search import grid
from multiact.testing.formats import FORMATS


def planted(value=None, slope=None):
    """tanh in NumPy with its derivative, either replaced by a function of x and the right one."""

    def f(x):
        right = np.tanh(x)
        return right if value is None else value(x, right)

    def derivative(x):
        right = 1 / np.cosh(np.clip(x, -340, 340).astype(np.float64)) ** 2
        right = np.where(abs(x) > 340, 0, right).astype(x.dtype)
        return right if slope is None else slope(x, right)

    f.derivative = derivative
    return f


def written_to(x, right):
    x[x > 3] = 2.0
    return right


class Random:
    """Another result for 0.5 at each call."""

    def __init__(self):
        self.calls = 0

    def __call__(self, x, right):
        self.calls += 1
        return np.where(abs(x - 3.9) < 0.2, right * (1 + self.calls % 2 * np.float32(2e-7)), right)


def unable(x, right):
    if x.dtype == np.float32:
        raise RuntimeError("out of order\nsecond line")
    return right


FAULTS = {
    "error": planted(unable),
    "shape": planted(lambda x, y: y[..., None]),
    "dtype": planted(lambda x, y: y.astype(np.float64)),
    "value-finite": planted(lambda x, y: np.where((x > 90) & (x < 1e9), np.nan, y)),
    "value": planted(lambda x, y: np.where(abs(x) < 20, y * np.float32(1 + 2e-6), y)),
    "gradient-finite": planted(None, lambda x, s: np.where(x > 90, np.nan, s)),
    "gradient": planted(None, lambda x, s: s * np.float32(1.00001)),
    "nan": planted(lambda x, y: np.where(np.isnan(x), 0, y)),
    "limit": planted(lambda x, y: np.where(np.isinf(x), np.nan, y)),
    "repeat": planted(Random()),
    "input": planted(written_to),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_kind_of_fault_is_found(kind):
    report = crosscheck(FAULTS[kind], "tanh", framework="numpy")
    assert {d.kind for d in report.differences} == {kind}
    assert not report.ok
    assert kind in str(report)


def test_a_kind_may_be_allowed():
    report = crosscheck(FAULTS["limit"], "tanh", allow=("limit",))
    assert report.ok
    assert [d.kind for d in report.accepted] == ["limit", "limit"]
    assert "allowed: limit, float32: f(-inf) = nan, the truth is -1" in str(report)


def test_without_a_fault_nothing_is_found():
    report = crosscheck(planted(), "tanh", dtypes=("float32", "float64"))
    assert report.ok, report
    assert [f.dtype for f in report.figures] == ["float32", "float64"]
    for figures in report.figures:
        assert 0.3 < figures.values.ulp_most <= figures.values.ulp < 4
        assert 0.3 < figures.gradients.ulp_most <= figures.gradients.ulp < 16
        assert 0 < figures.values.absolute < 1e-7
        assert 0 < figures.values.relative < 4e-7
    assert isinstance(report, Report)
    assert report.example == ""


def test_a_slope_chosen_at_a_kink():
    def relu6(x):
        return np.clip(x, 0, 6)

    relu6.derivative = lambda x: ((x > 0) & (x <= 6)).astype(x.dtype)
    report = crosscheck(relu6, "relu6")
    assert [(d.kind, d.x) for d in report.differences] == [("kink", 6.0)]


def test_the_search_climbs_to_a_fault_between_the_fixed_points():
    points = grid({}, FORMATS["float32"], 1e9)
    left = max(x for x in points if x < 7.2)
    right = min(x for x in points if x >= 7.2)
    peak, width = (left + right) / 2, (right - left) / 3.2

    def bump(x, y):  # 50 ULP at its peak, 4 at the fixed points
        return y * (1 + 3e-6 * np.exp(-(((x - peak) / width) ** 2))).astype(x.dtype)

    pair = Pair.of(planted(bump), "tanh")
    probe = pair.probe("float32", Goal(8.0))
    assert not any("value" in sample.kinds for sample in probe.samples(points))
    figures, (found,) = compare(probe, pair.judge)
    assert found.kind == "value"
    assert left < found.x < right
    assert figures.worst == pytest.approx(peak, abs=width / 2)
    assert figures.values.ulp > 40
    assert figures.values.ulp_most < 8


def test_the_example_is_the_simplest_input():
    report = crosscheck(planted(lambda x, y: np.where((x < -2.96) & (x > -99), y * 2, y)), "tanh")
    (found,) = report.differences
    assert found.x == -3.0
    assert found.candidate == pytest.approx(2 * math.tanh(-3))
    assert found.truth == pytest.approx(math.tanh(-3))
    assert "so at" in found.text


def wrong_mish(x):
    return x * np.tanh(np.log(1 + np.exp(x)))


def test_the_example_runs_and_prints_what_it_says():
    report = crosscheck(wrong_mish, "mish", name=f"{__file__}:wrong_mish")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
        exec(report.example, {})
    theirs, ours = (float(line.strip("[]")) for line in printed.getvalue().splitlines())
    assert theirs == np.float32(report.differences[0].candidate)
    assert ours == pytest.approx(report.differences[0].truth, rel=1e-6)
    assert theirs != ours


def test_json_knows_no_infinity():
    report = crosscheck(wrong_mish, "mish")
    text = json.dumps(report.as_dict(), allow_nan=False)
    assert json.loads(text)["differences"][0]["kind"] == report.differences[0].kind
    assert set(json.loads(text)) == {
        *Report.__dataclass_fields__,
        "ok",
        "verdict",
        "words",
    }


def test_a_reference_in_mpmath():
    def hard(x):
        return np.maximum(0, np.minimum(1, (x + 1) / 2))

    def formula(x):
        return min(max((x + 1) / 2, mpmath.mpf(0)), mpmath.mpf(1))

    assert crosscheck(hard, formula).ok
    wrong = crosscheck(lambda x: hard(x + np.float32(1e-5)), formula)
    assert [d.kind for d in wrong.differences] == ["value"]


def test_another_implementation_as_reference():
    assert crosscheck(np.tanh, np.tanh).ok
    report = crosscheck(planted(lambda x, y: np.where(x > 5, y * 2, y)), np.tanh)
    assert [d.kind for d in report.differences] == ["value", "limit"]
    assert report.differences[0].truth == np.tanh(np.float32(6))

    def normalised(x):
        y = np.exp(x - x.max(-1, keepdims=True))
        return y / y.sum(-1, keepdims=True)

    assert crosscheck(normalised, "softmax").ok
    assert crosscheck(normalised, normalised).ok
    wrong = crosscheck(lambda x: normalised(2 * x), normalised)
    assert [d.kind for d in wrong.differences] == ["value"]


def test_nan_of_the_reference_is_a_result_and_a_pole_of_a_formula_is_not():
    def hole(x):
        return np.where(x > 90, np.nan, np.tanh(x)).astype(x.dtype)

    (found, *_) = crosscheck(np.tanh, hole).differences
    assert (found.kind, found.candidate, str(found.truth)) == ("value-finite", 1, "nan")
    assert crosscheck(hole, hole).ok

    def sinc(x):
        y = np.where(x == 0, 1, x)
        return np.where(x == 0, 1, np.sin(y) / y).astype(x.dtype)

    assert crosscheck(sinc, lambda x: mpmath.sin(x) / x).ok


def test_parameters_of_both():
    def elu(x, alpha=1.0):
        return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))).astype(x.dtype)

    assert crosscheck(elu, "elu", parameters={"alpha": 0.3}, arguments={"alpha": 0.3}).ok
    assert not crosscheck(elu, "elu", arguments={"alpha": 0.3}).ok
    coefficients = {"numerator": [0.0, 1.0, 0.5], "denominator": [0.25]}

    def quotient(x):
        return (x + 0.5 * x * x) / (1 + abs(0.25 * x))

    found = crosscheck(quotient, "rational", parameters=coefficients, allow=("limit",))
    assert {d.kind for d in found.differences} <= {"value-finite"}  # x * x overflows
    with pytest.raises(TypeError, match="did you mean 'alpha'"):
        crosscheck(elu, "elu", parameters={"alphas": 0.3})


WRONG = {
    "activation": ({"reference": "tnah"}, LookupError, "did you mean 'tanh'"),
    "dtype": ({"dtypes": ["float31"]}, LookupError, "did you mean 'float32'"),
    "no bfloat16": ({"dtypes": ["bfloat16"]}, LookupError, "numpy computes in float16"),
    "kind": ({"allow": ["limits"]}, LookupError, "did you mean 'limit'"),
    "kinds": ({"allow": "limit"}, TypeError, "a sequence of kinds"),
    "tolerance": ({"tolerance": 0}, ValueError, "greater than 0, got 0"),
    "framework": ({"framework": "numpi"}, LookupError, "did you mean 'numpy'"),
    "reference": ({"reference": 3}, TypeError, "the reference must be callable, got int"),
    "candidate": ({"candidate": 3}, TypeError, "the candidate must be callable, got int"),
    "nothing runs": ({"candidate": lambda x: x.nothing}, TypeError, "numpy: AttributeError"),
    "class": (
        {"candidate": Random, "arguments": {"n": 1}},
        TypeError,
        "cannot build the candidate",
    ),
}


@pytest.mark.parametrize(("given", "error", "message"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_named(given, error, message):
    given = {"candidate": np.tanh, "reference": "tanh", **given}
    with pytest.raises(error, match=message):
        crosscheck(given.pop("candidate"), given.pop("reference"), **given)


def test_every_kind_is_explained_and_planted():
    assert {*FAULTS, "kink", "move"} == KINDS.keys()


def test_it_is_reached_without_an_import_of_its_own():
    assert multiact.testing.crosscheck is crosscheck
    with pytest.raises(AttributeError, match="no attribute 'crosschek'"):
        _ = multiact.testing.crosschek
