"""The main job: trained in PyTorch, run everywhere, on real images."""

import dataclasses
import json
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from multiact_numpy._testing import BACKENDS

from multiact.adapters.frameworks import Unavailable, part
from multiact.cli import main
from multiact.experiments import Split, demo, load
from multiact.experiments.network import read_state
from multiact.experiments.recipe import Recipe
from multiact.experiments.result import LOGITS_GOAL
from multiact.testing.check import Row

pytest.importorskip("torch")
pytest.importorskip("safetensors")

HAS_FLAX = find_spec("flax") is not None
RECIPE = Recipe.read("demo").changed({"epochs": 1})


@pytest.fixture(scope="module")
def images():
    return load("fashion-mnist-subset")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo.safetensors"


@pytest.fixture(scope="module")
def result(images, saved):
    with pytest.MonkeyPatch.context() as patch:  # the check has its own tests, and compiles
        patch.setattr(demo, "backends", lambda: BACKENDS)
        steps = []
        found = demo.run(images, RECIPE, 0, saved, steps.append)
    assert sum(steps) == RECIPE.steps(6000)
    assert found.losses[-1] < np.log(10)
    return found


def test_it_runs_wherever_a_framework_is(result):
    flax = ["flax.nnx", "flax.linen"] if HAS_FLAX else []
    assert [score.backend for score in result.scores] == ["torch", *flax, "numpy"]
    assert bool(result.skipped) != HAS_FLAX
    assert [row.backend for row in result.checks] == [backend.name for backend in BACKENDS]
    assert result.faults == []


def test_it_learns(result):
    assert {score.accuracy for score in result.scores} == {result.scores[0].accuracy}
    assert result.scores[0].accuracy > 0.75
    assert result.parameters == 235275


def test_logits_agree(result):
    for score in result.scores:
        assert score.difference < LOGITS_GOAL, score.backend
        assert 0 < score.rounding < LOGITS_GOAL, score.backend
    assert result.scores[0].difference == 0


def test_every_alpha_moved(result):
    assert {name: value.shape for name, (value, _) in result.learned.items()} == {
        "act1.alpha": (),
        "act2.alpha": (128,),
    }
    for values, start in result.learned.values():
        assert start == 1
        assert np.all(values != start)


def test_the_file_is_what_every_framework_holds(result, saved):
    from multiact_torch._experiments import build
    from safetensors.torch import load_file

    network = demo.described()
    state = read_state(network, saved)
    model = build(network)
    model.load_state_dict(load_file(saved))
    for name, value in model.state_dict().items():
        assert state[name].dtype == np.float32
        np.testing.assert_array_equal(state[name], value.numpy())


def test_training_repeats(images, tmp_path):
    file, again, other = (tmp_path / name for name in ("file", "again", "other"))
    few = first(images, 600)
    losses = demo._train(demo.described(), few, RECIPE, 0, file, lambda _: None)
    assert demo._train(demo.described(), few, RECIPE, 0, again, lambda _: None) == losses
    assert again.read_bytes() == file.read_bytes()
    assert demo._train(demo.described(), few, RECIPE, 1, other, lambda _: None) != losses


def test_training_leaves_torch_as_it_was(images, tmp_path):
    import torch

    before, threads = torch.get_rng_state(), torch.get_num_threads()
    few = first(images, 256)
    demo._train(demo.described(), few, RECIPE, 0, tmp_path / "file", lambda _: None)
    assert torch.equal(before, torch.get_rng_state())
    assert torch.get_num_threads() == threads


def first(images, count):
    """The first images of a set."""
    parts = (images.train, images.test)
    train, test = (Split(p.inputs[:count], p.targets[:count]) for p in parts)
    return dataclasses.replace(images, train=train, test=test)


def test_wrong_weights_would_be_seen(result, images, saved):
    from multiact_numpy._experiments import forward

    network = demo.described()
    state = read_state(network, saved)
    x = images.standardise(images.test.inputs)
    right = forward(network, state, x)
    state["act2.alpha"] = state["act2.alpha"][::-1].copy()
    assert np.abs(forward(network, state, x) - right).max() > 100 * LOGITS_GOAL


