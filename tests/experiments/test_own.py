"""Models of a user's own: trained, stopped, stored and compared as those that are described."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from multiact import cli
from multiact.experiments import Recipe, Run, grid, mlp, results, start, train
from multiact.experiments import training as module
from multiact.experiments.network import Act, Own
from multiact.experiments.own import fingerprint, function
from multiact.experiments.store import Place
from tests.experiments.test_training import contents, made

pytest.importorskip("torch")
pytest.importorskip("safetensors")

SMALL = Recipe.read("digits").changed({"epochs": 3, "batch_size": 15})

# noise, statistics of batches, and images in the framework's layout
TORCH = """
from torch import nn

class Net(nn.Module):
    def __init__(self, activation, channels, outputs):
        super().__init__()
        self.conv = nn.Conv2d(channels, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.act = activation(channels=4, axis=1)
        self.drop = nn.Dropout(0.5)
        self.last = nn.Linear(4, outputs)

    def forward(self, x):
        return self.last(self.drop(self.act(self.norm(self.conv(x)))).mean((2, 3)))

def net(activation, *, shape, outputs, seed):
    assert shape == (1, 5, 5)
    return Net(activation, shape[0], outputs)
"""
FLAX = """
from flax import nnx

class Net(nnx.Module):
    def __init__(self, activation, channels, outputs, rngs):
        self.conv = nnx.Linear(25 * channels, 4, rngs=rngs)
        self.norm = nnx.BatchNorm(4, rngs=rngs)
        self.act = activation(channels=4)
        self.drop = nnx.Dropout(0.5, rngs=rngs)
        self.last = nnx.Linear(4, outputs, rngs=rngs)

    def __call__(self, x):
        return self.last(self.drop(self.act(self.norm(self.conv(x.reshape(len(x), -1))))))

def net(activation, *, shape, outputs, seed):
    assert shape == (5, 5, 1)
    return Net(activation, shape[-1], outputs, nnx.Rngs(seed))
"""
SOURCES = {"torch": TORCH, "flax": FLAX}

# the same as mlp-8, from the same weights
DENSE = """
import multiact_torch
from multiact.experiments import mlp, start
from torch import nn

class Net(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.dense1, self.act1, self.dense2 = nn.Linear(6, 8), activation(), nn.Linear(8, 8)
        self.act2, self.dense3 = activation(), nn.Linear(8, 3)
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        return self.dense3(self.act2(self.dense2(self.act1(self.dense1(x)))))

def net(activation, *, shape, outputs, seed):
    model = Net(activation)
    state = start(mlp([6, 8, 8, 3], "prelu", tie=model.act1 is model.act2), seed)
    multiact_torch.load(model, state, strict=False)
    return model
"""


@pytest.fixture
def small(monkeypatch):
    """Made images in the place of the digits."""
    monkeypatch.setattr(module, "load", lambda _: replace(made(shape=(5, 5)), name="digits"))


def runs_of(folder, source, activation="prelu", backend="torch", seeds=1):
    (folder / "mine.py").write_text(source)
    recipe = replace(SMALL, network=f"{folder / 'mine.py'}:net")
    return grid([activation], recipe, seeds, backend)


@pytest.mark.parametrize("backend", SOURCES)
def test_a_run_that_was_stopped_goes_on(small, monkeypatch, tmp_path, backend):
    """Byte for byte, with dropout and the statistics of batches, whatever the generator's state."""
    import torch

    pytest.importorskip(backend)
    torch.manual_seed(1)
    runs = runs_of(tmp_path, SOURCES[backend], backend=backend)
    train(runs, tmp_path / "whole")
    monkeypatch.setattr(module, "_SECONDS_BETWEEN", -1)
    learn = Place.learn

    def stop(place, line):
        learn(place, line)
        if line["epoch"] == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Place, "learn", stop)
    torch.manual_seed(2)
    with pytest.raises(KeyboardInterrupt):
        train(runs, tmp_path / "stopped")
    monkeypatch.setattr(Place, "learn", learn)
    torch.manual_seed(3)
    train(runs, tmp_path / "stopped")
    assert contents(tmp_path / "stopped") == contents(tmp_path / "whole")
    (record,) = results(tmp_path / "whole")
    assert {"conv.weight", "norm.running_mean", "act.weight"} <= set(record.weights())
    learned = record.learned()
    assert [line["epoch"] for line in learned] == [0, 1, 2, 3]
    assert learned[0]["act.weight"] == [0.25] * 4
    np.testing.assert_array_equal(learned[-1]["act.weight"], record.weights()["act.weight"])


@pytest.mark.parametrize("activation", ["prelu", "prelu+tied", "relu"])
def test_a_model_learns_what_its_description_does(monkeypatch, tmp_path, activation):
    monkeypatch.setattr(module, "load", lambda _: replace(made(), name="digits"))
    own = runs_of(tmp_path, DENSE, activation)
    train(own, tmp_path / "own")
    train([replace(own[0], recipe=replace(SMALL, network="mlp-8-8"))], tmp_path / "described")
    (mine,), (theirs,) = results(tmp_path / "own"), results(tmp_path / "described")
    for ours, expected in zip(mine.epochs, theirs.epochs, strict=True):
        assert ours == pytest.approx(expected, rel=1e-5)
    for ours, expected in zip(mine.learned(), theirs.learned(), strict=True):
        assert ours == pytest.approx(expected, rel=1e-6)
    state = start(mlp([6, 8, 8, 3], "prelu", tie="tied" in activation), 0)
    wanted = {n for n in state if activation != "relu" or "act" not in n}
    assert set(mine.weights()) == wanted | {"unused.weight", "unused.bias"}
    assert sorted(theirs.learned()[0]) if activation != "relu" else not theirs.learned()


def test_a_changed_file_is_another_run(tmp_path):
    (run,) = runs_of(tmp_path, TORCH)
    before = run.folder
    assert run.folder == before
    (tmp_path / "mine.py").write_text(TORCH + "# changed\n")
    assert Run.from_dict(run.as_dict()).folder != before
    assert Run("relu", Recipe.read("book-code")).folder == "relu-912d6e49/seed-0000"
    found = function(run.network)
    assert function(run.network) is found
    (tmp_path / "mine.py").write_text("def net(**_): return 4")
    assert function(run.network)() == 4


def test_a_module_has_a_digest_too(monkeypatch, tmp_path):
    (tmp_path / "my_nets.py").write_text("class Nets:\n    net = len\ndef net(**_): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = fingerprint("my_nets:net")
    assert len(found) == 16
    assert fingerprint(f"{tmp_path / 'my_nets.py'}:net") == found
    assert fingerprint("my_nets:Nets.net") == found  # a function of another module


def test_noise_in_flax_follows_the_seed(tmp_path):
    nnx = pytest.importorskip("flax.nnx")
    from multiact_flax._own import make

    (tmp_path / "mine.py").write_text("def net(activation, **_): return activation(channels=3)")
    act = Act("activation", "rrelu", {"learnable": []})
    own = Own(f"{tmp_path / 'mine.py'}:net", act, False, (3,), (3,))
    x = np.full((2, 3), -1.0, np.float32)
    first, again, other = (np.asarray(make(own, seed)(x)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert isinstance(make(own, 1), nnx.Module)


def test_the_command_trains_and_compares(small, monkeypatch, capsys, tmp_path):
    pytest.importorskip("scipy")
    pytest.importorskip("matplotlib")
    talking = TORCH.replace(
        "        return self", '        print("here I am")\n        return self'
    )
    (tmp_path / "mine.py").write_text(talking)
    monkeypatch.chdir(tmp_path)
    command = "train --activations relu,prelu --network mine.py:net --seeds 2 --out runs"
    assert cli.main([*command.split(), "--set", "epochs=1"]) == 0
    assert {r.run.network for r in results(tmp_path / "runs")} == {"mine.py:net"}
    printed = capsys.readouterr()
    assert "here I am" in printed.err
    assert "here I am" not in printed.out
    assert cli.main("compare runs --json --shapes shapes.png".split()) == 0
    assert (tmp_path / "shapes.png").stat().st_size > 5000
    found = json.loads(capsys.readouterr().out)
    assert "mine.py:net" in json.dumps(found)
    assert cli.main("train --activations relu --network ours.py:net --out runs".split()) == 2
    assert "no file ours.py" in capsys.readouterr().err
