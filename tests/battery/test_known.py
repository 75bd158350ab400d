"""What is known to be wrong still is: a test that passes asks for its line in `known.py` to go."""

import numpy as np
import pytest

import multiact
from tests.battery.known import KNOWN, unknown


@pytest.mark.xfail(strict=True, reason="inf * 0 in the third derivative of a power near 0")
def test_third_derivative_of_sgt_near_zero():
    found = multiact.derivative("sgt", order=3)(np.asarray([-1e-20, 1e-20], "float32"))
    np.testing.assert_allclose(found, [-0.002, -2.662], rtol=1e-5)


@pytest.mark.xfail(strict=True, reason="with beta learned, its slope's own slope is added as NaN")
def test_second_derivative_of_sgt_with_a_learned_power():
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    x = torch.zeros(1, requires_grad=True)
    (slope,) = torch.autograd.grad(mt.SGT()(x).sum(), x, create_graph=True)
    (found,) = torch.autograd.grad(slope.sum(), x)
    assert found.item() == 0


@pytest.mark.xfail(strict=True, reason="XLA takes a subnormal for 0 in one place, not in all")
def test_sgt_of_a_subnormal_in_jax():
    pytest.importorskip("jax")
    mj = pytest.importorskip("multiact_jax")
    found = mj.sgt(np.float32(-2.9e-39), alpha=0.3, beta=2.6)
    assert not np.isnan(found)


@pytest.mark.xfail(strict=True, reason="Lanczos' sum for 1 / Gamma has not quite 16 digits")
def test_slope_of_gamma_in_float64():
    found = multiact.derivative("frac_relu", wrt="alpha")(np.asarray([2.2492235949962165]))
    np.testing.assert_allclose(found, [-1.3099831239167323], rtol=6e-16)


def test_only_known_lines_are_left_out():
    lines = ["torch: derivative by x, x, sgt-default in float32: NaN", "torch: value, sgt-default"]
    assert unknown("sgt", lines) == lines[1:]
    assert unknown("talu", lines) == lines
    assert set(KNOWN) <= set(multiact.names())
