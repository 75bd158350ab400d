"""A model of five learned activations goes on training in another framework, and comes back."""

from collections import OrderedDict
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest

from multiact.checkpoints import read
from multiact.experiments import load

torch = pytest.importorskip("torch")
nnx = pytest.importorskip("flax.nnx")
optax = pytest.importorskip("optax")
stored = pytest.importorskip("safetensors.torch")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import multiact_flax as mf  # noqa: E402
import multiact_numpy as mn  # noqa: E402
import multiact_torch as mt  # noqa: E402
from flax import linen as nn  # noqa: E402

WIDTH, STEPS, RATE = 24, 15, 1e-3
#: Of this start the losses move by 3e-6 when the weights do by 1e-7, with AVX-512 and with SSE;
#: at thrice the rate, or from some other starts, training multiplies rounding errors by 1e5.
SEED = 6
#: class name and options; the arrays of STAF and Rational, numbers, numbers per channel
ACTS = {
    "act1": ("TaLU", {"channels": WIDTH, "axis": -1}),
    "act2": ("Swish", {"learnable": ("beta",)}),
    "act3": ("PReLU", {}),
    "act4": ("SinLU", {}),
    "act5": ("STAF", {}),
    "act6": ("Rational", {}),
    "act7": ("STAF", {"terms": 2, "learnable": ()}),  # two fixed waves: a buffer
}
SIZES = [196, *[WIDTH] * len(ACTS), 10]
NAMES = [name for i, act in enumerate(ACTS, 1) for name in (f"dense{i}", act)]


class Nnx(nnx.Module):
    def __init__(self, rngs):
        for i, (name, (act, options)) in enumerate(ACTS.items(), 1):
            setattr(self, f"dense{i}", nnx.Linear(*SIZES[i - 1 : i + 1], rngs=rngs))
            setattr(self, name, getattr(mf, act)(**options, rngs=rngs))
        self.norm = nnx.LayerNorm(WIDTH, epsilon=1e-5, rngs=rngs)
        self.head = nnx.Linear(WIDTH, 10, rngs=rngs)

    def __call__(self, x):
        for name in (*NAMES, "norm", "head"):
            x = getattr(self, name)(x)
        return x


class Linen(nn.Module):
    @nn.compact
    def __call__(self, x):
        for i, (name, (act, options)) in enumerate(ACTS.items(), 1):
            x = nn.Dense(WIDTH, name=f"dense{i}")(x)
            x = getattr(mf.linen, act)(**options, name=name)(x)
        return nn.Dense(10, name="head")(nn.LayerNorm(epsilon=1e-5, name="norm")(x))


def in_torch():
    layers = OrderedDict()
    for i, (name, (act, options)) in enumerate(ACTS.items(), 1):
        layers[f"dense{i}"] = torch.nn.Linear(*SIZES[i - 1 : i + 1])
        layers[name] = getattr(mt, act)(**options)
    layers["norm"], layers["head"] = torch.nn.LayerNorm(WIDTH), torch.nn.Linear(WIDTH, 10)
    return torch.nn.Sequential(layers)


def in_numpy(state, x):
    for i, (name, (act, _)) in enumerate(ACTS.items(), 1):
        x = x @ state[f"dense{i}.weight"].T + state[f"dense{i}.bias"]
        own = {n.removeprefix(f"{name}."): v for n, v in state.items() if n.startswith(f"{name}.")}
        x = mn.function(act)(x, **own)
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    x = x * state["norm.weight"] + state["norm.bias"]
    return x @ state["head.weight"].T + state["head.bias"]


@pytest.fixture(scope="module")
def data():
    images = load("fashion-mnist-subset")
    x = images.standardise(images.train.inputs[:256])[:, ::2, ::2]
    return np.ascontiguousarray(x.reshape(256, -1)), images.train.targets[:256].astype(np.int64)


def torch_loss(model, data):
    return torch.nn.functional.cross_entropy(model(torch.tensor(data[0])), torch.tensor(data[1]))


def train_torch(model, data):
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        torch_loss(model, data).backward()
        optimizer.step()
    return torch_loss(model, data).item()


def losses_in_torch(model, data):
    """The same three stages, each with a new optimizer, in one framework."""
    return [torch_loss(model, data).item(), *(train_torch(model, data) for _ in range(3))]


def nnx_loss(model, x, y):
    return optax.softmax_cross_entropy_with_integer_labels(model(x), y).mean()


def train_nnx(model, data):
    optimizer = nnx.Optimizer(model, optax.adam(RATE), wrt=nnx.Param)

    @nnx.jit
    def step(model, optimizer, x, y):
        optimizer.update(model, nnx.grad(nnx_loss)(model, x, y))

    for _ in range(STEPS):
        step(model, optimizer, *data)
    return float(nnx_loss(model, *data))


def test_training_goes_on_where_it_stopped(tmp_path, data):
    with torch.random.fork_rng(devices=[]), jax.default_matmul_precision("highest"):
        torch.manual_seed(SEED)
        first = in_torch()
        expected = losses_in_torch(deepcopy(first), data)
        start = torch_loss(first, data).item()
        trained = train_torch(first, data)
        stored.save_file(first.state_dict(), tmp_path / "one")

        second = nnx.eval_shape(lambda: Nnx(nnx.Rngs(0)))
        mf.load(second, tmp_path / "one")
        moved = float(nnx_loss(second, *data))
        assert moved == pytest.approx(trained, rel=1e-5)
        further = train_nnx(second, data)
        mf.save(second, tmp_path / "two")

        third = in_torch()
        third.load_state_dict(stored.load_file(tmp_path / "two"))
        back = torch_loss(third, data).item()
        assert back == pytest.approx(further, rel=1e-5)
        last = train_torch(third, data)
    assert [start, trained, further, last] == pytest.approx(expected, rel=1e-3)
    assert all(before > 1.2 * after for before, after in pairwise(expected))

    one, two = (read(tmp_path / name) for name in ("one", "two"))
    for name, value in one.items():
        assert np.array_equal(value, two[name]) == name.startswith("act7."), name
    _check_logits(tmp_path / "two", data[0])


def _check_logits(file, x):
    """The logits of linen and NumPy are those of PyTorch."""
    torch_model = in_torch()
    mt.load(torch_model, file)
    with torch.inference_mode():
        expected = torch_model(torch.tensor(x)).numpy()
    model = Linen()
    abstract = jax.eval_shape(model.init, jax.random.key(0), x)
    variables = mf.linen.load(abstract, file)
    assert set(variables) == {"params", "fixed"}
    with jax.default_matmul_precision("highest"):
        linen = model.apply(variables, jnp.asarray(x))
    size = np.abs(expected).max()
    for found in (linen, in_numpy(read(file), x)):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * size)
