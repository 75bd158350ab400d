"""JAX agrees with NumPy, compiled and not: few shapes, since each one is compiled."""

from __future__ import annotations

import multiact_numpy as mn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multiact.testing.backend import operands
from tests.properties import examples
from tests.properties.arrays import activations, arrays
from tests.properties.test_numpy import arguments, close

jax = pytest.importorskip("jax")
mj = pytest.importorskip("multiact_jax")

SHAPES = st.sampled_from([(), (0,), (8,), (2, 0, 3), (3, 4)])


@examples(12)
@given(activations(kind="elementwise"), arrays(("float32", "float64"), SHAPES), st.booleans())
def test_jax_agrees_with_numpy(e, x, compiled):
    top = 2.0**60  # XLA reduces the arguments of waves in its own way, and flushes subnormals
    x = np.where((np.abs(x) > top) | (np.abs(x) < 2.0**-120), np.float32(0), x).astype(x.dtype)
    given = arguments(e)
    with jax.enable_x64(True):
        f = lambda x: mj.function(e.act)(*operands(e.act, x), **given)  # noqa: E731
        y = (jax.jit(f) if compiled else f)(jax.numpy.asarray(x))
        assert isinstance(y, jax.Array)
        assert y.dtype == x.dtype
        assert y.shape == x.shape
        slope = jax.grad(lambda x: jax.numpy.sum(f(x)))(jax.numpy.nan_to_num(x))
    assert np.isfinite(slope).all()
    close(e, x, np.asarray(y), mn.function(e.act)(*operands(e.act, x), **given))
