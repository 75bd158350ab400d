"""Array parameters whose elements broadcast with the data, and those of modules per channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from multiact.declare.activation import Activation
from multiact.parameters import Learnable, Shaped, ones, unit, zeros
from tests.helpers.registered import temporary_registrations

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 3, 2))
#: two coefficients for each of three channels, as they broadcast with X
WEIGHTS = RNG.normal(size=(2, 3, 1))
CLOSE = {"rtol": 1e-12, "atol": 1e-14}
Weights = Annotated[Any, Shaped(("terms",), {"first": unit(0), "none": zeros})]
Powers = Annotated[Any, Shaped(("terms",), {"one": ones, "none": zeros})]


def formula(x: Any, w: Any) -> Any:
    """What `parabola` computes."""
    return w[0] * np.tanh(x) + w[1] * x * x


@pytest.fixture
def parabola() -> Iterator[Activation]:
    """An activation that is known during a test."""
    with temporary_registrations():

        @multiact.activation(sizes={"terms": 2})
        def parabola(x: Any, /, weights: Learnable[Weights] = (1.0, 0.5), *, xp: Any) -> Any:
            return weights[0] * xp.tanh(x) + weights[1] * x * x

        yield parabola


@pytest.mark.parametrize("engine", ["auto", "native", "blocked", "reference"])
@pytest.mark.parametrize("shape", [(4, 3, 2), (3, 300, 400)])
def test_numpy(parabola: Activation, engine: str, shape: tuple[int, ...]) -> None:
    """Never the numbers of another channel, however long the array."""
    x = np.resize(X, shape)
    for w in (WEIGHTS if shape[1] == 3 else RNG.normal(size=(2, 3, 1, 1)), WEIGHTS[:, 0, 0]):
        with multiact.use_engine(engine):
            y = mn.function(parabola)(x, w)
            slope = mn.function(parabola).derivative(wrt="weights")(x, w)
        np.testing.assert_allclose(y, formula(x, w), **CLOSE)
        np.testing.assert_allclose(slope, np.stack([np.tanh(x), x * x], axis=-1), **CLOSE)


def test_torch(parabola: Activation) -> None:
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    module = mt.create(parabola, channels=3, dtype=torch.float64)
    assert module.weights.shape == (2, 3)
    np.testing.assert_array_equal(module.weights.detach(), [[1.0] * 3, [0.5] * 3])
    with torch.no_grad():
        module.weights.copy_(torch.tensor(WEIGHTS[..., 0]))
    x = torch.tensor(X, requires_grad=True)
    y = formula(x.detach().numpy(), WEIGHTS)
    f = mt.function(parabola)
    compiled = torch.compile(module, fullgraph=True)
    for call in (module, lambda x: f(x, torch.tensor(WEIGHTS)), compiled):
        np.testing.assert_allclose(call(x).detach(), y, **CLOSE)
    slopes = np.stack([np.tanh(X), X * X]).sum(axis=(1, 3))
    for call in (module, compiled):
        (found,) = torch.autograd.grad(call(x).sum(), module.weights)
        np.testing.assert_allclose(found, slopes, **CLOSE)
    w = module.weights.detach()

    def functional(w: Any) -> Any:
        return torch.func.functional_call(module, {"weights": w}, (x.detach(),))

    np.testing.assert_allclose(torch.func.grad(lambda w: functional(w).sum())(w), slopes, **CLOSE)
    _, tangent = torch.func.jvp(functional, (w,), (torch.ones_like(w),))
    np.testing.assert_allclose(tangent, np.tanh(X) + X * X, **CLOSE)
    batch = torch.func.vmap(functional)(torch.stack([w, 2 * w]))
    np.testing.assert_allclose(batch[1], 2 * y, **CLOSE)


def test_flax(parabola: Activation) -> None:
    jax = pytest.importorskip("jax")
    mj, mf = pytest.importorskip("multiact_jax"), pytest.importorskip("multiact_flax")
    linen, nnx = pytest.importorskip("multiact_flax.linen"), pytest.importorskip("flax.nnx")
    with jax.enable_x64(True):
        module = mf.create(parabola, channels=3, axis=1, param_dtype="float64")
        assert module.weights[...].shape == (2, 3)
        module.weights[...] = jax.numpy.asarray(WEIGHTS[..., 0])
        y = formula(X, WEIGHTS)
        np.testing.assert_allclose(module(jax.numpy.asarray(X)), y, **CLOSE)
        np.testing.assert_allclose(mj.function(parabola)(X, WEIGHTS), y, **CLOSE)
        slope = nnx.grad(lambda m: m(jax.numpy.asarray(X)).sum())(module)["weights"][...]
        expected = np.stack([np.tanh(X), X * X]).sum(axis=(1, 3))
        np.testing.assert_allclose(slope, expected, **CLOSE)
        variables = {"params": {"weights": jax.numpy.asarray(WEIGHTS[..., 0])}}
        got = linen.create(parabola, channels=3, axis=1, param_dtype="float64").apply(
            variables, jax.numpy.asarray(X)
        )
        np.testing.assert_allclose(got, y, **CLOSE)


@pytest.mark.parametrize("package", ["multiact_torch", "multiact_flax"])
def test_defaults_and_starts(package: str) -> None:
    """A default of the declaration is where modules start; each array has its own initializer."""
    library = pytest.importorskip(package)
    with temporary_registrations():

        @multiact.activation(name="Terms", sizes={"terms": 3})
        def terms(x: Any, /, w: Learnable[Weights], p: Learnable[Powers], *, xp: Any) -> Any:
            return w[0] * x + p[0]

        @multiact.activation(name="Given")
        def given(x: Any, /, w: Learnable[Weights] = (3.0, 4.0), *, xp: Any) -> Any:
            return w[0] * x + w[1]

        def numbers(spec: Any, name: str, **options: Any) -> list[float]:
            value = getattr(library.create(spec, **options), name)
            value = value.detach() if hasattr(value, "detach") else value[...]
            return np.asarray(value).tolist()

        assert numbers(terms, "w") == [1, 0, 0]
        assert numbers(terms, "p") == [1, 1, 1]
        assert numbers(terms, "p", initialisation="first") == [1, 1, 1]
        assert numbers(terms, "w", initialisation="none") == [0, 0, 0]
        assert numbers(terms, "w", initialisation={"p": "none"}) == [1, 0, 0]
        assert numbers(terms, "p", initialisation={"p": "none"}) == [0, 0, 0]
        assert numbers(terms, "p", p=[1.0, 2.0, 5.0]) == [1, 2, 5]
        assert numbers(given, "w") == [3, 4]
        assert numbers(given.with_defaults(w=(5.0, 6.0, 7.0)), "w") == [5, 6, 7]
        assert numbers(given, "w", channels=2) == [[3, 3], [4, 4]]
        assert numbers(given, "w", w=[[1.0, 2.0], [3.0, 4.0]], channels=2) == [[1, 2], [3, 4]]
