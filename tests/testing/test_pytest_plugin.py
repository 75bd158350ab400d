"""The pytest fixture: one line holds a function to the truth."""

import subprocess
import sys

pytest_plugins = "pytester"

TESTS = """
import numpy as np

def right(x):
    return np.tanh(x)

def wrong(x):
    return np.where(x > 3, 1, np.tanh(x)).astype(x.dtype)

def test_right(crosscheck):
    assert crosscheck(right, "tanh").ok

def test_wrong(crosscheck):
    crosscheck(wrong, "tanh")

def test_wrong_and_known(crosscheck):
    report = crosscheck(wrong, "tanh", allow=["value"])
    assert report.accepted[0].kind == "value"
"""


def test_it_passes_and_fails(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_it_passes_and_fails:wrong (numpy) against tanh: ANOTHER FUNCTION*",
            "*value, float32: f(4.0) = 1, the truth is 0.99932*",
            "*the smallest example:*",
            "*from test_it_passes_and_fails import wrong as candidate*",
        ]
    )
    assert "multiact_pytest" not in result.stdout.str()  # no frame of ours in the traceback


def test_it_costs_the_start_of_pytest_nothing():
    code = (
        "import sys, pytest, multiact_pytest\n"
        "print(*[m for m in ('multiact', 'numpy', 'torch', 'jax') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_pytest_knows_it(pytester):
    result = pytester.runpytest_subprocess("--fixtures", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["crosscheck*", "*failing the test if the two do not agree*"])