@pytest.mark.parametrize(
    ("absent", "message"),
    [
        ("torch", "torch is not installed: pip install 'multiact[torch]'"),
        ("safetensors", "the demonstration needs safetensors: pip install 'multiact[experiments]'"),
    ],
)
def test_what_is_missing_is_named(monkeypatch, capsys, absent, message):
    for name in [n for n in sys.modules if n.startswith("multiact_torch")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [n for n in sys.modules if n.split(".")[0] == absent]:
        monkeypatch.setitem(sys.modules, name, None)
    assert main(["demo"]) == 2
    captured = capsys.readouterr()
    assert captured.err == f"multiact: {message}\n"
    assert captured.out == ""


def test_without_flax_it_is_skipped_and_said(monkeypatch, images, saved, result):
    def without_flax(name, what):
        if name != "flax":
            return part(name, what)
        raise Unavailable("flax is not installed: pip install 'multiact[flax]'")

    monkeypatch.setattr(demo, "part", without_flax)
    skipped = []
    scores = list(demo._scores(demo.described(), saved, images, skipped))
    assert [score.backend for score in scores] == ["torch", "numpy"]
    assert skipped == ["flax skipped: flax is not installed: pip install 'multiact[flax]'"]


@pytest.fixture
def command(monkeypatch, result):
    """The command, without its work."""
    shown = {"result": result}
    monkeypatch.setattr("multiact.cli.demo.demonstrate", lambda *_: shown["result"])

    def run(*arguments):
        return main(["demo", "--data", "subset", *arguments])

    run.shown = shown
    return run


def test_the_tables(command, capsys, result, saved):
    assert command() == 0
    out = capsys.readouterr().out
    assert "fashion-mnist-subset, 6000 training and 1000 test examples" in out
    assert str(saved) in out
    for score in result.scores:
        line = next(line for line in out.splitlines() if line.startswith(score.backend))
        assert f"{score.accuracy:.2%}" in line
        assert line.endswith("ok")
    assert "act1.alpha learned, from 1 to " in out
    assert "128 channels" in out
    assert "\ntalu " in out
    assert "all agree" in out


def test_json(command, capsys, result):
    assert command("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [score["backend"] for score in found["scores"]] == [s.backend for s in result.scores]
    assert len(found["learned"]["act2.alpha"]["values"]) == 128
    assert found["faults"] == []


def test_json_has_no_nan(command, capsys, result):
    worse = dataclasses.replace(result.scores[0], difference=float("nan"))
    command.shown["result"] = dataclasses.replace(result, scores=(worse,))
    assert command("--json") == 1
    assert json.loads(capsys.readouterr().out)["scores"][0]["difference"] is None


def test_no_backend_to_check_is_said(monkeypatch, result):
    monkeypatch.setattr(demo, "backends", lambda: ())
    skipped = []
    assert demo.check_used(demo.described(), skipped) == ()
    assert skipped == ["check skipped: no backend is registered; install multiact with pip"]


@pytest.mark.parametrize("bad", [1e-5, float("nan")])
def test_different_logits_fail(command, capsys, result, bad):
    worse = dataclasses.replace(result.scores[-1], difference=bad)
    command.shown["result"] = dataclasses.replace(result, scores=(*result.scores[:-1], worse))
    assert command() == 1
    assert f"numpy: logits differ by {bad:.2g}, allowed is 1e-05" in capsys.readouterr().out


def test_a_failing_check_fails(command, capsys, result):
    row = Row("talu", "jax", "float32", 9.0, 1.0, 2.0, "value: 9 units off")
    command.shown["result"] = dataclasses.replace(result, checks=(row,))
    assert command() == 1
    assert "talu on jax, float32: value: 9 units off" in capsys.readouterr().out


USAGE = {
    "folder": (["--data", "/nowhere"], "no Fashion-MNIST in /nowhere"),
    "epochs": (["--epochs", "0"], "epochs must be 1 or more, got 0"),
    "seed": (["--seed", "-1"], "seed must be 0 or more, got -1"),
    "output": (["--output", "/nowhere/file"], "--output: there is no folder /nowhere"),
}


@pytest.mark.parametrize(("arguments", "message"), USAGE.values(), ids=USAGE)
def test_usage_errors(command, capsys, arguments, message):
    assert command(*arguments) == 2
    assert capsys.readouterr().err.startswith(f"multiact: {message}")
