"""What NumPy arrays have that no other library's do."""

import ml_dtypes
import multiact_numpy as mn
import numpy as np
import pytest


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
