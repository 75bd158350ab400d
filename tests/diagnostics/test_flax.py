"""nnx and linen models: what is seen, and that models stay as they are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from multiact.diagnostics import (
    DeadUnits,
    Norms,
    Saturation,
    dead_units,
    gradients,
    observe,
    saturation,
)

nnx = pytest.importorskip("flax.nnx")
jax = pytest.importorskip("jax")
mf = pytest.importorskip("multiact_flax")
jnp = jax.numpy
nn = pytest.importorskip("flax.linen")
linen = mf.linen
X = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
traced = []


class Net(nnx.Module):
    """One activation object in two places, and a dropout."""

    def __init__(self, rngs):
        self.first, self.second = nnx.Linear(4, 6, rngs=rngs), nnx.Linear(6, 5, rngs=rngs)
        self.act, self.drop = mf.ReLU(), nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x):
        traced.append(x.shape)
        return self.act(self.second(self.drop(self.act(self.first(x)))))


class Module(nn.Module):
    """The same in linen."""

    @nn.compact
    def __call__(self, x, train=True):
        act = linen.ReLU(name="act")
        x = nn.Dropout(0.5, deterministic=not train)(act(nn.Dense(6, name="first")(x)))
        return act(nn.Dense(5, name="second")(x))


def weights(net):
    return [
        np.asarray(v[...], np.float64)
        for layer in (net.first, net.second)
        for v in (layer.kernel, layer.bias)
    ]


def forward(net, x):
    k1, b1, k2, b2 = weights(net)
    first = np.maximum(x @ k1 + b1, 0)
    return first, np.maximum(first @ k2 + b2, 0), k2


def models():
    """The nnx model, and both ways to observe the same weights."""
    net = Net(nnx.Rngs(0))
    net.first.bias[...] = net.first.bias[...].at[2].set(-1e9)
    params = {
        n: {"kernel": getattr(net, n).kernel[...], "bias": getattr(net, n).bias[...]}
        for n in ("first", "second")
    }
    return net, {"params": params}


@pytest.mark.parametrize("kind", ["nnx", "linen"])
def test_calls_of_one_module_are_told_apart(kind):
    net, variables = models()
    batches = [X[:7], X[7:]]
    if kind == "nnx":
        found = dead_units(net, batches)
        assert not net.drop.deterministic
        assert Net.__call__.__qualname__ == "Net.__call__"
        assert "__call__" not in vars(mf.ReLU)
    else:
        found = dead_units((Module(), variables), batches, train=False)
    assert list(found) == ["act", "act #2"]
    first, second, _ = forward(net, X)
    for ranges, y in zip(found.values(), (first, second), strict=True):
        assert ranges.dead.tolist() == (y == 0).all(0).tolist()
        np.testing.assert_allclose(ranges.high, y.max(0), rtol=1e-4, atol=1e-5)  # float32
    assert found["act"].dead[2]


@pytest.mark.parametrize("kind", ["nnx", "linen"])
def test_gradients_by_hand(kind):
    net, variables = models()
    t = np.random.default_rng(1).normal(size=(20, 5)).astype(np.float32)
    batches = [(X[:8], t[:8]), (X[8:], t[8:])]

    def loss(y, t):
        return ((y - t) ** 2).mean()

    if kind == "nnx":
        found = gradients(net, batches, loss)
    else:
        found = gradients((Module(), variables), batches, loss, train=False)
    h, y, k2 = forward(net, X)
    of_y = 2 * (y - t) / 5
    through = of_y * (y > 0)
    for name, g in {"act": through @ k2.T, "act #2": of_y}.items():
        # float32 in sums of 100 numbers
        assert math.isclose(found.layers[name].norm, np.linalg.norm(g) / 20**0.5, rel_tol=1e-4)
    norm = np.linalg.norm(h.T @ through / 20)
    assert math.isclose(found.parameters["second.kernel"].norm, norm, rel_tol=1e-4)
    assert set(found.parameters) == {
        f"{n}.{p}" for n in ("first", "second") for p in ("kernel", "bias")
    }


def test_equal_batches_are_compiled_once():
    traced.clear()
    dead_units(Net(nnx.Rngs(0)), [X[:5], X[5:10], X[10:15]])
    assert traced == [(5, 4)]


def test_classes_are_mended_after_errors():
    before = mf.ReLU.__call__
    with pytest.raises(TypeError):
        dead_units(Net(nnx.Rngs(0)), np.ones((3, 9), np.float32))
    assert mf.ReLU.__call__ is before
    assert "__call__" not in vars(mf.ReLU)


def test_saturation_of_both():
    x = X * 4
    share = (1 / np.cosh(x.astype(float)) ** 2 < 0.05).mean()
    softmax = nnx.Sequential(mf.Tanh(), mf.Softmax())
    found = saturation(softmax, [x[:8], x[8:]], threshold=0.05)
    assert [r.share for r in found.values()] == [share, None]
    module = nn.Sequential([linen.Tanh(), linen.PReLU()])
    variables = module.init(jax.random.key(0), x)
    slopes, units, norms = Saturation(0.05), DeadUnits(), Norms()
    observe((module, variables), [(x, None)], slopes, units, norms)
    assert slopes.result()["layers_0"].share == share
    assert list(slopes.result()) == list(units.result()) == list(norms.result())


def test_layers_before_functions():
    found = dead_units((Module(), models()[1]), X, layers=["first"], train=False)
    assert (found["first"].high <= 0).tolist()[2]


def test_channels_are_last():
    net = nnx.Sequential(nnx.Conv(1, 3, (3, 3), rngs=nnx.Rngs(0)), mf.GELU())
    assert len(dead_units(net, jnp.ones((2, 6, 6, 1)))["layers.1"].low) == 3
