"""What is known to be wrong still is: a test that passes asks for its line in `known.py` to go."""

import numpy as np
import pytest

import multiact
from tests.battery.known import KNOWN, unknown


@pytest.mark.xfail(strict=True, reason="torch differentiates its powers near 0 as inf * 0")
@pytest.mark.parametrize("name", ["sgt", "iplu", "plaf", "app_relu"])
def test_third_derivative_of_a_power_near_zero_in_torch(name):
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    x = torch.tensor([6.1e-21, -6.1e-21], requires_grad=True)
    given = {p.name: torch.tensor(float(p.default)) for p in multiact.get(name).parameters}
    for value in given.values():
        value.requires_grad_()
    y = getattr(mt, name)(x, **given)
    for _ in range(3):
        (y,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    assert not y.isnan().any()


@pytest.mark.xfail(strict=True, reason="an inf * 0 among subnormal numbers")
def test_third_derivative_of_sgt_of_a_subnormal():
    found = multiact.derivative("sgt", order=3)(np.asarray([5e-324]), alpha=0.0, beta=2.6)
    assert not np.isnan(found)


@pytest.mark.xfail(strict=True, reason="the steps of 0.1 of its differences cancel")
def test_slope_of_frac_softplus_by_its_order():
    found = multiact.derivative("frac_softplus", wrt="a")(np.asarray([-4.0325227], "float32"))
    np.testing.assert_allclose(found, [0.00055570358034834505], rtol=5e-6)


@pytest.mark.xfail(strict=True, reason="1 - alpha tanh cancels where tanh is 1")
def test_slope_of_p_sech_sig_by_alpha_far_out():
    found = multiact.derivative("p_sech_sig", wrt="alpha")(np.asarray([17.082039324993694]))
    np.testing.assert_allclose(found, [1.1047659326366204e-23], rtol=1e-2)


@pytest.mark.xfail(strict=True, reason="the slope takes the cosine of a rounded pi x")
def test_slope_of_sinc_far_out():
    found = multiact.derivative("sinc")(np.asarray([-7.399067291851162e16]))
    np.testing.assert_allclose(found, [-1.3515216993651797e-17], rtol=1e-2)


@pytest.mark.xfail(strict=True, reason="the size of a coefficient has a corner at 0")
def test_slope_of_rational_a_by_a_denominator_that_is_zero():
    given = {"numerator": np.ones(6), "denominator": np.zeros(4)}
    found = multiact.derivative("rational_a", wrt="denominator")(np.asarray([2.0]), **given)
    np.testing.assert_array_equal(found, np.zeros((1, 4)))


@pytest.mark.xfail(strict=True, reason="sin x - tanh x is a difference of near equals")
def test_slope_of_gln_by_its_share_near_zero():
    found = multiact.derivative("gln", wrt="a")(np.asarray([-1e-3]))
    np.testing.assert_allclose(found, [-3.2768630963765894e-11], rtol=1e-13)


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


@pytest.mark.xfail(strict=True, reason="which of two equal arms is larger is a rounding over 0.01")
def test_slope_of_kdac_where_its_arms_are_equal():
    jax = pytest.importorskip("jax")
    mj = pytest.importorskip("multiact_jax")
    x, alpha = np.float32(-1e4), np.float32(0.1)
    found = jax.jit(jax.grad(lambda a: mj.kdac(x, alpha=a, beta=alpha)))(alpha)
    assert found == pytest.approx(-5000.0)


@pytest.mark.xfail(strict=True, reason="softplus less log 2 is a difference of near equals")
def test_slope_of_psoftplus_near_zero():
    jax = pytest.importorskip("jax")
    mj = pytest.importorskip("multiact_jax")
    with jax.enable_x64(True):
        found = jax.jit(jax.grad(lambda a: mj.psoftplus(np.float64(-0.001), a=a)))(np.float64(1.5))
    np.testing.assert_allclose(found, -0.00049987500000518515, rtol=1e-14)


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
