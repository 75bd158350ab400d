"""The verdicts on implementations as people write them, right and wrong ones."""

import importlib.util

import numpy as np
import pytest

from multiact.testing import crosscheck
from tests.testing.implementations import RIGHT, WRONG


@pytest.mark.parametrize("row", [*RIGHT, *WRONG], ids=lambda row: row.label)
def test_the_verdict(row):
    for package in row.needs:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    report = row.report()
    assert report.words.startswith(row.words), report
    assert report.verdict == ("different" if row in WRONG else "same" if report.ok else "weak")
    assert report.fails("different") == (row in WRONG)
    assert report.fails("weak") != report.ok


def test_a_wrong_constant_does_not_read_like_rounding():
    report = crosscheck(lambda x: x * np.tanh(np.float32(1.01) * np.logaddexp(0, x)), "mish")
    assert "in float64 the values are still" in report.reason
    assert "no rounding" in report.reason
    assert "a constant, a threshold or an approximation" in report.reason
    assert 1e-3 < report.figures[0].values.absolute < 1e-1


def test_a_wrong_constant_that_is_a_parameter_elsewhere_is_named():
    (typo,) = (row for row in WRONG if row.label == "selu with 1.05")
    report = typo.report()
    assert "in float64 the values are still" in report.reason
    assert "no rounding" in report.reason
    assert "it is sselu(a=1.05)" in str(report)
    assert 1e-3 < report.figures[0].values.absolute < 1e-1


def test_a_tail_is_explained():
    (tail,) = (row for row in RIGHT if row.label == "1 - tanh in float32")
    report = tail.report()
    assert "where the function vanishes, no digit is right" in report.reason
    assert report.figures[0].values.relative > 0.9
    assert report.figures[0].values.absolute < 2e-6


def test_accepted_differences_keep_their_verdict():
    report = crosscheck(
        lambda x: x * np.float32(2), "tanh", allow=("value", "limit", "value-finite")
    )
    assert report.ok
    assert not report.fails("weak")
    assert report.verdict == "different"
    assert report.words.startswith("ANOTHER FUNCTION")


def test_relative_and_absolute_tolerances():
    def near(x):
        return np.tanh(x) * np.float32(1 + 1e-5)

    assert not crosscheck(near, "tanh").ok
    assert crosscheck(near, "tanh", rtol=2e-5).ok
    assert crosscheck(near, "tanh", atol=2e-5).ok
    assert not crosscheck(near, "tanh", rtol=5e-6).ok
    assert not crosscheck(near, "tanh", atol=5e-6).ok
    assert "accepted: rtol=2e-05, atol=0" in str(crosscheck(near, "tanh", rtol=2e-5))

    def softmax(x):
        y = np.exp(x) + np.float32(1e-4)
        return y / y.sum(-1, keepdims=True)

    assert not crosscheck(softmax, "softmax").ok
    assert crosscheck(softmax, "softmax", atol=1e-3).ok
    assert not crosscheck(softmax, "softmax", atol=1e-6).ok
    with pytest.raises(ValueError, match="rtol must be a number of 0 or greater, got -1"):
        crosscheck(near, "tanh", rtol=-1)
    with pytest.raises(ValueError, match="not both; got tolerance=8"):
        crosscheck(near, "tanh", rtol=1e-5, tolerance=8)


def test_a_reference_without_numbers_agrees_with_nothing():
    report = crosscheck(lambda x: x * np.nan, lambda x: x * np.nan, framework="numpy")
    assert not report.ok
    assert "the reference is a number at 0 of" in str(report)


def test_a_reference_that_fails_is_named():
    def broken(x):
        raise SystemExit(0)

    broken.derivative = None
    report = crosscheck(np.tanh, np.tanh)
    assert report.ok
    with pytest.raises(TypeError, match="the reference runs on an array of no framework"):
        crosscheck(np.tanh, broken)


def test_very_large_errors_are_finite():
    report = crosscheck(np.ones_like, "tanh", dtypes=["float64"])
    assert report.verdict == "different"
    assert report.figures[0].values.ulp > 1e300
