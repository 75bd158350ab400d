"""`multiact crosscheck`: what it prints, how it exits, its picture."""

import builtins
import json

import numpy as np
import pytest

from multiact.cli import main

MINE = """
import numpy as np

def my_tanh(x, scale=1.0):
    y = np.tanh(scale * x)
    return np.where((x > 2.4) & (x < 2.6), y * np.float32(1.01), y)

def right(x):
    return np.tanh(x)

def with_a_weak_limit(x):
    return np.where(np.isinf(x), np.nan, np.tanh(x)).astype(x.dtype)

class Shape:
    def __init__(self, height):
        self.height = height

    def __call__(self, x):
        return (self.height * np.tanh(x)).astype(x.dtype)
"""


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "my_file.py"
    file.write_text(MINE)
    return str(file)


def run(capsys, *argv, code=0):
    assert main(["crosscheck", *argv]) == code
    captured = capsys.readouterr()
    assert code == 2 or captured.err == ""
    return captured.out if code != 2 else captured.err


def test_a_planted_fault_in_a_users_file(mine, capsys):
    text = run(capsys, f"{mine}:my_tanh", "tanh", code=1)
    assert "against tanh: ANOTHER FUNCTION" in text
    assert "value, float32: f(2.5) = " in text
    example = text.partition("the smallest example:\n")[2].splitlines()
    assert f'candidate = runpy.run_path("{mine}")["my_tanh"]'.replace('"', "'") in example[1]
    assert any("[2.5]" in line for line in example)


def test_one_that_agrees(mine, capsys):
    text = run(capsys, f"{mine}:right", "tanh", "--dtype", "float32", "--dtype", "float16")
    assert text.splitlines()[0].endswith("my_file.py:right (numpy) against tanh: the same function")
    assert len(text.splitlines()) == 10
    assert "float16, largest errors at" in text
    assert run(capsys, "numpy:tanh", f"{mine}:right").splitlines()[0].endswith("the same function")


def test_arguments_of_both(mine, capsys):
    run(capsys, f"{mine}:my_tanh", "tanh", "--candidate-args", '{"scale": 2}', code=1)
    ours = ["shilu", "--reference-args", '{"a": 2, "b": 0.5}']
    run(capsys, f"{mine}:Shape", *ours, "--candidate-args", '{"height": 2}', code=1)
    scaled = ["tanhlu", "--reference-args", '{"alpha": 2, "beta": 0}']
    text = run(capsys, f"{mine}:Shape", *scaled, "--candidate-args", '{"height": 2}')
    assert "tanhlu(alpha=2, lambd=1.0, beta=0)" in text


def test_exit_status_by_the_verdict(mine, capsys):
    weak = [f"{mine}:with_a_weak_limit", "tanh"]
    text = run(capsys, *weak, code=1)
    assert "the same function with a weak limit" in text
    run(capsys, *weak, "--fail-on", "weak", code=1)
    run(capsys, *weak, "--fail-on", "different")
    run(capsys, f"{mine}:my_tanh", "tanh", "--fail-on", "different", code=1)


def test_relative_and_absolute_errors(mine, capsys):
    run(capsys, f"{mine}:my_tanh", "tanh", "--rtol", "0.02")
    run(capsys, f"{mine}:my_tanh", "tanh", "--atol", "0.02")
    run(capsys, f"{mine}:my_tanh", "tanh", "--rtol", "0.005", "--atol", "1e-6", code=1)


def test_json(mine, capsys):
    found = json.loads(run(capsys, f"{mine}:my_tanh", "tanh", "--json", code=1))
    assert found["ok"] is False
    assert found["differences"][0]["x"] == 2.5
    assert found["figures"][0]["dtype"] == "float32"


def test_tolerance_and_allow(mine, capsys):
    run(capsys, f"{mine}:my_tanh", "tanh", "--tolerance", "1e6")
    text = run(capsys, f"{mine}:my_tanh", "tanh", "--allow", "value")
    assert "allowed: value" in text


