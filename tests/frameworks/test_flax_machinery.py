"""Layers stacked by the transformations that nnx and linen have of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
nn = pytest.importorskip("flax.linen")
nnx = pytest.importorskip("flax.nnx")
mf = pytest.importorskip("multiact_flax")
jnp, ml = jax.numpy, mf.linen

X = jnp.asarray(np.random.default_rng(0).normal(size=(5, 4)), jnp.float32)


class Layer(nnx.Module):
    def __init__(self, rngs: Any) -> None:
        self.linear = nnx.Linear(4, 4, rngs=rngs)
        self.act = mf.TaLU(channels=4, axis=-1)
        self.wave = mf.STAF(terms=3, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        return self.wave(self.act(self.linear(x)))


@nnx.split_rngs(splits=3)
@nnx.vmap
def three_layers(rngs: Any) -> Layer:
    return Layer(rngs)


@nnx.jit
def by_turns(stack: Any, x: Any) -> Any:
    graph, state = nnx.split(stack)
    for i in range(3):
        x = nnx.merge(graph, jax.tree.map(lambda v, i=i: v[i], state))(x)
    return x


@pytest.mark.parametrize("remat", [False, True])
def test_nnx_scan_over_layers(remat: bool) -> None:
    stack = three_layers(nnx.Rngs(0))
    assert stack.act.alpha.shape == (3, 4)
    assert len(np.unique(stack.wave.phase[...])) == 9  # each layer drew its own

    def forward(x: Any, layer: Any) -> Any:
        return layer(x)

    step = nnx.remat(forward) if remat else forward
    scanned = nnx.jit(nnx.scan(step, in_axes=(nnx.Carry, 0), out_axes=nnx.Carry))
    np.testing.assert_allclose(scanned(X, stack), by_turns(stack, X), rtol=1e-4, atol=1e-5)
    found = nnx.grad(lambda m: jnp.square(scanned(X, m)).sum())(stack)
    expected = nnx.grad(lambda m: jnp.square(by_turns(m, X)).sum())(stack)
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)
    assert (np.abs(found.act.alpha[...]).sum(1) > 0).all()


def test_nnx_vmap_over_modules() -> None:
    stack = three_layers(nnx.Rngs(0))
    found = nnx.vmap(lambda layer, x: layer(x), in_axes=(0, None))(stack, X)
    graph, state = nnx.split(stack)
    for i in range(3):
        one = nnx.merge(graph, jax.tree.map(lambda v, i=i: v[i], state))
        # STAF's frequencies multiply the rounding of what comes before
        np.testing.assert_allclose(found[i], one(X), rtol=1e-4, atol=1e-5)


class LinenLayer(nn.Module):
    @nn.compact
    def __call__(self, x: Any, _: Any = None) -> Any:
        x = nn.Dense(4)(x)
        x = ml.TaLU(channels=4, axis=-1, name="act")(x)
        return ml.STAF(terms=3, name="wave")(x), None


@pytest.mark.parametrize("lift", [nn.jit, nn.remat], ids=["jit", "remat"])
def test_linen_scan_over_layers(lift: Any) -> None:
    stacked = nn.scan(
        lift(LinenLayer), variable_axes={"params": 0}, split_rngs={"params": True}, length=3
    )()
    variables = stacked.init(jax.random.key(0), X, None)
    params = variables["params"]
    assert params["act"]["alpha"].shape == (3, 4)
    assert len(np.unique(params["wave"]["phase"])) == 9

    @jax.jit
    def by_turns(variables: Any) -> Any:
        x = X
        for i in range(3):
            one = jax.tree.map(lambda v, i=i: v[i], variables)
            x, _ = LinenLayer().apply(one, x)
        return x

    @jax.jit
    def scanned(variables: Any) -> Any:
        return stacked.apply(variables, X, None)[0]

    np.testing.assert_allclose(scanned(variables), by_turns(variables), rtol=1e-4, atol=1e-5)
    found, expected = (
        jax.grad(lambda v, f=f: jnp.square(f(v)).sum())(variables) for f in (scanned, by_turns)
    )
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)
