"""The same compiled: by JAX and in C for all activations, by Inductor, which is slow, for a few."""

from __future__ import annotations

import pytest

import multiact
from tests.battery import checks
from tests.battery.subject import Subject
from tests.battery.variants import backend, precision
from tests.helpers.examples import examples

GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
FEW = ("talu", "mish", "gelu", "elu", "snake", "hardswish", "tanhshrink", "swiglu")


def _check(variant: str, name: str, dtype: str = "float32") -> None:
    subject = Subject(next(iter(examples(multiact.get(name), dtype))), dtype)
    with precision(variant, dtype):
        checks.check_value(backend(variant), subject)
        # compiled torch functions have no second derivative
        for wrt in (
            (("x",),) if variant == "torch.compile" or dtype == "float16" else (("x",), ("x", "x"))
        ):
            checks.check_gradient(backend(variant), subject, wrt)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_jit(name, dtype):
    _check("jax.jit", name, dtype)


@pytest.mark.parametrize("name", GRAPHS)
def test_kernels(name):
    _check("torch.native", name)


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_inductor(name):
    _check("torch.compile", name)
