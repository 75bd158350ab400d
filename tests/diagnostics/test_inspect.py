"""`multiact inspect` prints what its parts say."""

from __future__ import annotations

import json

import numpy as np
import pytest

from multiact.cli import main
from multiact.testing.loading import attribute
from tests.helpers.commands import output

TORCH = """
import torch
def net():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Softmax(-1))
    with torch.no_grad():
        net[0].bias[1] = -1e9
    return net
model = net()
"""
FLAX = """
from flax import nnx, linen as nn
import jax, jax.numpy as jnp, multiact_flax
from multiact_flax import linen
model = nnx.Sequential(nnx.Linear(3, 4, rngs=nnx.Rngs(0)), multiact_flax.Tanh())
def pair():
    net = nn.Sequential([nn.Dense(4), linen.Tanh()])
    return net, net.init(jax.random.key(0), jnp.ones((1, 3)))
"""


@pytest.fixture
def inputs(tmp_path):
    x = np.random.default_rng(0).normal(size=(25, 3))
    np.save(tmp_path / "x.npy", x)
    return x


@pytest.mark.parametrize("name", ["net", "model"])
def test_a_torch_model(name, tmp_path, inputs, capsys):
    torch = pytest.importorskip("torch")
    pytest.importorskip("multiact_torch")
    (tmp_path / "mine.py").write_text(TORCH)
    argv = ("inspect", f"{tmp_path}/mine.py:{name}", "--inputs", f"{tmp_path}/x.npy")
    found = json.loads(output(capsys, *argv, "--batch", "10", "--json"))
    y = (
        attribute(f"{tmp_path}/mine.py:net")()[:2](torch.from_numpy(inputs).float())
        .detach()
        .numpy()
    )
    row = found["layers"]["1"]
    assert found["inputs"] == 25
    assert row["dead"] == (y == 0).all(0).sum() >= 1
    assert row["saturated"] == pytest.approx((y == 0).mean())
    assert row["mean"] == pytest.approx(y.mean(), rel=1e-5)
    assert found["layers"]["2"]["saturated"] is None
    table = output(capsys, *argv).splitlines()
    assert table[0].split() == "layer units dead constant saturated mean std".split()
    assert [line.split()[0] for line in table[1:]] == ["1", "2"]


@pytest.mark.parametrize(("name", "layer"), [("model", "layers.1"), ("pair", "layers_1")])
def test_a_flax_model(name, layer, tmp_path, inputs, capsys):
    pytest.importorskip("multiact_flax")
    (tmp_path / "mine.py").write_text(FLAX)
    argv = ("inspect", f"{tmp_path}/mine.py:{name}", "--inputs", f"{tmp_path}/x.npy", "--json")
    assert json.loads(output(capsys, *argv))["layers"][layer]["units"] == 4
    assert main([*argv, "--layer", layer.replace("1", "0")]) == 0
