"""Whatever a user's file does, it does not pass: it cannot end the program, or change its judge."""

import builtins
import json
import math
import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest

from multiact.cli import main
from multiact.declare import registry
from multiact.testing.comparison.report import Report
from multiact.testing.tolerance import Tolerance
from tests.helpers.registered import temporary_registrations

HEAD = """
import builtins, math, os, sys
import mpmath
import numpy as np
import multiact
"""
WRONG = """
def candidate(x):
    {line}
    return np.maximum(x, 0.5 * x)
"""
FORMULA = """
@multiact.activation{options}
def formula(x, /, *, xp):
    {line}
    return xp.where(x < 0, 0.5 * x, x)
"""


@pytest.fixture(autouse=True)
def _forget():
    with temporary_registrations():
        yield
    mpmath.mp.prec = 53  # a replaced `max` breaks its setter


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "theirs.py"
        path.write_text(HEAD + text)
        return str(path)

    return write


ENDS = {
    "sys.exit": "sys.exit(0)",
    "SystemExit": "raise SystemExit",
    "os._exit": "os._exit(0)",
    "no Exception": "raise type('Odd', (BaseException,), {})('first\\nsecond')",
    "recursion": "(lambda f: f(f))(lambda f: f(f))",
}
PLACES = {"import": "{line}\n", "candidate": WRONG, "formula": FORMULA}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("line", ENDS.values(), ids=ENDS)
def test_code_that_ends_the_program(line, place, file, capsys):
    target = file(PLACES[place].format(line=line, options=""))
    if place == "candidate":
        assert main(["crosscheck", f"{target}:candidate", "relu", "--framework", "numpy"]) == 1
        assert "not comparable (error)" in capsys.readouterr().out
        return
    for command in (["check", "--backend", "numpy"], ["show"], ["plot"]):
        assert main([*command, f"{target}:formula"]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("multiact: ")
        assert captured.err.count("\n") == 1


LAYER = FORMULA.replace("xp.where(x < 0, 0.5 * x, x)", "x - xp.max(x)")


@pytest.mark.parametrize("line", ENDS.values(), ids=ENDS)
def test_a_formula_of_whole_arrays_that_ends_the_program(line, file, capsys):
    target = file(LAYER.format(line=line, options='(kind="normalising")'))
    assert main(["check", f"{target}:formula", "--backend", "numpy"]) == 1
    assert "FAILED formula numpy float32: formula: " in capsys.readouterr().out


def test_kinks_that_end_the_program(file, capsys):
    target = file(FORMULA.format(line="pass", options="(kinks=lambda: sys.exit(0))"))
    for command in (["check", "--backend", "numpy"], ["show"]):
        assert main([*command, f"{target}:formula"]) == 2
        assert "theirs.py:7: SystemExit: 0\n" in capsys.readouterr().err


REPLACED = {
    "numpy.maximum": (np, "maximum", "np.maximum = lambda *a: 0 * a[0]"),
    "math.isnan": (math, "isnan", "math.isnan = lambda x: False"),
    "builtins.max": (builtins, "max", "builtins.max = lambda *a, **k: 0.0"),
    "mpmath.mp.exp": (mpmath.mp, "exp", "mpmath.mp.exp = lambda x: x"),
    "multiact.testing.tolerance.Tolerance.value": (
        Tolerance,
        "value",
        "from multiact.testing.tolerance import Tolerance; Tolerance.value = lambda *a: None",
    ),
    "multiact.testing.comparison.report.Report.fails": (
        Report,
        "fails",
        "from multiact.testing import Report; Report.fails = lambda *a: False",
    ),
    "sys.exit": (sys, "exit", "sys.exit = lambda *a: None"),
}


@pytest.mark.parametrize("late", [False, True], ids=["import", "call"])
@pytest.mark.parametrize("name", REPLACED)
def test_a_replaced_judge_is_named(name, late, file, capsys, monkeypatch):
    owner, attribute, line = REPLACED[name]
    monkeypatch.setattr(owner, attribute, getattr(owner, attribute))  # set back afterwards
    text = WRONG.format(line=line) if late else f"{line}\n{WRONG.format(line='pass')}"
    assert main(["crosscheck", f"{file(text)}:candidate", "relu", "--framework", "numpy"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"the loaded code replaces {name}" in captured.err
    assert captured.err.endswith(": no result can be believed\n")


def test_a_replaced_record_is_named(file, capsys, monkeypatch):
    monkeypatch.setitem(registry._RECORDS, "relu", registry.get("relu"))
    line = "from multiact.declare import registry; "
    line += "registry._RECORDS['relu'] = multiact.get('leaky_relu')\n"
    target = file(line + FORMULA.format(line="pass", options=""))
    assert main(["check", f"{target}:formula", "relu", "--backend", "numpy"]) == 2
    assert "replaces the registry.relu" in capsys.readouterr().err


def test_what_it_prints_does_not_mix_with_json(file, capsys):
    target = file("print('at import')\n" + WRONG.format(line="print('in a call')"))
    command = ["crosscheck", f"{target}:candidate", "relu", "--framework", "numpy", "--json"]
    assert main(command) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["verdict"] == "different"
    assert captured.err.startswith("at import\nin a call\n")
    target = file("print('at import')\n" + FORMULA.format(line="print('traced')", options=""))
    assert main(["check", f"{target}:formula", "--backend", "numpy", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == 0


def test_settings_that_it_changes_are_set_back(file, capsys):
    before = np.geterr()
    line = "np.seterr(all='raise'); __import__('warnings').simplefilter('error'); mpmath.mp.dps = 3"
    target = file(line + WRONG.format(line="pass"))
    assert main(["crosscheck", f"{target}:candidate", "relu", "--framework", "numpy"]) == 1
    assert "it is leaky_relu(negative_slope=0.5)" in capsys.readouterr().out
    assert np.geterr() == before


def test_a_stream_that_it_replaces(file, capsys):
    line = "sys.stdout = open(os.devnull, 'w')\n"
    target = file(line + WRONG.format(line="pass"))
    assert main(["crosscheck", f"{target}:candidate", "relu", "--framework", "numpy"]) == 1
    assert "ANOTHER FUNCTION" in capsys.readouterr().out


def test_an_impure_candidate_is_another_function_and_one_that_writes_is_weak(file, capsys):
    text = "calls = []\n" + WRONG.format(line="calls.append(x); x = x * (1 + len(calls) % 2)")
    assert main(["crosscheck", f"{file(text)}:candidate", "relu", "--fail-on", "different"]) == 1
    text = "def candidate(x):\n    x[x < 0] = 0\n    return x\n"
    target = f"{file(text)}:candidate"
    dtypes = ["--dtype", "float32", "--dtype", "float64"]
    capsys.readouterr()
    assert main(["crosscheck", target, "relu", "--framework", "numpy", *dtypes]) == 1
    assert "the same function with a weak input" in capsys.readouterr().out


def test_a_candidate_that_writes_to_a_tensor_does_not_spoil_the_next_comparison():
    torch = pytest.importorskip("torch")
    from multiact.testing import crosscheck

    def writes(x):
        return x.clamp_(min=0) if not x.requires_grad else x.clamp(min=0)

    first = crosscheck(writes, "relu", dtypes=["float64"])
    assert {d.kind for d in first.differences} <= {"input", "kink"}
    assert crosscheck(torch.tanh, "tanh", dtypes=["float64"], allow=["gradient"]).ok


def test_the_name_of_another_activation_is_refused(file, capsys):
    target = file(FORMULA.format(line="pass", options='(name="ReLU")').replace("formula", "relu"))
    assert main(["check", f"{target}:relu", "--backend", "numpy"]) == 2
    assert "the name 'relu' of" in capsys.readouterr().err


def test_what_runs_at_the_end_does_not_change_the_status(file):
    ends = "import atexit\natexit.register(lambda: os._exit(0))\natexit.register(sys.exit, 0)\n"
    target = file(ends + WRONG.format(line="pass"))
    command = [sys.executable, "-m", "multiact", "crosscheck", f"{target}:candidate", "relu"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 1
    assert "ANOTHER FUNCTION" in done.stdout
