"""Wrong calls of the cross-checks, and wrong candidates: the function, its fixture, its command."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

import errno
import math
import os
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
from multiact_pytest import checked

from multiact import cli, testing
from multiact.adapters import frameworks
from multiact.adapters.frameworks import Unavailable
from multiact.cli.console import UsageError
from multiact.testing import trust
from multiact.testing.comparison import crosscheck, framework
from tests.errors import Case, Place
from tests.errors.outside import command


class Scaled:
    """A candidate that is built."""

    def __init__(self, scale: float) -> None:
        self.scale = scale


def no_entry(place: Place) -> Any:
    """A framework whose adapter is not installed."""
    place.patch.setattr(frameworks, "installed", lambda _: None)
    return framework.load("jax")


def in_numpy(candidate: Any, reference: str = "tanh", **options: Any) -> Any:
    """Compare in NumPy, whatever the candidate accepts."""
    return crosscheck(candidate, reference, framework="numpy", **options)


CALLS = [
    ("tolerance", lambda _: in_numpy(np.tanh, tolerance=-1.0), ValueError, ("tolerance must be", "greater than 0", "-1.0")),
    ("rtol", lambda _: in_numpy(np.tanh, rtol=-0.1), ValueError, ("rtol must be", "0 or greater", "-0.1")),
    ("both", lambda _: in_numpy(np.tanh, rtol=0.1, tolerance=8), ValueError, ("give tolerance, in ULP, or rtol and atol", "tolerance=8")),
    ("verdict", lambda _: in_numpy(np.tanh).fails("differ"), LookupError, ("no verdict 'differ'", "did you mean 'different'")),
    ("text", lambda _: in_numpy(np.tanh, allow="limit"), TypeError, ("allow must be a sequence", "('limit',)")),
    ("kind", lambda _: in_numpy(np.tanh, allow=["limits"]), LookupError, ("'limits'", "did you mean 'limit'")),
    ("framework", lambda _: crosscheck(np.tanh, "tanh", framework="numpi"), LookupError, ("'numpi'", "did you mean 'numpy'")),
    ("no entry", no_entry, Unavailable, ("jax is not available", "pip install 'multiact[jax]'")),
    ("no array", lambda _: crosscheck(lambda x: x.no_such, "tanh"), TypeError, ("the candidate runs on an array of no framework", "numpy: AttributeError", "name its framework")),
    ("dtype", lambda _: in_numpy(np.tanh, dtypes=["float31"]), LookupError, ("'float31'", "did you mean 'float32'")),
    ("NumPy's dtypes", lambda _: in_numpy(np.tanh, dtypes=["bfloat16"]), LookupError, ("numpy computes in", "float32", "not in bfloat16")),
    ("class", lambda _: in_numpy(Scaled, arguments={"scal": 2.0}), TypeError, ("cannot build the candidate Scaled", "'scal'")),
    ("callable", lambda _: in_numpy(np.pi), TypeError, ("the candidate must be callable", "float")),
    ("tuple", lambda _: in_numpy((np.tanh, {}), arguments={"scale": 2.0}), TypeError, ("arguments belong to a class or a function", "got scale")),
    ("attribute", lambda _: testing.croscheck, AttributeError, ("multiact.testing", "'croscheck'", "did you mean 'crosscheck'")),
]  # fmt: skip


def disagree(candidate: Any) -> Any:
    """As a test with the fixture does it: a candidate that is wrong fails, and reads why."""
    return checked(candidate, "tanh", framework="numpy")


CANDIDATES = [
    ("value", lambda _: disagree(lambda x: x * 2), AssertionError, ("ANOTHER FUNCTION", "value, float32", "the truth is")),
    ("raises", lambda _: disagree(lambda x: {}["x"]), AssertionError, ("error, float32", "KeyError: 'x'")),
    ("list", lambda _: disagree(lambda x: x.tolist()), AssertionError, ("the value is a list", "not an array of numpy")),
    ("shape", lambda _: disagree(lambda x: x[:1]), AssertionError, ("shape, float32", "has the shape (1,)")),
    ("nothing", lambda _: checked(np.tanh, lambda x: x * np.nan), AssertionError, ("error, float32", "the reference is a number at 0 of", "nothing to compare with")),
    ("dtype", lambda _: disagree(lambda x: x.astype(np.float64)), AssertionError, ("dtype, float32", "a float32 array is float64")),
]  # fmt: skip


def compare(*argv: str) -> Any:
    """`multiact crosscheck`."""
    return command("crosscheck", *argv)


def picture(place: Place, reference: str) -> Any:
    """Draw a comparison in NumPy."""
    return compare("numpy:tanh", reference, "--framework", "numpy", "--picture", f"{place.folder}/a.png")  # fmt: skip


def without_matplotlib(place: Place) -> Any:
    """Draw where matplotlib cannot be imported."""
    place.patch.delitem(sys.modules, "multiact.testing.comparison.picture", raising=False)
    place.patch.setitem(sys.modules, "matplotlib.figure", None)
    return picture(place, "tanh")


COMMANDS = [
    (None, "word", lambda _: compare("tanh", "tanh"), UsageError, ("CANDIDATE must be MODULE:ATTRIBUTE", "'tanh'")),
    (None, "reference", lambda _: compare("numpy:tanh", "tnah"), UsageError, ("'tnah'", "did you mean 'tanh'")),
    (None, "attribute", lambda _: compare("numpy:tanhh", "tanh"), UsageError, ("numpy has no attribute 'tanhh'", "did you mean 'tanh'")),
    (None, "no name", lambda _: compare("numpy:", "tanh"), UsageError, ("'numpy:'", "neither MODULE:ATTRIBUTE nor")),
    (None, "JSON", lambda _: compare("numpy:tanh", "tanh", "--candidate-args", "{a}"), UsageError, ("--candidate-args is no JSON", "'{a}'")),
    (None, "object", lambda _: compare("numpy:tanh", "tanh", "--reference-args", "[3]"), UsageError, ("--reference-args must be a JSON object", "[3]")),
    (None, "matplotlib", without_matplotlib, UsageError, ("--picture needs matplotlib", "pip install 'multiact[plot]'")),
    ("matplotlib", "picture of arrays", lambda p: picture(p, "softmax"), UsageError, ("a picture needs an elementwise function", "numpy:tanh and softmax", "whole arrays")),
]  # fmt: skip


def replaced(place: Place) -> None:
    """Replace a function that judges, as a user's file may."""
    with trust.Watch(), trust.user_code():
        place.patch.setattr(math, "isnan", lambda _: False)


