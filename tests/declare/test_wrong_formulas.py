"""What newcomers write: each mistake is told in one line that says what to do."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from multiact.calculus.tracing import symbol
from multiact.cli import main
from tests.helpers.registered import temporary_registrations

HEAD = """import math
import numpy as np
import multiact
from multiact import activation, special
from multiact.parameters import Learnable, Positive

"""
BRANCH = "a formula must not branch on the values of an array (if, and, or, max, min); use xp.where"
ALONE = "a formula sees one element at a time: no loops, indices, lengths or assignments"
NUMBERS = "float(), int() and math work on numbers; use xp, as in xp.exp(x)"

#: bodies of `f(x, /, *, xp)` that are no formulas
BODIES = {
    "if": ("if x > 0:\n        return x\n    return 0 * x", BRANCH),
    "and": ("return xp.where(x > 0 and x < 1, x, 2 * x)", BRANCH),
    "max": ("return max(x, 0)", BRANCH),
    "np.exp": ("return np.exp(x)", "np.exp works on NumPy alone; use xp instead of np"),
    "np.maximum": ("return np.maximum(x, 0)", "np.maximum works on NumPy alone; use xp"),
    "np.maximum, turned": ("return np.maximum(0, x)", "np.maximum works on NumPy alone; use xp"),
    "np.where": ("return np.where(x > 0, x, 0)", "np.where works on NumPy alone; use xp"),
    "np.asarray": ("return np.asarray(x)", "NumPy cannot compute with a symbolic array; use xp"),
    "array": ("return x + np.asarray([1.0, 2.0])", "cannot use ndarray array([1., 2.]) in a form"),
    "math.exp": ("return math.exp(x)", NUMBERS),
    "float": ("return float(x)", NUMBERS),
    "sigmoid": ("return xp.sigmoid(x)", "cannot use xp.sigmoid; use multiact.special.expit"),
    "erf": ("return xp.erf(x)", "cannot use xp.erf; use multiact.special.erf"),
    "clamp": ("return xp.clamp(x, 0, 1)", "cannot use xp.clamp; use xp.clip"),
    "unknown": ("return xp.gamma(x)", "cannot use xp.gamma; use operators, xp.abs, xp."),
    "mean": ("return x - xp.mean(x)", "xp.mean; it mixes the elements: such formulas are declared"),
    "method": ("return x.tanh()", "no 'tanh': a formula sees one element at a time, and calls fun"),
    "index": ("return x[0]", ALONE),
    "assign": ("x[x < 0] = 0\n    return x", ALONE),
    "len": ("return x / len(x)", ALONE),
    "loop": ("return [xp.exp(v) for v in x]", ALONE),
    "in": ("return x if 0 in x else -x", ALONE),
    "tuple": ("return x, x", "the formula of f must return an array, got (x, x)"),
    "nothing": ("xp.tanh(x)", "the formula of f must return an array, got None"),
    "KeyError": ("return x + {}['b']", "KeyError: 'b'"),
    "exit": ("raise SystemExit(0)", "SystemExit: 0"),
    "number": ("return 3.0", "the formula of f must return an array, got 3.0"),
}
#: whole declarations that are refused
DECLARATIONS = {
    "no decorator": (
        "def f(x):\n    return x\n",
        "is a plain function; decorate it with @multiact",
    ),
    "no xp": ("@activation\ndef f(x, /): ...\n", "needs a last keyword argument xp"),
    "no slash": ("@activation\ndef f(x, *, xp): ...\n", "positionally: def f(x, /, ...)"),
    "noise behind the slash": (
        "@activation(noise='uniform')\ndef f(x, /, noise, *, xp): ...\n",
        "must take its arrays positionally and by these names: def f(x, noise, /, ...)",
    ),
    "no function": ("f = activation(print)\n", "def f(x, /, *, xp), got <built-in function print>"),
    "no default": ("@activation\ndef f(x, /, a, *, xp): ...\n", "f: a needs a number for its def"),
    "word": ("@activation\ndef f(x, /, a='b', *, xp): ...\n", "a=1.0, got 'b'"),
    "outside": (
        "@activation\ndef f(x, /, a: Learnable[Positive] = -1.0, *, xp): ...\n",
        "f: a must be greater than 0, got -1.0",
    ),
    "fact": ("@activation(kink=1)\ndef f(x, /, *, xp): ...\n", "did you mean 'kinks'?"),
    "kinks": ("@activation(kinks={0: 1})\ndef f(x, /, *, xp): ...\n", "kinks must be a function"),
    "kinks of what": (
        "@activation(kinks=lambda b: {b: 1})\ndef f(x, /, bb=1.0, *, xp): ...\n",
        "f, in 'kinks', has no parameter 'b'; did you mean 'bb'",
    ),
    "limits": ("@activation(limits=0)\ndef f(x, /, *, xp): ...\n", "limits must be a pair"),
    "taken": ("@activation\ndef talu(x, /, *, xp): ...\n", "is taken by multiact.catalogue"),
    "syntax": ("@activation\ndef f(x, /, *, xp):\n    return x +\n", "SyntaxError"),
}
#: formulas that are formulas, and wrong
FAILING = {
    "constant": ("return xp.where(x > 0, 3.0, 3.0)", "lost NaN: f(nan) = 3; no comparison with N"),
    "undefined": ("return xp.sqrt(x)", "undefined: the formula itself is NaN at x = -"),
    "NaN behind where": (
        "return xp.where(x > 0, xp.log(x), xp.log(-x) / (x < -7))",
        "undefined: the formula itself is NaN at x = -1",
    ),
    "cancels": ("return xp.sin(x) - x * xp.cos(x)", "value: "),
    "random": ("return x * np.random.default_rng().random()", "impure: "),
}
PASSING = {
    "a branch without x": "return xp.where(x > 0, x * x, 0.0)",
    "naive softplus": "return xp.log(1 + xp.exp(x))",
    "naive tanh": "return (xp.exp(x) - xp.exp(-x)) / (xp.exp(x) + xp.exp(-x))",
    "other": "return multiact.get('gelu')(x, xp=xp) + x",
    "in place": "x += 1\n    return x",
    "NumPy scalars": "return np.float64(0.5) * x + np.float64(1) - np.float64(2) / (3 + x * x)",
}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    with temporary_registrations():
        yield


def written(folder: Path, text: str) -> str:
    file = folder / "mine.py"
    file.write_text(HEAD + text)
    return f"{file}:f"


def formula(body: str, facts: str = "") -> str:
    return f"@activation{facts}\ndef f(x, /, *, xp):\n    {body}\n"


@pytest.mark.parametrize("command", ["check", "show"])
@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
def test_no_formula(body: str, message: str, command: str, tmp_path: Path, capsys) -> None:
    target = written(tmp_path, formula(body))
    assert main([command, target]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    line = r"" if "must return" in message else ":9"
    assert re.match(rf"multiact: .*mine.py{line}: f: ", err)


@pytest.mark.parametrize(("text", "message"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_no_declaration(text: str, message: str, tmp_path: Path, capsys) -> None:
    assert main(["check", written(tmp_path, text)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err


@pytest.mark.parametrize(("body", "message"), FAILING.values(), ids=FAILING)
def test_wrong_formula(body: str, message: str, tmp_path: Path, capsys) -> None:
    assert main(["check", written(tmp_path, formula(body)), "--backend", "numpy"]) == 1
    assert f"float32: {message}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("facts", "body", "message"),
    [
        ("(kinks=lambda: {0: 7})", "return xp.where(x < 0, 0.5 * x, x)",
         "at x = 0, where the declared slope is 7"),
        ("(limits=(-1, None))", "return xp.where(x < 0, 0.5 * xp.tanh(2 * x), x)",
         "limit: f(-inf) = -0.5, declared is -1"),
    ],
)  # fmt: skip
def test_wrong_facts(facts: str, body: str, message: str, tmp_path: Path, capsys) -> None:
    assert main(["check", written(tmp_path, formula(body, facts)), "--backend", "numpy"]) == 1
    assert message in capsys.readouterr().out


@pytest.mark.parametrize("body", PASSING.values(), ids=PASSING)
def test_right_formula(body: str, tmp_path: Path, capsys) -> None:
    assert main(["check", written(tmp_path, formula(body)), "--backend", "numpy"]) == 0
    assert "note" not in capsys.readouterr().out


NOTES = {
    "jump": ("return xp.where(x > 0, x, xp.log(1 + xp.exp(x)))", "f looks discontinuous"),
    "kink": (
        "return xp.where(x < 0, 0.5 * x, x)",
        "from 0.5 to 1 at x = 0 and is 1 there; if that",
    ),
}


@pytest.mark.parametrize(("body", "message"), NOTES.values(), ids=NOTES)
def test_what_may_not_be_meant_is_a_note(body: str, message: str, tmp_path: Path, capsys) -> None:
    target = written(tmp_path, formula(body))
    assert main(["check", target, "--backend", "numpy"]) == 0
    assert message in capsys.readouterr().out
    assert main(["check", target, "--backend", "numpy", "--json"]) == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert message in note


def test_a_declared_kink_is_no_note(tmp_path: Path, capsys) -> None:
    text = formula(NOTES["kink"][0], "(kinks=lambda: {0: 1})")
    assert main(["check", written(tmp_path, text), "--backend", "numpy"]) == 0
    assert "note" not in capsys.readouterr().out


@pytest.mark.parametrize("name", "add sub mul truediv pow lt le gt ge eq ne".split())
def test_a_numpy_scalar_beside_an_array_is_a_number(name: str) -> None:
    operation, x = getattr(operator, name), symbol("x")
    assert operation(np.float64(0.3), x) is operation(0.3, x)
    assert operation(x, np.float64(0.3)) is operation(x, 0.3)
    for number in (np.float32(0.5), Fraction(1, 2), np.int8(3)):
        assert operation(number, x) is operation(float(number), x)
