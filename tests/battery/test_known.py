"""What is known to be wrong still is: a test that passes asks for its line in `known.py` to go."""

import numpy as np
import pytest

import multiact
from tests.battery.known import KNOWN, unknown


@pytest.mark.xfail(strict=True, reason="inf * 0 in the third derivative of a power near 0")
def test_third_derivative_of_sgt_near_zero():
    found = multiact.derivative("sgt", order=3)(np.asarray([-1e-20, 1e-20], "float32"))
    np.testing.assert_allclose(found, [-0.002, -2.662], rtol=1e-5)


@pytest.mark.xfail(strict=True, reason="sin x - tanh x is a difference of near equals")
def test_slope_of_gln_by_its_share_near_zero():
    found = multiact.derivative("gln", wrt="a")(np.asarray([-1e-3]))
    np.testing.assert_allclose(found, [-3.2768630963765894e-11], rtol=1e-13)


@pytest.mark.xfail(strict=True, reason="as of sgt")
def test_third_derivative_of_repsu_near_its_threshold():
    found = multiact.derivative("repsu", order=3)(np.asarray([1e-30], "float32"))
    np.testing.assert_allclose(found, [0.0], atol=1e-6)


@pytest.mark.xfail(strict=True, reason="as of sgt")
def test_third_derivative_of_app_relu_near_zero():
    found = multiact.derivative("app_relu", order=3)(np.asarray([1e-30], "float32"))
    np.testing.assert_array_equal(found, [0.0])


@pytest.mark.xfail(strict=True, reason="x times a slope that has underflowed, of order 1 / x^2")
@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [("rootsig", 1e26, 1e-26), ("rootsig_plus", 1e26, 1e-26), ("soft_tanh", 1e15, 1e-30)],
)
def test_slope_by_a_steepness_far_out(name, x, slope):
    found = multiact.derivative(name, wrt="a")(np.asarray([x], "float32"), a=1.0)
    np.testing.assert_allclose(found, [slope], rtol=1e-6)


@pytest.mark.xfail(strict=True, reason="the second slopes of silu and sech cancel at 0")
def test_second_derivative_of_sech_sig_near_zero():
    found = multiact.derivative("sech_sig", order=2)(np.asarray([-0.001]))
    np.testing.assert_allclose(found, [8.759987071261254e-4], rtol=5e-15)


@pytest.mark.xfail(strict=True, reason="a sum of 1 and -0.54 whose error counts four times")
def test_slope_of_srs_by_alpha():
    with multiact.use_engine("reference"):
        found = multiact.derivative("srs", wrt="alpha")(np.asarray([-2.4195135], "float32"))
    np.testing.assert_allclose(found, [1.3786768133067036], atol=4e-7, rtol=0)


@pytest.mark.xfail(strict=True, reason="with beta learned, its slope's own slope is added as NaN")
@pytest.mark.parametrize(("name", "second"), [("SGT", 0.0), ("RePSU", 0.3)])
def test_second_derivative_with_a_learned_power(name, second):
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    x = torch.zeros(1, requires_grad=True)
    (slope,) = torch.autograd.grad(getattr(mt, name)()(x).sum(), x, create_graph=True)
    (found,) = torch.autograd.grad(slope.sum(), x)
    assert found.item() == pytest.approx(second)


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


@pytest.mark.xfail(strict=True, reason="1 - x / sqrt(x^2 + s), which x multiplies, underflows")
def test_slope_of_lrelu_plus_far_out():
    found = multiact.derivative("lrelu_plus", wrt="negative_slope")(np.asarray([1e24], "float32"))
    np.testing.assert_allclose(found, [2.5508e-31], rtol=1e-3)


@pytest.mark.xfail(strict=True, reason="terms that overflow have different signs")
def test_third_derivative_of_a_fast_wave():
    act = multiact.get("finer_gauss")
    x = np.asarray([1e15], "float32")
    with np.errstate(all="ignore"):
        found = multiact.derivative(act, order=3)(x, scale=-1.3, omega=-0.6)
    assert np.isinf(found).all()


def test_only_known_lines_are_left_out():
    lines = ["torch: derivative by x, x, sgt-default in float32: NaN", "torch: value, sgt-default"]
    assert unknown("sgt", lines) == lines[1:]
    assert unknown("talu", lines) == lines
    assert set(KNOWN) <= set(multiact.names())
