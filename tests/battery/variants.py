"""The ways to run an activation, found without importing a framework that is not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest

from multiact.adapters.frameworks import Unavailable
from multiact.testing.backend import Backend, load

#: every variant that a framework has to offer; `test_meta` compares with what it does
VARIANTS = {
    "numpy": ("numpy", "numpy.blocked", "numpy.reference"),
    "torch": ("torch", "torch.native", "torch.nn", "torch.compile"),
    "jax": ("jax", "jax.jit"),
    "flax": ("flax.nnx", "flax.linen"),
}
EAGER = (*VARIANTS["numpy"], "torch", "torch.nn", "jax", "flax.nnx", "flax.linen")
FUNCTIONS = ("numpy", "torch", "jax")


@lru_cache
def backend(name: str) -> Backend:
    """The variant of that name, or a skip that names what to install."""
    framework = next(f for f, names in VARIANTS.items() if name in names)
    try:
        found = load(framework)
    except Unavailable as error:
        pytest.skip(str(error))
    return next(b for b in found if b.name == name)


def dtypes(name: str) -> tuple[str, ...]:
    """The dtypes to check: all, except that JAX's others are checked under jit (it is slow)."""
    if name.startswith(("jax", "flax")):
        return ("bfloat16", "float32")
    return backend(name).dtypes


@contextmanager
def precision(name: str, dtype: str) -> Iterator[None]:
    """JAX computes in float64 only where that is enabled."""
    if dtype != "float64" or not name.startswith(("jax", "flax")):
        yield
        return
    import jax

    with jax.enable_x64(True):
        yield
