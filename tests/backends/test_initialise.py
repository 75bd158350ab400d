"""Initialised weights keep variances through 50 layers, which the frameworks' defaults do not."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import multiact
from tests.helpers.spreading import spreading

ACTIVATIONS: dict[str, dict[str, Any]] = {
    **{name: {} for name in "relu talu gelu silu mish elu tanh selu".split()},
    "swish": {"beta": 1.5},
}
#: those whose mean square does not grow faster than the variance: V'(1) <= 1, see `spreading`
STABLE = ("relu", "talu", "elu", "tanh", "selu")
WIDTH, DEPTH, BATCH = 512, 50, 24
#: A layer's mean square is a sum of WIDTH squares of normal numbers, at worst the same sum for
#: all the inputs, so its logarithm varies by 2 / WIDTH a layer: three standard deviations.
FACTOR = math.exp(3 * math.sqrt(2 / WIDTH * DEPTH))


@pytest.fixture(scope="module")
def mt() -> Any:
    pytest.importorskip("torch")
    return pytest.importorskip("multiact_torch")


def rms_norm(z: Any) -> Any:
    return z / z.square().mean(1, keepdim=True).sqrt()


def products(f: Callable[[Any], Any], fill: Callable[[Any], Any]) -> tuple[float, float]:
    """By what 50 layers multiply the squares of pre-activations, and of gradients, as logarithms.

    Each layer's input is normalised, so both are products of what single layers do at variance 1.
    """
    import torch

    z = rms_norm(torch.randn(BATCH, WIDTH)).requires_grad_()
    inputs, outputs = [], []
    for _ in range(DEPTH):
        inputs.append(rms_norm(z))
        z = f(inputs[-1]) @ fill(torch.empty(WIDTH, WIDTH)).T
        outputs.append(z)
    for kept in (*inputs, *outputs):
        kept.retain_grad()
    z.backward(torch.randn_like(z))
    forward = sum(z.square().mean().log().item() for z in outputs)
    grads = [
        before.grad.square().mean().log() - after.grad.square().mean().log()
        for before, after in zip(inputs, outputs, strict=True)
    ]
    return forward, float(sum(grads))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_variances_hold_through_50_normalised_layers(mt: Any, name: str) -> None:
    import torch

    given = ACTIVATIONS[name]

    def f(z: Any) -> Any:
        return mt.function(name)(z, **given)

    for which, kind in enumerate(
        (
            {"mode": "fan_in", "distribution": "normal"},
            {"mode": "fan_out", "distribution": "uniform"},
        )
    ):
        torch.manual_seed(which)
        logs = products(f, lambda w, kind=kind: mt.init_(w, name, **kind, **given))
        assert abs(logs[which]) < math.log(FACTOR), kind
    logs = products(f, lambda w: torch.nn.init.kaiming_uniform_(w, a=math.sqrt(5)))  # Linear's own
    assert max(logs) < -math.log(1e18)


def deep(name: str, initialise: Callable[[Any], Any]) -> tuple[float, float]:
    """Mean squares of the last pre-activations and of the first gradients, nothing normalised."""
    import torch
    from torch import nn

    act = [multiact.get({"name": name, **ACTIVATIONS[name]})]
    layers = nn.ModuleList(nn.Linear(WIDTH, WIDTH, dtype=torch.float64) for _ in range(DEPTH))
    initialise(layers)
    z = first = rms_norm(torch.randn(BATCH, WIDTH, dtype=torch.float64)).requires_grad_()
    import multiact_torch

    for layer in layers:
        z = layer(multiact_torch.function(act[0])(z))
    z.backward(torch.randn_like(z))
    return z.square().mean().item(), first.grad.square().mean().item()


@pytest.mark.parametrize("name", STABLE)
def test_variances_hold_through_50_layers(mt: Any, name: str) -> None:
    import torch

    torch.manual_seed(0)
    forward, _ = deep(name, lambda layers: mt.init_(layers, name, **ACTIVATIONS[name]))
    # relu's squares have 5 / WIDTH instead of 2 (Hanin 2018), and nothing draws them back to 1
    factor = math.exp(3 * math.sqrt(5 / WIDTH * DEPTH))
    assert 1 / factor < forward < factor


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_default_of_torch_does_not_hold(mt: Any, name: str) -> None:
    import torch

    def without_biases(layers: Any) -> None:
        for layer in layers:
            layer.bias.data.zero_()

    torch.manual_seed(0)
    forward, backward = deep(name, without_biases)
    # selu's slopes near 0 have a mean square of 2.1, so it loses least: (2.1 / 3)^50 = 2e-8
    assert max(forward, backward) < (2e-8 if name == "selu" else 1e-18)
    ours = deep(name, lambda layers: mt.init_(layers, name, **ACTIVATIONS[name]))
    assert min(ours) > 0.1


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_which_are_stable(name: str) -> None:
    assert (spreading({"name": name, **ACTIVATIONS[name]}) <= 1 + 1e-9) == (name in STABLE)


class TestTorch:
    """What is filled, and how."""

    @pytest.mark.parametrize("shape", [(40, 30), (8, 6, 3), (8, 6, 3, 5), (4, 6, 3, 5, 2)])
    @pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
    @pytest.mark.parametrize("distribution", ["normal", "uniform"])
    def test_relu_is_he(self, mt: Any, shape: Any, mode: str, distribution: str) -> None:
        import torch

        theirs = getattr(torch.nn.init, f"kaiming_{distribution}_")
        want = theirs(
            torch.empty(shape), mode=mode, nonlinearity="relu", generator=torch.manual_seed(3)
        )
        options = {"mode": mode, "distribution": distribution, "generator": torch.manual_seed(3)}
        w = torch.empty(shape)
        assert mt.init_(w, "relu", **options) is w
        torch.testing.assert_close(w, want, rtol=1e-6, atol=0)

    def test_a_module(self, mt: Any) -> None:
        import torch
        from torch import nn

        net = nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), mt.PReLU(), nn.Flatten(),
            nn.Sequential(nn.Linear(800, 300, dtype=torch.bfloat16), nn.Linear(300, 5, bias=False)),
        )  # fmt: skip
        before = {n: p.clone() for n, p in net.named_parameters()}
        generator = torch.Generator().manual_seed(0)
        state = torch.get_rng_state()
        assert mt.init_(net, "talu", generator=generator, alpha=0.5) is net
        assert torch.equal(torch.get_rng_state(), state)  # only the generator is drawn from
        filled = {"0.weight": 27, "4.0.weight": 800, "4.1.weight": 300}
        gain = multiact.gain("talu", alpha=0.5)
        for name, p in net.named_parameters():
            assert p.requires_grad
            assert p.dtype == before[name].dtype
            if name in filled:
                spread = p.float().std().item() * math.sqrt(filled[name])
                assert spread == pytest.approx(gain, rel=4 / math.sqrt(2 * p.numel()))
            elif name in ("0.bias", "4.0.bias"):
                assert not p.any()
            else:
                assert torch.equal(p, before[name])

    def test_mistakes(self, mt: Any) -> None:
        import torch
        from torch import nn

        w = torch.zeros(3, 3)
        for target, options, error, message in (
            (w, {"mode": "fan_avg"}, ValueError, "mode must be one of fan_in, fan_out"),
            (w, {"distribution": "cauchy"}, ValueError, "distribution must be one of normal, uni"),
            (w, {"alpa": 1.0}, TypeError, "did you mean 'alpha'"),
            (w[0], {}, ValueError, "fewer than 2 dimensions"),
            ([w], {}, TypeError, "target must be a tensor or a module, got list"),
            (nn.ReLU(), {}, ValueError, r"ReLU has no layer to initialise \(Linear, Conv1d"),
            (nn.LazyLinear(3), {}, ValueError, "LazyLinear has no shape yet"),
        ):
            with pytest.raises(error, match=message):
                mt.init_(target, "talu", **options)
        assert not w.any()  # nothing was filled before the mistake was seen


class TestFlax:
    """The same numbers as jax's own initialisers."""

    @pytest.mark.parametrize("shape", [(40, 30), (3, 5, 6, 8)])
    @pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
    def test_relu_is_he(self, shape: Any, mode: str) -> None:
        jax = pytest.importorskip("jax")
        mf = pytest.importorskip("multiact_flax")
        key = jax.random.key(3)
        want = jax.nn.initializers.variance_scaling(2.0, mode, "normal")(key, shape)
        np.testing.assert_allclose(mf.initializer("relu", mode=mode)(key, shape), want, rtol=1e-6)

    @pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated_normal"])
    def test_in_layers(self, distribution: str) -> None:
        nnx = pytest.importorskip("flax.nnx")
        mf = pytest.importorskip("multiact_flax")
        init = mf.initializer("swish", beta=1.5, distribution=distribution)
        layer = nnx.Linear(300, 200, kernel_init=init, rngs=nnx.Rngs(0))
        spread = float(np.std(layer.kernel[...])) * math.sqrt(300)
        assert spread == pytest.approx(multiact.gain("swish", beta=1.5), rel=4 / math.sqrt(120_000))
        assert str(layer.kernel[...].dtype) == "float32"

    def test_50_layers(self) -> None:
        jax = pytest.importorskip("jax")
        mf = pytest.importorskip("multiact_flax")
        import multiact_jax

        init = jax.jit(mf.initializer("talu"), static_argnums=1)
        x = np.random.default_rng(0).standard_normal((BATCH, WIDTH), np.float32)
        for key in jax.random.split(jax.random.key(0), DEPTH):
            x = multiact_jax.talu(x) @ init(key, (WIDTH, WIDTH))
        assert 1 / FACTOR < float((x**2).mean()) < FACTOR

    def test_mistakes(self) -> None:
        mf = pytest.importorskip("multiact_flax")
        with pytest.raises(ValueError, match="mode must be one of fan_in, fan_out, got 'fan_avg'"):
            mf.initializer("relu", mode="fan_avg")
        with pytest.raises(ValueError, match="distribution must be one of truncated_normal, nor"):
            mf.initializer("relu", distribution="cauchy")
