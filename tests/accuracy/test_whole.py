"""Kinds that mix elements, against their oracles: values and gradients, in every framework."""

from __future__ import annotations

import sys
from functools import lru_cache

import numpy as np
import pytest

import multiact
from tests.accuracy.whole import Whole, samples, whole
from tests.battery.variants import backend, precision
from tests.helpers import ulp
from tests.helpers.examples import Example, examples
from tests.helpers.ulp import FORMATS, Exact

WHOLE = [n for n in multiact.names() if not multiact.get(n).is_graph]
#: in eps of max(1, |value|): the order of a sum's terms is free
VALUE, SLOPE = 4.0, 16.0

#: whose gates take sums that are as uncertain as they are large
LARGEST = {"dy_relu": 30.0}


@lru_cache(maxsize=8)
def truth(name: str, dtype: str) -> tuple[Example, Whole]:
    example = next(iter(examples(multiact.get(name), dtype)))
    return example, whole(example, dtype)


@pytest.mark.parametrize("name", WHOLE)
def test_values(name):
    """Of numbers of every size, by NumPy; those of layers grow with their inputs."""
    for dtype in ("float32", "float64"):
        example, _ = truth(name, dtype)
        scales = (1e-3, 3.0, 30.0, 1e3)
        for scale in (s for s in scales if s <= LARGEST.get(name, 1e3)):
            true = whole(example, dtype, scale) if scale == 3.0 else _values(example, dtype, scale)
            y = _numpy(example, true.x, dtype)
            units = max(1.0, float(np.abs(true.values).max())) if example.act.kind == "layer" else 1
            exact = Exact(true.values / units, np.zeros_like(true.values))
            error = ulp.absolute(y / units, exact, dtype)
            assert error.max() <= VALUE, (dtype, scale, error.max())
            lost = (y == 0) & (np.abs(true.values) >= FORMATS[dtype].floor)
            assert not lost.any() or error[lost].max() <= VALUE


def _values(example: Example, dtype: str, scale: float) -> Whole:
    from mpmath import mp

    from tests.oracle import ORACLE
    from tests.oracle._differences import flat

    x = samples(example, dtype, scale)
    given = {**example.parameters, **example.settings}
    given.pop("axis", None)
    with mp.workdps(40):
        rows = [flat(ORACLE[example.act.key](row, **given)) for row in x.tolist()]
    return Whole(x, np.asarray(rows, float), np.ones(1), {}, {})


def _numpy(example: Example, x: np.ndarray, dtype: str) -> np.ndarray:
    given = {
        n: np.asarray(v, dtype) if isinstance(v, tuple) else v
        for n, v in example.parameters.items()
    }
    y = backend("numpy").value(example.act, x.astype(dtype), {**given, **example.settings})
    assert y.dtype == dtype
    return y.astype(float).reshape(len(x), -1)


@pytest.mark.parametrize("variant", ["torch", "jax"])
@pytest.mark.parametrize("name", WHOLE)
def test_gradients(name, variant):
    """Of a weighted sum, by the input and every array parameter, by the framework itself."""
    run = backend(variant)
    for dtype in ("float32", "float64"):
        example, true = truth(name, dtype)
        with precision(variant, dtype):
            given = {n: run.asarray(np.asarray(v), dtype) for n, v in example.parameters.items()}
            x, weights = run.asarray(true.x, dtype), run.asarray(true.weights, dtype)
            found = _gradients(variant, example, x, given, weights)
            slopes = {n: run.to_numpy(g) for n, g in found.items()}
        for argument, expected in true.slopes.items():
            got, size = slopes[argument], 1 + true.sizes[argument]
            assert got.shape == expected.shape
            apart = np.abs(got - expected) / (FORMATS[dtype].eps * size)
            assert apart.max() <= SLOPE, (dtype, argument, apart.max())


def _gradients(variant, example, x, given, weights):
    run = backend(variant)

    def total(leaves):
        rest = {n: v for n, v in leaves.items() if n != "x"}
        y = run.value(example.act, leaves["x"], {**rest, **example.settings})
        return (y.reshape(weights.shape) * weights).sum()

    leaves = {"x": x, **given}
    if variant == "jax":
        import jax

        return jax.jit(jax.grad(total))(leaves)
    import torch

    leaves = {n: v.detach().requires_grad_() for n, v in leaves.items()}
    grads = torch.autograd.grad(total(leaves), list(leaves.values()))
    return dict(zip(leaves, grads, strict=True))


@pytest.mark.parametrize("name", ["softmax", "crelu", "moe"])
def test_wrong_values_and_gradients_are_seen(name, monkeypatch):
    here, values, gradients = sys.modules[__name__], _numpy, _gradients
    monkeypatch.setattr(here, "_numpy", lambda *given: values(*given) * (1 + 2e-6))
    with pytest.raises(AssertionError, match="float32"):
        test_values(name)
    backend("torch")
    for argument in ("x", *(p.name for p in multiact.get(name).parameters)):

        def wrong(*given, argument=argument):
            found = gradients(*given)
            return {n: g * (1 + 1e-4) if n == argument else g for n, g in found.items()}

        monkeypatch.setattr(here, "_gradients", wrong)
        with pytest.raises(AssertionError, match=argument):
            test_gradients(name, "torch")
