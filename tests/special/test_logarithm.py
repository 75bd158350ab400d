"""log(1 + x) from the logarithm alone."""

import array_api_compat.numpy as xp
import numpy as np
import pytest
from mpmath import mp, mpf

from multiact.special.logarithm import log1p_from_log
from tests.helpers import ulp
from tests.helpers.points import numpy_dtype, points


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_against_mpmath(dtype):
    x = points(dtype, (-0.5, 1.0, 0.0), count=2000)
    x = np.concatenate([x[x > -1], np.linspace(-0.999, 1.5, 1000).astype(dtype)])
    with np.errstate(all="ignore"):
        got = log1p_from_log(x.astype(numpy_dtype(dtype)), xp=xp)
    assert got.dtype == dtype
    with mp.workdps(60):
        true = ulp.Exact.of(mp.log1p(mpf(v)) for v in x.astype(dtype).astype(float).tolist())
    assert ulp.ulps(got.astype(float), true, dtype).max() < 2.5


def test_at_the_ends():
    x = np.asarray([-1.0, np.inf, np.nan, -0.0, -2.0])
    with np.errstate(all="ignore"):
        got = log1p_from_log(x, xp=xp)
    np.testing.assert_array_equal(got, [-np.inf, np.inf, np.nan, -0.0, np.nan])
    assert np.signbit(got[3])
