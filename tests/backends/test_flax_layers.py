"""The contract of Flax's layers and functions: dtypes, names, copies, masks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
nn = pytest.importorskip("flax.linen")
nnx = pytest.importorskip("flax.nnx")
mf = pytest.importorskip("multiact_flax")
jnp, ml = jax.numpy, mf.linen

KEY = jax.random.key(0)
X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3, 4)), jnp.float32)
MADE = [
    ("TaLU", {"channels": 4}),
    ("PReLU", {}),
    ("STAF", {}),
    ("STAF", {"learnable": ()}),
    ("LinComb", {"weights": np.ones(4)}),
]


def arrays(name: str, options: Any) -> list[Any]:
    """All arrays of the modules of both kinds."""
    made = getattr(mf, name)(**options, rngs=nnx.Rngs(0))
    variables = getattr(ml, name)(**options).init(KEY, X)
    found = [*jax.tree.leaves(nnx.state(made)), *jax.tree.leaves(variables)]
    return [v for v in found if jnp.issubdtype(v.dtype, jnp.floating)]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(("name", "options"), MADE)
def test_parameters_have_32_bits_unless_others_are_asked_for(
    name: str, options: Any, wide: bool
) -> None:
    with jax.enable_x64(wide):
        found = arrays(name, options)
        assert found
        assert {v.dtype for v in found} == {jnp.dtype("float32")}
        for dtype in ("bfloat16", *["float64"] * wide):
            asked = arrays(name, {**options, "param_dtype": dtype})
            assert {v.dtype for v in asked} == {jnp.dtype(dtype)}
            assert len(asked) == len(found)
        theirs = nnx.PReLU()
        assert theirs.negative_slope[...].dtype == found[0].dtype


def test_the_starting_values_do_not_depend_on_x64() -> None:
    found = []
    for wide in (False, True):
        with jax.enable_x64(wide):
            found.append(np.asarray(mf.STAF(rngs=nnx.Rngs(0)).phase[...]))
    np.testing.assert_array_equal(*found)


def test_the_dtype_of_the_computation() -> None:
    narrow = mf.PReLU(dtype=jnp.bfloat16)
    assert narrow(X).dtype == nnx.PReLU(dtype=jnp.bfloat16)(X).dtype == jnp.bfloat16
    assert narrow.weight[...].dtype == jnp.float32
    assert mf.PReLU()(X.astype("bfloat16")).dtype == jnp.bfloat16
    made = ml.PReLU(dtype="float16")
    assert made.apply(made.init(KEY, X), X).dtype == jnp.float16
    assert made.configuration != ml.PReLU().configuration
    assert made.clone().configuration == made.clone(dtype=jnp.float16).configuration


def test_the_slope_by_flax_s_name() -> None:
    for ours, theirs in ((mf.PReLU, nnx.PReLU), (mf.PReLU, nnx.PReLU)):
        a, b = ours(negative_slope_init=0.1), theirs(negative_slope_init=0.1)
        np.testing.assert_allclose(a(X), b(X), rtol=1e-6)
    a, b = ml.PReLU(negative_slope_init=0.1), nn.PReLU(negative_slope_init=0.1)
    np.testing.assert_allclose(*(m.apply(m.init(KEY, X), X) for m in (a, b)), rtol=1e-6)


def test_functions_beside_modules() -> None:
    import multiact_jax

    assert mf.gelu is ml.gelu is multiact_jax.gelu
    exact, tanh = jax.nn.gelu(X, approximate=False), jax.nn.gelu(X)
    for given, expected in (((), exact), ((False,), exact), ((True,), tanh)):
        np.testing.assert_allclose(mf.gelu(X, *given), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(mf.gelu(x=X, approximate=True), tanh, rtol=1e-5, atol=1e-6)
    for call in (
        lambda f: f.softmax(X, 1),
        lambda f: f.softmax(X, (0, 2)),
        lambda f: f.softmax(X, None),
        lambda f: f.log_softmax(X, -1, X > 0),
        lambda f: f.glu(X, -1),
        lambda f: f.leaky_relu(X, 0.2),
        lambda f: f.elu(X, alpha=0.5),
        lambda f: f.squareplus(X, 2),
    ):
        np.testing.assert_allclose(call(mf), call(jax.nn), rtol=1e-5, atol=1e-6)


def test_modules_take_a_mask() -> None:
    mask = X > -0.5
    expected = jax.nn.softmax(X, axis=1, where=mask)
    np.testing.assert_allclose(mf.Softmax(axis=1)(X, mask), expected, rtol=1e-5)
    np.testing.assert_allclose(nnx.jit(mf.Softmax(1))(X, where=mask), expected, rtol=1e-5)
    np.testing.assert_allclose(ml.Softmax(1).apply({}, X, where=mask), expected, rtol=1e-5)


def test_copies() -> None:
    made = mf.TaLU(channels=4)
    twin = nnx.clone(made)
    twin.alpha[...] = jnp.full(4, 0.5)
    assert made.alpha[...].tolist() == [1.0] * 4
    changed = ml.TaLU(alpha=np.float32(0.5), channels=4).clone(channels=3, param_dtype="float16")
    variables = changed.init(KEY, X[..., :3])
    assert variables["params"]["alpha"].dtype == jnp.float16
    assert variables["params"]["alpha"].tolist() == [0.5] * 3


@pytest.mark.parametrize(
    "number", [np.float32(0.5), np.asarray(0.5), Fraction(1, 2), Decimal("0.5"), jnp.asarray(0.5)]
)
def test_a_number_of_any_type_is_a_number(number: Any) -> None:
    assert repr(ml.LeakyReLU(number)) == "LeakyReLU(negative_slope=0.5, learnable=())"
    assert not jax.tree.leaves(nnx.state(mf.LeakyReLU(number)))
    assert mf.leaky_relu(jnp.asarray(-1.0), number) == -0.5
