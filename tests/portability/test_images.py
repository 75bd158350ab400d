"""One network on images: channels first in PyTorch, last in Flax, each framework's default."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
nnx = pytest.importorskip("flax.nnx")
stored = pytest.importorskip("safetensors.torch")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import multiact_flax as mf  # noqa: E402
import multiact_torch as mt  # noqa: E402
from flax import linen as nn  # noqa: E402

SIDE = 8  # also a number of channels: on a wrong axis nothing would fail
#: layers: a convolution (inputs, outputs), or an activation with its options
LAYERS: dict[str, tuple[Any, ...]] = {
    "conv1": (3, SIDE),
    "slope": ("PReLU", {"channels": SIDE}),
    "pairs": ("CReLU", {}),
    "conv2": (2 * SIDE, SIDE),
    "talu": ("TaLU", {"channels": SIDE}),
    "sorted": ("GroupSort", {}),
    "waves": ("Snake", {"channels": SIDE}),
    "funnel": ("FunnelReLU", {"channels": SIDE}),
    "conv3": (SIDE, 2 * SIDE),
    "largest": ("Maxout", {}),
    "gate": ("Swish", {"channels": SIDE, "learnable": ("beta",)}),
    "shares": ("Softmax2d", {}),
}


def is_convolution(layer: tuple[Any, ...]) -> bool:
    """Or an activation."""
    return isinstance(layer[0], int)


class Nnx(nnx.Module):
    """The network in nnx."""

    def __init__(self, rngs: Any) -> None:
        for name, layer in LAYERS.items():
            if is_convolution(layer):
                made = nnx.Conv(*layer, (3, 3), rngs=rngs)
            else:
                made = getattr(mf, layer[0])(**layer[1], rngs=rngs)
            setattr(self, name, made)
        self.head = nnx.Linear(SIDE, 10, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        for name in LAYERS:
            x = getattr(self, name)(x)
        return self.head(x.max(axis=(1, 2)))


class Linen(nn.Module):
    """The network in linen."""

    @nn.compact
    def __call__(self, x: Any) -> Any:
        for name, layer in LAYERS.items():
            if is_convolution(layer):
                x = nn.Conv(layer[1], (3, 3), name=name)(x)
            else:
                x = getattr(mf.linen, layer[0])(**layer[1], name=name)(x)
        return nn.Dense(10, name="head")(x.max(axis=(1, 2)))


def in_torch() -> Any:
    """The network in PyTorch, with its parameters drawn."""
    model = torch.nn.Sequential()
    for name, layer in LAYERS.items():
        if is_convolution(layer):
            model.add_module(name, torch.nn.Conv2d(*layer, 3, padding=1))
        else:
            model.add_module(name, getattr(mt, layer[0])(**layer[1]))
    model.add_module("pool", torch.nn.AdaptiveMaxPool2d(1))
    model.add_module("flat", torch.nn.Flatten())
    model.add_module("head", torch.nn.Linear(SIDE, 10))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, p in model.named_parameters():
            positive = p.ndim == 1 and "bias" not in name  # slopes, frequencies
            p.copy_(torch.rand(p.shape, generator=generator) - (0.0 if positive else 0.5))
    return model


def test_the_same_network_has_the_same_logits(tmp_path: Any) -> None:
    model = in_torch()
    images = torch.randn(4, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    expected = model(images).detach().numpy()
    assert expected.std(axis=0).min() > 1e-3  # the images matter
    file = tmp_path / "weights.safetensors"
    stored.save_file(model.state_dict(), file)
    x = jnp.asarray(images.movedim(1, -1).numpy())
    with jax.default_matmul_precision("highest"):
        trained = nnx.eval_shape(lambda: Nnx(nnx.Rngs(0)))
        mf.load(trained, file)
        variables = mf.linen.load(jax.eval_shape(Linen().init, jax.random.key(0), x), file)
        for logits in (trained(x), Linen().apply(variables, x)):
            np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["crelu", "maxout", "group_sort", "softmax2d"])
def test_functions_have_the_channels_there_too(name: str) -> None:
    x = np.random.default_rng(0).normal(size=(2, SIDE, SIDE, SIDE)).astype(np.float32)
    expected = mt.function(name)(torch.as_tensor(x).movedim(-1, 1)).movedim(1, -1)
    for package in (mf, mf.linen):
        np.testing.assert_allclose(getattr(package, name)(x), expected, rtol=1e-6)
    module = mf.create(name)
    np.testing.assert_allclose(module(x), expected, rtol=1e-6)
    assert mf.create(name, axis=1)(x).shape == mt.function(name)(torch.as_tensor(x), axis=1).shape
