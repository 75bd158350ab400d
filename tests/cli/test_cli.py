"""The command line: what it prints, how it exits, what it says about mistakes."""

import json
import os
import re
import subprocess
import sys

import pytest

import multiact
from multiact.adapters.frameworks import Unavailable
from multiact.cli import checking, doctor, main, show
from multiact.testing.backend import load


def output(capsys, *argv, code=0):
    assert main(argv) == code
    captured = capsys.readouterr()
    assert code == 2 or captured.err == ""
    return captured.out


def test_list(capsys):
    lines = output(capsys, "list").splitlines()
    assert lines[0].split()[:3] == ["name", "class", "kind"]
    assert [line.split()[0] for line in lines[1:]] == multiact.names()


def test_list_some_as_json(capsys):
    rows = json.loads(output(capsys, "list", "--kind", "gated", "--json"))
    assert [row["name"] for row in rows] == multiact.names(kind="gated")
    learned = output(capsys, "list", "--learnable", "--family", "tanh_like").splitlines()
    assert [line.split()[0] for line in learned[1:]] == multiact.names(
        family="tanh_like", learnable=True
    )


def test_show(capsys):
    text = output(capsys, "show", "TaLU", "--order", "1", "--code")
    for part in (
        "alpha*tanh(x) if x < 0 else x",
        r"\alpha \, \tanh",
        "alpha*sech2(x) if x < 0 else 1",
        "alpha = 1.0, greater than 0, learned",
        "range -1 to inf",
        "arXiv:2305.04402",
        "TaLU(alpha=1.0, *, learnable=('alpha',), channels=None, axis=1)",
        "multiact_numpy.talu",
        "def talu(x: Any, /, alpha: Learnable[Positive]",
        "def talu_1(x, alpha, xp):",
    ):
        assert part in text, part


def test_show_names_the_rewriting_rules(capsys):
    text = output(capsys, "show", "elu")
    assert "exp(u) - 1 as expm1(u)" in text
    errors = r"the error in float32 on \[-80, 80\]: 0\.\d+ ULP; as written 4\.\d+e\+05"
    assert re.search(errors, text)
    assert "nothing: it is computed as it is written" in output(capsys, "show", "tanh")


@pytest.mark.parametrize("name", multiact.names())
def test_show_every_activation(name, capsys):
    text = output(capsys, "show", name)
    assert text.startswith(f"{multiact.get(name).name} ({name}): ")
    assert "  \n" not in text


def test_show_names_the_command_for_a_missing_backend(capsys, monkeypatch):
    monkeypatch.setattr(show, "find_spec", lambda name: None if name == "torch" else object())
    text = output(capsys, "show", "relu")
    assert "torch: not installed, pip install 'multiact[torch]'" in text
    assert "multiact_flax.ReLU, multiact_flax.linen.ReLU" in text


def test_check_as_json(capsys):
    text = output(capsys, "check", "relu", "softmax", "--backend", "numpy", "--json")
    found = json.loads(text)
    assert found["failed"] == 0
    assert list(dict.fromkeys(r["activation"] for r in found["rows"])) == ["relu", "softmax"]
    assert {row["verdict"] for row in found["rows"]} == {"ok"}


def test_check_prints_a_line_for_each(capsys):
    dtypes = ["--dtype", "float32", "--dtype", "float16"]
    lines = output(capsys, "check", "relu", "tanh", "--backend", "numpy", *dtypes).splitlines()
    assert [line.split()[:3] for line in lines[1:-1]] == [
        [name, backend.name, dtype]
        for name in ("relu", "tanh")
        for dtype in ("float32", "float16")
        for backend in load("numpy")
    ]
    assert lines[-1].endswith("all ok")


def test_check_leaves_out_a_missing_backend_and_says_so(capsys, monkeypatch):
    def only_numpy(framework):
        if framework != "numpy":
            raise Unavailable(f"{framework} is not installed: pip install it")
        return load(framework)

    monkeypatch.setattr(checking, "load", only_numpy)
    lines = output(capsys, "check", "relu").splitlines()
    assert "missing: torch is not installed: pip install it" in lines
    assert main(["check", "relu", "--backend", "torch"]) == 2
    assert capsys.readouterr().err == "multiact: torch is not installed: pip install it\n"


def test_doctor(capsys):
    text = output(capsys, "doctor")
    assert text.startswith("multiact")
    assert "found: numpy" in text
    report = json.loads(output(capsys, "doctor", "--json"))
    assert report["multiact"] == multiact.__version__
    assert report["engine"].split(":")[0].split(",")[0] in multiact.kernels.ENGINES


def test_doctor_refuses_a_wrong_engine():
    done = run("doctor", MULTIACT_ENGINE="native2")
    assert done.returncode == 2
    assert done.stderr == "multiact: MULTIACT_ENGINE: no engine 'native2'; did you mean 'native'?\n"


def test_doctor_survives_a_broken_backend(capsys, monkeypatch):
    def fail(framework):
        raise OSError("libtorch.so: cannot open\nmore")

    monkeypatch.setattr(doctor, "load", fail)
    assert "broken: OSError: libtorch.so: cannot open\n" in output(capsys, "doctor")


MISTAKES = {
    "nothing": ([], "give a command: list, show, plot, check, crosscheck, doctor, demo"),
    "command": (["checks"], "no command 'checks'; did you mean 'check'?"),
    "option": (["list", "--jsn"], "list has no option '--jsn'; did you mean '--json'?"),
    "argument": (["doctor", "talu"], "doctor has no argument 'talu'"),
    "name": (["show", "mihs"], "no activation 'mihs'; did you mean 'mish'?"),
    "no name": (["show"], "the following arguments are required: NAME"),
    "kind": (
        ["list", "--kind", "gatd"],
        "no activation has the kind 'gatd'; did you mean 'gated'?",
    ),
    "order": (["show", "talu", "--order", "-1"], "--order must be 0 or more, got -1"),
    "order text": (["show", "talu", "--order", "two"], "invalid int value: 'two'"),
    "no graph": (["show", "softmax", "--order", "1"], "softmax mixes the elements"),
    "backend": (["check", "--backend", "numpi"], "no backend 'numpi'; did you mean 'numpy'?"),
    "dtype": (["check", "--dtype", "float31"], "no dtype 'float31'; did you mean 'float32'?"),
    "no rows": (
        ["check", "relu", "--backend", "numpy", "--dtype", "bfloat16"],
        "no backend that is installed computes in bfloat16",
    ),
    "file": (["check", "no_file.py:f"], "there is no file no_file.py"),
}


@pytest.mark.parametrize(("argv", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exits_with_2(argv, message, capsys):
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("multiact: ")
    assert captured.err.count("\n") == 1
    assert message in captured.err


def test_help_and_version(capsys):
    for argv in (["--help"], ["check", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as stopped:
            main(argv)
        assert stopped.value.code == 0
    assert multiact.__version__ in capsys.readouterr().out


def run(*argv, **environment):
    command = [sys.executable, "-m", "multiact", *argv]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_as_a_program():
    done = run("show", "tallu")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "multiact: no activation 'tallu'; did you mean 'talu'?\n"
    done = run("list", "--kind", "gated")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout


def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -m multiact list | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("name")
    assert done.stderr == ""
