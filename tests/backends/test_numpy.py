"""What NumPy arrays have that no other library's do."""

import ml_dtypes
import multiact_numpy as mn
import numpy as np
import pytest
from multiact_numpy._blocks import where


@pytest.mark.parametrize("name", ["talu", "gelu", "softmax", "glu"])
def test_bfloat16_of_ml_dtypes(name):
    x = np.linspace(-3, 3, 8).astype(ml_dtypes.bfloat16)
    y = mn.function(name)(x)
    assert y.dtype == x.dtype
    wide = mn.function(name)(x.astype(np.float32))
    np.testing.assert_array_equal(y, wide.astype(ml_dtypes.bfloat16))  # rounded once


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_every_byte_order_gives_the_same(dtype):
    x = np.linspace(-3, 3, 9).astype(dtype)
    swapped = x.astype(x.dtype.newbyteorder())
    y = mn.gelu(swapped)
    assert y.dtype == swapped.dtype
    np.testing.assert_array_equal(y, mn.gelu(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_choice_by_bits_is_numpys(dtype: type) -> None:
    """That of blocks, for numbers of every kind, arrays and Python's own."""
    draw = np.random.default_rng(0)
    special = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-320, 1.5]
    a, b = (draw.choice(special, size=(4, 512)).astype(dtype) for _ in range(2))
    condition = draw.uniform(size=a.shape) < 0.5
    for left, right in ((a, b), (a, -0.0), (2.5, b), (a[0], b), (a[:, :1], b), (a, b[0, 0])):
        wanted = np.where(condition, left, right)
        found = where(condition, left, right)
        assert found.dtype == wanted.dtype
        assert found.tobytes() == wanted.tobytes()
    strided = where(condition[:, ::2], a[:, ::2], b[:, 1::2])
    assert strided.tobytes() == np.where(condition[:, ::2], a[:, ::2], b[:, 1::2]).tobytes()