MISTAKES = {
    "file": (["no_file.py:f", "tanh"], "there is no file no_file.py"),
    "module": (["no.module:f", "tanh"], "cannot import no.module"),
    "attribute": (["numpy:tanhh", "tanh"], "numpy has no attribute 'tanhh'; did you mean 'tanh'?"),
    "plain word": (["tanh", "tanh"], "CANDIDATE must be MODULE:ATTRIBUTE or FILE.py:FUNCTION"),
    "activation": (["numpy:tanh", "tnah"], "did you mean 'tanh'?"),
    "no JSON": (["numpy:tanh", "tanh", "--candidate-args", "{a}"], "--candidate-args is no JSON"),
    "nested": (["numpy:tanh", "tanh", "--candidate-args", "[" * 10**5], "is no JSON: maximum"),
    "no object": (["numpy:tanh", "tanh", "--reference-args", "3"], "must be a JSON object"),
    "parameter": (["numpy:tanh", "elu", "--reference-args", '{"alphas": 1}'], "'alpha'"),
    "dtype": (["numpy:tanh", "tanh", "--dtype", "float31"], "did you mean 'float32'?"),
    "kind": (["numpy:tanh", "tanh", "--allow", "limits"], "did you mean 'limit'?"),
    "tolerance": (["numpy:tanh", "tanh", "--tolerance", "0"], "greater than 0, got 0.0"),
    "not callable": (["numpy:pi", "tanh"], "the candidate must be callable, got float"),
    "both": (["numpy:tanh", "tanh", "--rtol", "1", "--tolerance", "8"], "rtol and atol, not both"),
    "rtol": (["numpy:tanh", "tanh", "--rtol", "-1"], "rtol must be a number of 0 or greater"),
    "infinite": (["numpy:tanh", "tanh", "--tolerance", "inf"], "greater than 0, got inf"),
    "verdict": (["numpy:tanh", "tanh", "--fail-on", "same"], "no verdict 'same'"),
    "framework": (["numpy:tanh", "tanh", "--framework", "tf"], "no framework 'tf'"),
}


@pytest.mark.parametrize(("argv", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exits_with_2(argv, message, capsys):
    text = run(capsys, *argv, code=2)
    assert message in text
    assert text.count("\n") == 1


def test_the_picture(mine, capsys, tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib import image

    file = tmp_path / "error.png"
    run(capsys, f"{mine}:my_tanh", "tanh", "--picture", str(file), code=1)
    pixels = image.imread(file)[..., :3]
    assert pixels.shape == (840, 960, 3)
    red = (pixels[..., 0] > 0.7) & (pixels[..., 1] < 0.3)
    assert red[350:560].any(), "the points beyond the tolerance"
    run(capsys, "numpy:tanh", "tanh", "--picture", str(file))
    red = np.asarray([(p[..., 0] > 0.7) & (p[..., 1] < 0.3) for p in [image.imread(file)]])[0]
    assert not red[350:560].any()
    message = run(capsys, "numpy:tanh", "softmax", "--picture", str(file), code=2)
    assert "a picture needs an elementwise function" in message


def test_without_matplotlib_the_command_is_named(mine, capsys, monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name.startswith(("matplotlib", "multiact.testing.comparison.picture")):
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    message = run(capsys, f"{mine}:right", "tanh", "--picture", "x.png", code=2)
    assert "--picture needs matplotlib: pip install 'multiact[plot]'" in message


def test_two_frameworks_with_their_names(capsys):
    pytest.importorskip("torch")
    pytest.importorskip("jax")
    text = run(capsys, "torch.nn.functional:silu", "jax.nn:silu")
    assert text.splitlines()[0] == (
        "torch.nn.functional:silu (torch) against jax.nn:silu (jax): the same function"
    )
    text = run(capsys, "numpy:tanh", "torch:sigmoid", code=1)
    assert "numpy:tanh (numpy) against torch:sigmoid (torch): ANOTHER FUNCTION: it is tanh" in text
    assert "from torch import sigmoid as reference" in text


def test_torchs_gelu_and_mish(capsys):
    pytest.importorskip("torch")
    text = run(capsys, "torch.nn.functional:gelu", "gelu", code=1)
    assert "value, float32: f(-" in text
    text = run(capsys, "torch.nn.functional:mish", "mish", code=1)
    assert "limit, float32: f(-inf) = nan, the truth is 0" in text
    run(capsys, "torch:nn.ELU", "elu")
