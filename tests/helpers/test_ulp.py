"""The measures of error, on numbers whose error is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp, mpf

from tests.helpers import ulp
from tests.helpers.points import numpy_dtype, rounded
from tests.helpers.ulp import FORMATS, Exact

FORMAT_NAMES = list(FORMATS)


def exact(*numbers: float) -> Exact:
    return Exact.of(mpf(n) for n in numbers)


@pytest.mark.parametrize("dtype", FORMAT_NAMES)
@pytest.mark.parametrize("value", [1.0, 1.5, -3.0, 1e-3, 1000.0])
def test_neighbours_are_one_unit_apart(dtype, value):
    here = rounded(np.asarray([value]), dtype)
    up = np.nextafter(here.astype(numpy_dtype(dtype)), np.asarray(np.inf, numpy_dtype(dtype)))
    assert ulp.ulps(up.astype(float), Exact(here, np.zeros(1)), dtype) == pytest.approx(1.0)


@pytest.mark.parametrize("dtype", FORMAT_NAMES)
def test_rounding_costs_half_a_unit(dtype):
    with mp.workdps(40):
        truth = Exact.of([mpf(1) / 3, mpf(2) / 3, +mp.pi, mp.e * 100])
    error = ulp.ulps(rounded(truth.high, dtype), truth, dtype)
    assert (error <= 0.5).all()
    assert (error > 0).all()


def test_a_thousandth_of_a_unit_of_float64_is_seen():
    with mp.workdps(40):
        truth = Exact.of([mpf(1) + mpf(2) ** -62])
    assert ulp.ulps(np.asarray([1.0]), truth, "float64") == pytest.approx(2.0**-10)


def test_nan_is_infinitely_wrong():
    assert ulp.ulps(np.asarray([math.nan]), exact(1.0), "float32") == math.inf


@pytest.mark.parametrize("dtype", FORMAT_NAMES)
def test_infinity_is_the_number_after_the_largest(dtype):
    largest = rounded(np.asarray([(2 - FORMATS[dtype].eps) * 2.0 ** (FORMATS[dtype].high)]), dtype)
    assert ulp.ulps(np.asarray([math.inf]), Exact(largest, np.zeros(1)), dtype) == pytest.approx(1)
    assert ulp.ulps(np.asarray([math.inf]), exact(math.inf), dtype) == 0
    assert ulp.ulps(np.asarray([-math.inf]), exact(math.inf), dtype) > 2


def test_what_is_flushed_is_no_error():
    assert ulp.ulps(np.asarray([0.0]), exact(2.0**-120), "float32") == 0
    assert ulp.ulps(np.asarray([2.0**-110]), exact(2.0**-130), "float32") > 1e6
    assert ulp.ulps(np.asarray([0.0]), exact(2.0**-113), "float32") == 2.0**23


def test_float16_has_no_flushing():
    assert ulp.ulps(np.asarray([0.0]), exact(2.0**-13), "float16") == 2.0**10


def test_a_spurious_zero_is_a_large_error():
    assert ulp.ulps(np.asarray([0.0]), exact(1e-20), "float32") > 1e6


def test_condition_divides():
    truth = exact(1.0)
    result = np.asarray([1.0 + 8 * 2.0**-52])
    assert ulp.norm(result, truth, np.asarray([3.0]), "float64") == 2.0


def test_absolute_counts_from_one():
    assert ulp.absolute(np.asarray([1e-8]), exact(0.0), "float32") == pytest.approx(
        0.0839, rel=1e-2
    )
    assert ulp.absolute(np.asarray([1000.0 + 2.0**-13]), exact(1000.0), "float32") < 2
