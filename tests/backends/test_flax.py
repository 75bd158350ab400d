"""What is specific to the Flax adapter: state, randomness, transformations, both APIs."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import multiact
from multiact.adapters.configuration import signature
from multiact.parameters import Learnable, Real
from tests.helpers.examples import sizes
from tests.helpers.representatives import representatives

jax = pytest.importorskip("jax")
nn = pytest.importorskip("flax.linen")
nnx = pytest.importorskip("flax.nnx")
mf = pytest.importorskip("multiact_flax")
jnp, ml = jax.numpy, mf.linen

NAMES = representatives()
X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 4, 6, 8)), jnp.float32)


def flat(state: Any) -> dict[str, Any]:
    """Arrays by path, as safetensors wants them."""
    return {".".join(map(str, path)): v.get_value() for path, v in nnx.to_flat_state(state)}


@pytest.mark.parametrize("name", NAMES)
def test_every_module_in_both_apis(name: str) -> None:
    act = multiact.get(name)
    known = sizes(act, X.shape, axis=-1)
    module = mf.create(name, **known, rngs=nnx.Rngs(0))
    module.eval()
    linen = ml.create(name, **known)
    variables = jax.jit(linen.init)(jax.random.key(0), X)
    shapes = {n: v.shape for n, v in flat(nnx.state(module, nnx.Param)).items()}
    assert tuple(sorted(shapes)) == tuple(sorted(act.learnable))
    assert shapes == {n: v.shape for n, v in variables.get("params", {}).items()}
    running = {n: getattr(module, n)[...] for n in act.running}
    same = {"params": {n: getattr(module, n)[...] for n in shapes}} if shapes else {}
    same |= {"batch_stats": running} if running else {}
    fixed = {n: getattr(module, n)[...] for n in variables.get("fixed", {})}
    same |= {"fixed": fixed} if fixed else {}
    np.testing.assert_allclose(linen.apply(same, X), module(X), rtol=1e-5, atol=1e-6)
    slopes = nnx.eval_shape(nnx.grad(lambda m: m(X).sum()), module)
    assert {n: v.shape for n, v in flat(slopes).items()} == shapes
    shown = list(inspect.signature(mf.module_class(act)).parameters)
    assert shown == [*signature(act).parameters, "rngs", "dtype", "param_dtype"]


MADE = {
    "nnx": lambda **options: mf.TaLU(alpha=1.5, **options),
    "linen": lambda **options: ml.TaLU(alpha=1.5, **options),
}


@pytest.mark.parametrize("api", MADE)
def test_configuration_copies_and_errors(api: str) -> None:
    made = MADE[api](learnable=("alpha",), channels=4)
    assert repr(made) == "TaLU(alpha=1.5, learnable=('alpha',), channels=4, axis=-1)"
    for other in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert type(other) is type(made)
        assert other.configuration == made.configuration
        assert hash(other.configuration) == hash(made.configuration)
    assert MADE[api](learnable=(), channels=None).configuration != made.configuration
    with pytest.raises(TypeError, match="TaLU has no parameter 'alfa'; did you mean 'alpha'"):
        MADE[api](alfa=1.0)
    with pytest.raises(ValueError, match="learnable names 'beta'"):
        MADE[api](learnable=("beta",))
    where = mf if api == "nnx" else ml
    assert where.create({"name": "talu", "alpha": 1.5, "channels": 4}) is not None
    assert where.TaLU is where.module_class(multiact.get("talu"))
    assert "TaLU" in dir(where)
    for wrong in ("taluu", "TaLUU"):
        with pytest.raises(AttributeError, match=r"did you mean 'ta(lu|LU)'|did you mean 'TaLU'"):
            getattr(where, wrong)


def test_nnx_split_merge_jit_and_training() -> None:
    made = mf.TaLU(alpha=0.5, learnable=("alpha",))
    assert made.alpha.shape == ()
    graph, state = nnx.split(made)
    assert hash(graph) == hash(nnx.graphdef(mf.TaLU(alpha=0.5, learnable=("alpha",))))
    merged = nnx.merge(graph, jax.tree.map(lambda v: v + 1, state))
    assert merged.alpha[...] == 1.5
    traces = []

    @nnx.jit
    def step(model: Any, x: Any) -> Any:
        traces.append(1)
        loss, slopes = nnx.value_and_grad(lambda m: (m(x) ** 2).mean())(model)
        model.alpha[...] -= 0.1 * slopes.alpha[...]
        return loss

    losses = [float(step(made, X)) for _ in range(5)]
    assert losses == sorted(losses, reverse=True)
    assert len(traces) == 1
    assert made.alpha[...] < 0.5


def test_state_round_trips_through_safetensors() -> None:
    save = pytest.importorskip("safetensors.flax")
    options = {"learnable": ("amplitude",), "terms": 3}
    made, other = (mf.STAF(**options, rngs=nnx.Rngs(seed)) for seed in (0, 1))
    assert isinstance(made.frequency, mf.Fixed)
    stored = save.load(save.save(flat(nnx.state(made))))
    assert set(stored) == {"amplitude", "frequency", "phase"}
    nnx.update(
        other, nnx.from_flat_state({(n,): getattr(other, n).replace(v) for n, v in stored.items()})
    )
    np.testing.assert_array_equal(other(X), made(X))


def test_random_starts_need_a_generator_and_are_traced() -> None:
    with pytest.raises(TypeError, match="STAF draws its starting values"):
        mf.STAF()
    made = nnx.jit(lambda: mf.STAF(rngs=nnx.Rngs(0)))()
    values = flat(nnx.state(made, nnx.Param))
    assert len({float(v[0]) for v in values.values()}) == 3
    assert mf.BSpline().coefficients.shape == (13,)  # a fit: nothing to draw
    given = mf.STAF(amplitude=[1.0, 2.0], frequency=[1.0, 2.0], phase=jnp.zeros(2), terms=2)
    assert given.amplitude.dtype == jnp.float32
    variables = ml.STAF(amplitude=np.ones(5), learnable=("amplitude",)).init(jax.random.key(0), X)
    assert set(variables["fixed"]) == {"frequency", "phase"}
    np.testing.assert_array_equal(variables["params"]["amplitude"], 1)


@pytest.mark.parametrize("axis", [1, -1])
def test_one_value_per_channel(axis: int) -> None:
    n = X.shape[axis]
    made = mf.PReLU(channels=n, axis=axis)
    made.weight[...] = jnp.arange(n) / n
    weight = np.moveaxis(np.arange(n).reshape(n, 1, 1, 1) / n, 0, axis)
    weight = weight.reshape([n if i == axis % 4 else 1 for i in range(4)])
    with jax.numpy_rank_promotion("raise"):
        np.testing.assert_allclose(made(X), np.where(X > 0, X, weight * X), rtol=1e-6)
        params = {"params": {"weight": made.weight[...]}}
        np.testing.assert_allclose(ml.PReLU(channels=n, axis=axis).apply(params, X), made(X))


def test_rrelu_draws_in_training_only() -> None:
    x = -jnp.ones((1000,))
    made = mf.RReLU(rngs=nnx.Rngs(noise=0))
    first, second = made(x), nnx.jit(lambda m, x: m(x))(made, x)
    assert not np.array_equal(first, second)
    for y in (first, second, made(x, rngs=nnx.Rngs(3))):
        assert y.min() >= -1 / 3
        assert y.max() <= -1 / 8
        assert y.mean() == pytest.approx(-11 / 48, abs=0.01)
    mean = np.float32(-11 / 48)
    np.testing.assert_allclose(made(x, deterministic=True), mean, rtol=1e-6)
    made.eval()
    np.testing.assert_allclose(made(x), mean, rtol=1e-6)
    with pytest.raises(TypeError, match="RReLU draws noise in training"):
        mf.RReLU()(x)
    linen, key = ml.RReLU(), {"noise": jax.random.key(0)}
    np.testing.assert_allclose(linen.apply({}, x), mean, rtol=1e-6)
    np.testing.assert_allclose(linen.apply({}, x, deterministic=True, rngs=key), mean, rtol=1e-6)
    assert np.unique(linen.apply({}, x, rngs=key)).size > 900
    np.testing.assert_array_equal(
        linen.apply({}, x, noise=jnp.zeros(1000)), made(x, noise=jnp.zeros(1000))
    )


class Net(nn.Module):
    @nn.compact
    def __call__(self, x: Any) -> Any:
        x = nn.remat(ml.Swish)(beta=1.5, learnable=("beta",), name="gate")(nn.Dense(3)(x))
        x = nn.vmap(ml.TaLU, variable_axes={"params": 0}, split_rngs={"params": True})(
            learnable=("alpha",)
        )(x)
        scan = nn.scan(
            Step, variable_broadcast="params", split_rngs={"params": False}, in_axes=0, out_axes=0
        )
        return scan()(x[0], x)[1]


class Step(nn.Module):
    @nn.compact
    def __call__(self, carry: Any, x: Any) -> Any:
        y = ml.Snake()(carry + x)
        return y, y


def test_linen_transformations_and_clones() -> None:
    variables = jax.jit(Net().init)(jax.random.key(0), X)
    params = variables["params"]
    assert params["gate"] == {"beta": 1.5}
    assert params["VmapTaLU_0"]["alpha"].shape == (2,)
    slopes = jax.jit(jax.grad(lambda v: Net().apply(v, X).sum()))(variables)
    assert jax.tree.map(jnp.shape, slopes) == jax.tree.map(jnp.shape, variables)
    made = ml.Swish(beta=2.0, name="s")
    assert made.clone() == made
    assert made.copy(name="t").name == "t"
    changed = made.clone(beta=3.0, learnable=("beta",))
    assert repr(changed) == "Swish(beta=3.0, learnable=('beta',))"
    assert changed.name == "s"
    assert ml.STAF(terms=3).clone(name="t").init(jax.random.key(0), X)["params"]["phase"].size == 3
    with pytest.raises(TypeError, match="did you mean 'beta'"):
        made.clone(bta=3.0)


def test_a_new_activation_has_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    from multiact.declare import registry

    monkeypatch.setattr(registry, "_RECORDS", dict(registry._RECORDS))
    monkeypatch.setattr(registry, "_LOOKUP", dict(registry._LOOKUP))

    @multiact.activation(name="Scoped")
    def scoped(x, /, scope: Learnable[Real] = 0.5, *, xp):
        """A parameter with a name that linen keeps for itself."""
        return scope * xp.tanh(x)

    expected = 0.5 * np.tanh(X)
    np.testing.assert_allclose(mf.Scoped()(X), expected, rtol=1e-5, atol=1e-6)
    y, _ = ml.Scoped().init_with_output(jax.random.key(0), X)
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)
