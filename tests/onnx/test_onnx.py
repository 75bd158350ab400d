"""Every activation, exported by torch.onnx.export, gives its values in onnxruntime."""

from __future__ import annotations

import numpy as np
import pytest

import multiact
from tests.helpers.corners import has_waves
from tests.helpers.ulp import FORMATS

for package in ("torch", "onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(package)

from tests.onnx.exported import (  # noqa: E402
    CHANNELS,
    CHANNELWISE,
    NAMES,
    example,
    per_channel,
    run,
    session,
)
from tests.onnx.measure import edges, images, ours, row  # noqa: E402

EPS = FORMATS["float32"].eps
GRAPHS = [n for n in NAMES if multiact.get(n).is_graph]
WHOLE = [n for n in NAMES if n not in GRAPHS]


#: what the runtime's own operations multiply or sum up
REASONS = {
    "the mean of all elements, or a quantile by it, is taken from each": "ab_relu gelu_top_k "
    "statistical_top_k",
    "exp multiplies the rounding of its argument by the argument": "ada arbf diff_elu grelu lada "
    "loglog plogish pmaf polyexp rmaf sara scalable_softmax sigmoid_gumbel soft_clipping srs "
    "super_gaussian swiglu_oai wave",
}
UNCERTAIN = " ".join(REASONS.values()).split()


@pytest.mark.parametrize("name", [n for n in NAMES if n not in UNCERTAIN])
def test_the_goals_of_accuracy_are_met(name):
    """Against mpmath where one element depends on one; else against float64."""
    assert not row(name).missed


@pytest.mark.parametrize("name", GRAPHS)
def test_at_kinks_and_far_out(name):
    """As many numbers as NumPy gives, infinite and NaN only where it is."""
    given = example(name)
    x = edges(given)
    expected, got = ours(given, x, "float32"), run(name, x)
    assert got.shape == expected.shape
    finite = np.isfinite(expected)
    assert np.array_equal(np.isfinite(got), finite), x[np.isfinite(got) != finite]
    size = 1.0 if given.vectors else FORMATS["float32"].floor / EPS  # their terms cancel
    allowed = 16 * EPS * np.maximum(np.abs(expected[finite]), size)
    apart = np.abs(got[finite].astype(float) - expected[finite])
    if has_waves(given):  # beyond, the phase is a matter of the library's reduction
        apart = np.where(np.abs(x[finite]) <= (8.0 if given.vectors else 1e4), apart, 0.0)
    assert (apart <= allowed).all(), (x[finite][apart > allowed], got[finite][apart > allowed])


@pytest.mark.parametrize("name", GRAPHS)
def test_infinities_and_nan(name):
    given = example(name)
    x = np.asarray([-np.inf, np.inf, np.nan], np.float32)
    if given.act.kind == "gated":
        x = np.stack([np.ones_like(x), x], axis=-1)
    expected, got = ours(given, x, "float32"), run(name, x)
    np.testing.assert_allclose(got, expected, rtol=4 * EPS, atol=FORMATS["float32"].floor)


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_overflows(name):
    for scale in (1e2, 1e4, 1e30):
        x = images(scale)
        expected = ours(example(name), x, "float32")
        assert np.array_equal(np.isfinite(run(name, x)), np.isfinite(expected))


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANNELWISE)
def test_a_parameter_per_channel_is_learned(name):
    """Each channel is the function with that channel's parameters."""
    given = example(name)
    x = np.linspace(-3.3, 3.1, 20 * CHANNELS * 2, dtype=np.float32).reshape(20, CHANNELS, 2)
    got = run(name, x, "channels")
    assert got.shape == x.shape
    values = {n: v if isinstance(v, tuple) else per_channel(v) for n, v in given.parameters.items()}
    for i in range(CHANNELS):
        own = {n: v if isinstance(v, tuple) else float(v[i]) for n, v in values.items()}
        changed = type(given)(given.act, given.label, own, given.settings)
        expected = ours(changed, x[:, i], "float32")
        np.testing.assert_allclose(got[:, i], expected, rtol=32 * EPS, atol=16 * EPS)


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_any_number_of_rows(count):
    x = np.linspace(-4, 4, count, dtype=np.float32)
    acts = map(multiact.get, GRAPHS)
    simple = next(a.key for a in acts if a.kind == "elementwise" and not a.parameters)
    assert run(simple, x).shape == (count,)
    free = [i.shape[0] for i in session("all").get_inputs()]
    assert free == ["rows_of_x", "rows_of_gate", "rows_of_images", "rows_of_channels"]