def run(place: Place, action: Any) -> Any:
    """Run a command past the parser, after a user's code ran."""

    def after(_: Any) -> int:
        with trust.user_code():
            pass
        return int(action(place))

    return cli._run(SimpleNamespace(run=after, json=False))  # type: ignore[arg-type]


def ends() -> None:
    """End the program from a user's code."""
    with trust.user_code():
        os._exit(0)


def full(_: Any) -> Any:
    """Write to a full disk."""
    raise OSError(errno.ENOSPC, "No space left on device")


def closed(place: Place) -> Any:
    """Run a command with a closed output."""
    place.patch.setattr(sys, "stdout", None)
    return run(place, lambda _: 0)


UNTRUSTED = [
    ("replaces", replaced, trust.Untrusted, ("the loaded code replaces math.isnan", "no result can be believed")),
    ("ends", lambda _: ends(), trust.Untrusted, ("the loaded code calls os._exit(0)",)),
    ("raises", lambda p: run(p, lambda _: {}["x"]), UsageError, ("comparison.py:", "KeyError: 'x'")),
    ("full", lambda p: run(p, full), UsageError, ("the output cannot be written", "No space left on device")),
    ("closed", closed, UsageError, ("the standard output is closed",)),
]  # fmt: skip

CASES = [
    *(Case(f"trust: {label}", *rest) for label, *rest in UNTRUSTED),
    *(Case(f"crosscheck: {label}", *rest) for label, *rest in CALLS),
    *(Case(f"candidate: {label}", *rest) for label, *rest in CANDIDATES),
    *(Case(f"command crosscheck: {label}", *rest, needs) for needs, label, *rest in COMMANDS),
]
