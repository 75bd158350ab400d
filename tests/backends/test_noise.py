"""Noise: given to functions, drawn by modules, in training or always."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from tests.battery.variants import EAGER, backend, precision
from tests.helpers.registered import temporary_registrations
from tests.oracle import ORACLE, derivative

NOISY = [name for name in multiact.names() if multiact.get(name).noise]
X = np.asarray([-2.5, -0.75, 0.5, 1.25, 3.0])
NOISE = np.asarray([0.25, 0.5, 0.125, 0.75, 0.875])
DRAWS = 40_000
#: drawn by a module for x = -1: mean, standard deviation, least and largest
DRAWN = {
    "RReLU": (-11 / 48, (1 / 3 - 1 / 8) / 12**0.5, -1 / 3, -1 / 8),
    "ProbAct": (0.0, 0.1, -1.0, 1.0),
}


@pytest.mark.parametrize(
    "variant", [*(n for n in EAGER if n != "torch.nn"), "jax.jit", "torch.compile"]
)
@pytest.mark.parametrize("name", NOISY)
def test_noise_that_is_given(name: str, variant: str) -> None:
    """Values and slopes are those of the formula with that noise."""
    act, run = multiact.get(name), backend(variant)
    drawn = {n: np.roll(NOISE, i) for i, n in enumerate(act.noise)}
    with precision(variant, "float32"):
        x = run.asarray(X, "float32")
        noise = {n: run.asarray(v, "float32") for n, v in drawn.items()}
        found = run.to_numpy(run.value(act, x, noise))
        slopes = run.to_numpy(run.gradient(act, x, noise, ("x",))) if act.is_graph else None
    if slopes is None:  # the elements are mixed
        expected = ORACLE[name](X.tolist(), **{n: v.tolist() for n, v in drawn.items()})
        np.testing.assert_allclose(found, [float(y) for y in expected], rtol=1e-6)
        return
    rows = [(v, {n: float(d[i]) for n, d in drawn.items()}) for i, v in enumerate(X.tolist())]
    expected = [float(ORACLE[name](v, **given)) for v, given in rows]
    cancelling = 1e-7 if name == "srrelu" else 0.0  # a square and a line, which cancel at a root
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=cancelling)
    expected = [float(derivative(name, v, **given)) for v, given in rows]
    np.testing.assert_allclose(slopes, expected, rtol=1e-6)


def _torch(name: str) -> tuple[Callable[..., Any], Callable[[], Any]]:
    torch = pytest.importorskip("torch")
    module = getattr(pytest.importorskip("multiact_torch"), name)()
    torch.manual_seed(0)
    return lambda: module(-torch.ones(DRAWS)).detach().numpy(), module.eval


def _nnx(name: str) -> tuple[Callable[..., Any], Callable[[], Any]]:
    nnx = pytest.importorskip("flax.nnx")
    module = getattr(pytest.importorskip("multiact_flax"), name)(rngs=nnx.Rngs(0))
    return lambda: np.asarray(module(-np.ones(DRAWS, "float32"))), module.eval


@pytest.mark.parametrize("module", [_torch, _nnx])
@pytest.mark.parametrize("name", sorted(DRAWN))
def test_modules_draw_it(name: str, module: Callable[[str], Any]) -> None:
    """In evaluation, too, if the activation is declared so; never the same twice."""
    call, evaluate = module(name)
    mean, deviation, low, high = DRAWN[name]
    drawn = [call(), call()]
    evaluate()
    always = multiact.get(name).always_noisy
    drawn += [call(), call()] if always else []
    for y in drawn:
        assert y.mean() == pytest.approx(mean, abs=5 * deviation / DRAWS**0.5)
        assert y.std() == pytest.approx(deviation, rel=0.02)
        assert low <= y.min() < y.max() <= high
    assert not any(np.array_equal(a, b) for a, b in itertools.pairwise(drawn))
    assert np.unique(call()).size == 1 or always


def test_linen_draws_it_with_a_key() -> None:
    jax = pytest.importorskip("jax")
    linen = pytest.importorskip("multiact_flax.linen")
    x, key = -np.ones(1000, "float32"), {"noise": jax.random.key(1)}
    always, training = linen.ProbAct(), linen.RReLU()
    variables = always.init(jax.random.key(0), x, deterministic=True)
    assert np.unique(always.apply(variables, x, rngs=key)).size > 900
    assert np.unique(always.apply(variables, x, deterministic=True)) == [0]
    with pytest.raises(Exception, match="noise"):  # flax asks for the key
        always.apply(variables, x)
    assert np.unique(training.apply({}, x)).size == 1
    assert np.unique(training.apply({}, x, rngs=key)).size > 900


def test_several_noises_and_a_formula_for_evaluation() -> None:
    """Each is drawn for itself; without noise, the formula for evaluation is computed."""
    with temporary_registrations():

        @multiact.activation(
            name="TwoNoises",
            noise={"u": "uniform", "v": "normal"},
            evaluation=lambda x, scale, xp: x - scale,
        )
        def two_noises(x: Any, u: Any, v: Any, /, scale: float = 2.0, *, xp: Any) -> Any:
            return x * 0 + scale * u + 100.0 * v

        np.testing.assert_allclose(mn.function(two_noises)(X), X - 2)
        got = mn.function(two_noises)(X, u=NOISE, v=X)
        np.testing.assert_allclose(got, 2 * NOISE + 100 * X)
        slope = multiact.derivative(two_noises, wrt="scale")
        np.testing.assert_allclose(slope(X), -1)
        np.testing.assert_allclose(slope(X, u=NOISE, v=X), NOISE)
        torch = pytest.importorskip("torch")
        module = pytest.importorskip("multiact_torch").create(two_noises)
        y = module(torch.zeros(DRAWS, dtype=torch.float64)).numpy()
        uniform, normal = y % 2.0, y / 100
        assert abs(np.corrcoef(uniform, normal)[0, 1]) < 0.05
        assert normal.std() == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_other_kinds_take_noise(engine: str) -> None:
    """A gate, whose noise has the shape of a half, and a formula that mixes elements."""
    with temporary_registrations(), multiact.use_engine(engine):

        @multiact.activation(kind="gated", noise="normal")
        def noisy_gate(a: Any, b: Any, noise: Any, /, *, xp: Any) -> Any:
            return a * (b + noise)

        @multiact.activation(kind="normalising", noise={"g": "uniform"})
        def noisy_sum(x: Any, g: Any, /, *, xp: Any) -> Any:
            return xp.sum(x * g, axis=-1, keepdims=True)

        x = np.stack([X, NOISE], axis=-1)
        np.testing.assert_allclose(mn.function(noisy_gate)(x), (X * NOISE)[:, None])
        got = mn.function(noisy_gate)(x, noise=X[:, None])
        np.testing.assert_allclose(got, (X * (NOISE + X))[:, None])
        np.testing.assert_allclose(mn.function(noisy_sum)(x), x.sum(-1, keepdims=True) / 2)
        got = mn.function(noisy_sum)(x, g=x)
        np.testing.assert_allclose(got, (x * x).sum(-1, keepdims=True))
        torch = pytest.importorskip("torch")
        mt = pytest.importorskip("multiact_torch")
        t = torch.ones(50, 6)
        assert mt.create(noisy_gate)(t).shape == (50, 3)
        assert mt.create(noisy_gate)(t).unique().numel() > 100
        assert mt.create(noisy_sum)(t).unique().numel() > 30
        assert mt.create(noisy_sum).eval()(t).unique().tolist() == [3.0]
        jax = pytest.importorskip("jax")
        mf, nnx = pytest.importorskip("multiact_flax"), pytest.importorskip("flax.nnx")
        y = mf.create(noisy_gate, rngs=nnx.Rngs(0))(jax.numpy.ones((50, 6)))
        assert y.shape == (50, 3)
        assert np.unique(y).size > 100
        y = mf.create(noisy_sum, rngs=nnx.Rngs(0))(jax.numpy.ones((50, 6)))
        assert np.unique(y).size > 30
