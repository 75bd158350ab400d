"""`--json`: one document on stdout and nothing else there, whatever is printed on the way."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import multiact
from multiact.cli import COMMANDS, demo, main
from multiact.relations.curves import Curve
from tests.experiments.runs import finals
from tests.helpers.registered import temporary_registrations

LOUD = """
import os, sys
import multiact

print("at import")
os.system("echo from a shell")
print("past the streams", file=sys.__stdout__)

@multiact.activation(kinks=lambda: (print("in kinks"), {0.0: 1.0})[1])
def loud(x, /, *, xp):
    "Prints."
    print("in the formula")
    return xp.where(x < 0, 0.5 * x, x)
"""
ARGUMENTS = {
    "list": ["--kind", "gated"],
    "show": ["{file}:loud", "softmax"],
    "plot": ["{file}:loud", "--out", "{folder}/loud.svg"],
    "explore": ["{file}:loud", "--out", "{folder}/explorer.html"],
    "check": ["{file}:loud", "--backend", "numpy"],
    "crosscheck": ["{file}:loud", "leaky_relu", "--reference-args", '{{"negative_slope": 0.5}}'],
    "bench": ["{file}:loud", "--seconds", "0", "--elements", "10"],
    "relatives": ["{file}:loud"],
    "map": [],
    "doctor": [],
    "demo": ["--data", "subset"],
    "train": [
        *("--activations", "{file}:loud", "--out", "{folder}/runs", "--seeds", "1"),
        *("--set", "epochs=1", "--set", "network=mlp-4"),
    ],
    "compare": ["{folder}"],
    "inspect": ["{file}:net", "--inputs", "{folder}/x.npy"],
    "evaluate": [
        *("{file}:loud", "--against", "relu", "--out", "{folder}/page", "--seeds", "1"),
        *("--recipe", "{folder}/quick.toml"),
    ],
}
NET = """
def net():
    import torch
    print("in the function")
    return torch.nn.ReLU()
"""


@pytest.fixture
def arguments(tmp_path):
    (tmp_path / "theirs.py").write_text(LOUD + NET)
    (tmp_path / "quick.toml").write_text('data = "digits"\nnetwork = "mlp-4"\nepochs = 1\n')
    np.save(tmp_path / "x.npy", np.ones((2, 3)))
    places = {"file": tmp_path / "theirs.py", "folder": tmp_path}

    def complete(command):
        return [command, *(a.format(**places) for a in ARGUMENTS[command]), "--json"]

    return complete


@pytest.mark.parametrize("command", COMMANDS)
def test_one_document(command, arguments, capsys, monkeypatch):
    if command == "plot":
        pytest.importorskip("matplotlib")
    if command in ("relatives", "map", "evaluate"):  # all of them would take long
        for place in ("multiact.relations.answer", "multiact.cli.mapping"):
            few = [Curve(multiact.get(name)) for name in ("relu", "elu", "tanh")]
            monkeypatch.setattr(f"{place}.catalogue", lambda few=few: iter(few))
    if command in ("train", "evaluate"):
        pytest.importorskip("sklearn")  # for the digits
    if command == "evaluate":
        for package in ("jinja2", "matplotlib", "scipy"):
            pytest.importorskip(package)
    if command in ("demo", "inspect", "train", "evaluate"):
        pytest.importorskip("torch")
    if command == "demo":
        result = SimpleNamespace(as_dict=lambda: {"of": "the demonstration"}, faults=())
        monkeypatch.setattr(demo, "demonstrate", lambda *_: print("loss") or result)
    if command == "compare":
        pytest.importorskip("scipy")
        store = SimpleNamespace(results=lambda _: print("reading") or finals("relu", [90.0, 91.0]))
        monkeypatch.setitem(sys.modules, "multiact.experiments.store", store)
    with temporary_registrations():
        assert main(arguments(command)) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)
    assert "loud" not in ARGUMENTS[command] or "at import" in captured.err


@pytest.mark.parametrize("command", ["show", "check", "crosscheck"])
def test_what_passes_the_streams_goes_to_stderr(command, arguments):
    argv = [sys.executable, "-m", "multiact", *arguments(command)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)
    for words in ("at import", "from a shell", "past the streams"):
        assert words in done.stderr


def test_an_error_is_no_document(capsys):
    assert main(["show", "tallu", "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


def test_what_show_and_plot_print_is_theirs_alone(arguments, capsys):
    pytest.importorskip("matplotlib")
    with temporary_registrations():
        for command in ("show", "plot"):
            argv = [a for a in arguments(command) if a != "--json"]
            assert main(argv) == 0
            assert "in kinks" not in capsys.readouterr().out


def test_plot_says_what_was_written(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    out = tmp_path / "elu.svg"
    argv = ["plot", "elu", "--alpha", ".1", "1", "--derivatives", "2", "--out", str(out), "--json"]
    assert main(argv) == 0
    legend = ["ELU(alpha=0.1)", "ELU(alpha=1)", "at a kink or jump"]
    written = {"file": str(out), "legend": legend, "panels": 3}
    assert json.loads(capsys.readouterr().out) == written
    assert out.exists()
