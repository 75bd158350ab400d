"""What JAX and Flax offer around a function or module: export, remat, lifted transforms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import multiact
from multiact.testing.backend import operands
from tests.helpers.examples import examples
from tests.helpers.representatives import representatives

jax = pytest.importorskip("jax")
mj = pytest.importorskip("multiact_jax")
jnp = jax.numpy

NAMES = representatives()
FEW = ("talu", "gelu", "staf", "swiglu", "softmax")
X = np.random.default_rng(0).normal(size=(4, 4, 6, 8)).astype(np.float32)


def arrays(name: str) -> dict[str, Any]:
    """Float32 arrays for parameters that have no default."""
    example = next(iter(examples(multiact.get(name), "float32")))
    return {n: jnp.asarray(example.parameters[n], jnp.float32) for n in example.vectors}


def call(name: str, x: Any) -> Any:
    given = {} if name in multiact.names(kind="layer") else arrays(name)
    return mj.function(name)(*operands(multiact.get(name), x), **given)


def test_one_export_of_everything_for_every_platform() -> None:
    """Values and slopes for cpu, cuda and tpu, as bytes; the values for the CPU are run."""
    names = [n for n in NAMES if n not in multiact.names(kind="layer")]
    platforms = ("cpu", "cuda", "tpu")

    @jax.jit
    def values(x: Any) -> Any:
        return {n: call(n, x) for n in names}

    @jax.jit
    def slopes(x: Any) -> Any:
        return {n: jax.grad(lambda x, n=n: call(n, x).sum())(x) for n in names}

    loaded = [
        jax.export.deserialize(jax.export.export(f, platforms=platforms)(X).serialize())
        for f in (values, slopes)
    ]
    assert [program.platforms for program in loaded] == [platforms, platforms]
    assert {v.shape for v in loaded[1].out_avals} == {X.shape}
    found, expected = loaded[0].call(X), values(X)
    assert set(found) == {*names}
    for name in names:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("policy", ["everything_saveable", "nothing_saveable", "dots_saveable"])
@pytest.mark.parametrize("name", ["gelu", "staf", "softmax"])
def test_rematerialisation(name: str, policy: str) -> None:
    def loss(x: Any) -> Any:
        return jnp.square(call(name, x @ x.mT)).sum()

    policy = getattr(jax.checkpoint_policies, policy)
    found = jax.jit(jax.grad(jax.checkpoint(loss, policy=policy)))(X)
    np.testing.assert_allclose(found, jax.grad(loss)(X), rtol=2e-4, atol=2e-3)


@pytest.mark.parametrize("name", FEW)
def test_linearised(name: str) -> None:
    y, push = jax.linearize(lambda x: call(name, x), X)
    direction = jnp.ones_like(X)
    expected = jax.jvp(lambda x: call(name, x), (X,), (direction,))
    np.testing.assert_allclose(y, expected[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(push(direction), expected[1], rtol=1e-4, atol=1e-5)
    (pulled,) = jax.linear_transpose(push, X)(jnp.ones_like(y))
    np.testing.assert_allclose(pulled, jax.vjp(lambda x: call(name, x), X)[1](y * 0 + 1)[0])


def test_parameters_are_static_or_dynamic() -> None:
    """As a constant or as an input of the program: other numbers compile again, or do not."""
    for options, compiled in (({"static_argnums": 1}, 3), ({}, 1)):
        f = jax.jit(lambda x, alpha: -mj.talu(-x, alpha), **options)  # new: nothing is cached yet
        for alpha in (0.5, 1.0, 2.0):
            expected = np.where(X > 0, alpha * np.tanh(X), X)
            np.testing.assert_allclose(f(X, alpha), expected, rtol=1e-5, atol=1e-6)
        assert f._cache_size() == compiled
