"""The command line: what it prints, how it exits, what it says about mistakes."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

import multiact
from multiact.adapters.frameworks import Unavailable
from multiact.cli import COMMANDS, checking, doctor, main
from multiact.testing.backend import load


def output(capsys, *argv, code=0):
    assert main(argv) == code
    captured = capsys.readouterr()
    assert code == 2 or captured.err == ""
    return captured.out


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


@pytest.mark.parametrize(
    ("environment", "installed", "said"),
    [
        ({"MULTIACT_ENGINE": "reference"}, True, "reference: operation by operation"),
        ({}, False, "operation by operation, since Triton is not installed"),
        ({}, True, "fused Triton kernels"),
        ({"TRITON_INTERPRET": "1"}, True, "by Triton's interpreter, on CPU tensors too"),
    ],
)
def test_doctor_knows_gpus(environment, installed, said, monkeypatch):
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(doctor, "find_spec", lambda name: name if installed else None)
    with multiact.use_engine(environment.get("MULTIACT_ENGINE", "auto")):
        assert doctor._on_gpus().endswith(said)


def test_doctor_refuses_a_wrong_engine():
    done = run("doctor", MULTIACT_ENGINE="native2")
    assert done.returncode == 2
    assert done.stderr == "multiact: MULTIACT_ENGINE: no engine 'native2'; did you mean 'native'?\n"


def test_doctor_keeps_its_columns_apart(capsys, monkeypatch):
    point = SimpleNamespace(name="swirl", value="a_package_with_a_long_name")
    monkeypatch.setattr(doctor, "entry_points", lambda **_: [point])
    assert "swirl = a_package_with_a_long_name  found\n" in output(capsys, "doctor")


def test_doctor_survives_a_broken_backend(capsys, monkeypatch):
    def fail(framework):
        raise OSError("libtorch.so: cannot open\nmore")

    monkeypatch.setattr(doctor, "load", fail)
    assert "broken: OSError: libtorch.so: cannot open\n" in output(capsys, "doctor")


MISTAKES = {
    "command": (["checks"], "no command 'checks'; did you mean 'check'?"),
    "option": (["list", "--jsn"], "list has no option '--jsn'; did you mean '--json'?"),
    "argument": (["doctor", "talu"], "doctor has no argument 'talu'"),
    "name": (["show", "mihs"], "no activation 'mihs'; did you mean 'mish'?"),
    "no name": (["show"], "the following arguments are required: NAME"),
    "kind": (
        ["list", "--kind", "gatd"],
        "no activation has the kind 'gatd'; did you mean 'gated'?",
    ),
    "property": (["list", "--property", "od"], "no property 'od'; did you mean 'odd'?"),
    "year": (["list", "--year", "17"], "--year must be a year or years, such as 2017"),
    "parameter": (
        ["show", "talu", "gelu", "--alhpa", ".5"],
        "talu, gelu: no parameter or option '--alhpa'; did you mean '--alpha'?",
    ),
    "misspelled option": (["show", "talu", "--orde", "1"], "did you mean '--order'?"),
    "no value": (["show", "talu", "--alpha"], "--alpha needs a value"),
    "wrong value": (["show", "talu", "--alpha", "-1"], "alpha must be greater than 0, got -1"),
    "wrong word": (["show", "talu", "--alpha", "big"], "alpha must be a number, got 'big'"),
    "nested": (["show", "rational", "--numerator", "[" * 10**5], "numerator must be an array"),
    "wrong name": (["show", "moe", "--experts", '["rellu"]'], "did you mean 'relu'?"),
    "elements": (["bench", "relu", "--elements", "0"], "--elements must be 1 or more, got 0"),
    "seconds": (["bench", "relu", "--seconds", "nan"], "--seconds must be 0 or more, got nan"),
    "shell": (["--print-completion", "tcsh"], "invalid choice: 'tcsh'"),
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
    for argv in ([], ["--help"], ["check", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as stopped:
            main(argv)
        assert stopped.value.code == 0
        out = capsys.readouterr().out
        assert out.startswith("multiact" if argv == ["--version"] else "usage: multiact")


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


def shell(command):
    """Run a command line of bash, in which `multiact` is the program."""
    program = f'multiact() {{ {sys.executable} -m multiact "$@"; }}\n'
    argv = ["bash", "-c", program + command]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_a_reader_that_leaves_gets_no_complaint():
    done = shell("set -o pipefail; multiact list | true")
    assert (done.returncode, done.stderr) == (141, "")  # as of a program that SIGPIPE ends
    done = shell("multiact list | head -1")
    assert done.stdout.startswith("name")
    assert done.stderr == ""


STREAMS = {
    "list >/dev/full": "No space left on device",
    "list --json >/dev/full": "No space left on device",
    "--help >/dev/full": "No space left on device",
    ">/dev/full": "No space left on device",
    "list >&-": "the standard output is closed",
    "--help >&-": "the standard output is closed",
    "list 1</dev/null": "Bad file descriptor",
}


@pytest.mark.parametrize(("command", "words"), STREAMS.items(), ids=STREAMS)
def test_an_output_that_cannot_be_written_is_one_line(command, words):
    done = shell(f"multiact {command}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_closed_stderr():
    done = shell("multiact list --kind gated --json 2>&-")
    gates = multiact.names(kind="gated")
    assert (done.returncode, len(json.loads(done.stdout))) == (0, len(gates))
    done = shell("multiact list --jsn 2>&-")
    assert (done.returncode, done.stdout) == (2, "")


COMPLETED = {
    "multiact sh": {"show"},
    "multiact show tal": {"talu"},
    "multiact bench gelu swigl": {"swiglu", "swiglu_layer", "swiglu_oai"},
    "multiact plot --deriv": {"--derivatives"},
    "multiact crosscheck numpy:tanh tanhs": {"tanhshrink"},
}


def test_completion_in_bash(tmp_path):
    pytest.importorskip("shtab")
    script = tmp_path / "multiact.bash"
    script.write_text(run("--print-completion", "bash").stdout)
    for line, words in COMPLETED.items():
        done = shell(
            f"source {script}; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
            'COMP_LINE="${COMP_WORDS[*]}"\n_shtab_multiact\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        assert set(done.stdout.split()) == words, line


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(name):
    pytest.importorskip("shtab")
    text = run("--print-completion", name).stdout
    for word in (*COMMANDS, "swiglu_layer", "derivatives"):
        assert word in text


def test_completion_without_shtab(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["--print-completion", "bash"]) == 2
    assert "pip install 'multiact[completion]'" in capsys.readouterr().err
