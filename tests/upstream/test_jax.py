"""JAX's numeric checks on ours: differences to third order, and agreement with jax.nn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import multiact
from tests.helpers.examples import examples
from tests.helpers.representatives import EVERYTHING, representatives
from tests.upstream import Comparison
from tests.upstream.deviations import JAX

jax = pytest.importorskip("jax")
mj = pytest.importorskip("multiact_jax")
from jax.test_util import check_grads  # noqa: E402

SHARED = {
    "relu": jax.nn.relu, "relu6": jax.nn.relu6, "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu, "celu": jax.nn.celu, "selu": jax.nn.selu, "silu": jax.nn.silu,
    "mish": jax.nn.mish, "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus,
    "logsigmoid": jax.nn.log_sigmoid, "softsign": jax.nn.soft_sign, "tanh": jax.nn.tanh,
    "hardtanh": jax.nn.hard_tanh, "hardsigmoid": jax.nn.hard_sigmoid,
    "hardswish": jax.nn.hard_silu, "squareplus": jax.nn.squareplus, "glu": jax.nn.glu,
    "softmax": jax.nn.softmax, "log_softmax": jax.nn.log_softmax,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "gelu_tanh": lambda x: jax.nn.gelu(x, approximate=True),
}  # fmt: skip
#: kinks, ends of ranges, tails, infinities, NaN: where theirs are tested, and between
SIZES = (1.0, 3.0, 6.0, 0.1, 1e-3, 2.5, 10.0, 15.0, 20.0, 40.0, 88.0, 100.0, 1e4)
POINTS = np.asarray([0.0, -0.0, *SIZES, *np.negative(SIZES), np.inf, -np.inf, np.nan])
MIXED = {"glu", "softmax", "log_softmax"}
GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]
SMOOTH = [n for n in GRAPHS if multiact.get(n).surrogate is None]  # a surrogate is no slope
EVERYDAY = ("talu", "relu", "silu", "gelu")
FEW = ("gelu", "fourier", "glu", "tanhlu")


@pytest.mark.parametrize(
    "name", [n if n in EVERYDAY else pytest.param(n, marks=pytest.mark.slow) for n in SHARED]
)
def test_agreement_with_jax_nn(name):
    comparison = Comparison(name, JAX)
    x = POINTS[:-3] if name in MIXED else POINTS  # no axis survives an infinity
    with jax.enable_x64(True):
        for dtype in ("float32", "float64"):
            eps = float(np.finfo(dtype).eps)
            given = jax.numpy.asarray(x[: x.size // 2 * 2] if name == "glu" else x, dtype)
            for run, rows in ((lambda f, x: f(x), "value"), (slope, "slope")):
                ours, theirs = (run(f, given) for f in (mj.function(name), SHARED[name]))
                assert ours.dtype == theirs.dtype
                where = None if name in MIXED else given
                if where is None and ours.shape == given.shape:
                    where = given
                comparison.compare(rows, where, ours, theirs, 16 * eps, 16 * eps)
    assert "\n".join(comparison.faults(whole=True)) == ""


def slope(f: Any, x: Any) -> Any:
    """The gradient of the sum."""
    return jax.grad(lambda x: jax.numpy.sum(f(x)))(x)


@pytest.mark.slow
@pytest.mark.parametrize("name", representatives(SMOOTH))
def test_differences(name):
    """In both modes, by the input and the parameters, away from kinks; of a few to third order."""
    order = 3 if EVERYTHING or name in FEW else 1
    example = next(iter(examples(multiact.get(name))))
    with jax.enable_x64(True):
        # a step of differences may not lead out of what a parameter may be
        values = {n: jax.numpy.asarray(v) for n, v in example.parameters.items() if n != "epsilon"}
        x = jax.numpy.asarray([-2.17, -0.61, 0.37, 1.29])
        corners = np.asarray([*example.kinks(), np.inf])
        x = x[np.abs(np.asarray(x)[:, None] - corners).min(axis=1) > 0.05]
        x = x[: len(x) // 2 * 2]
        assert x.size

        def run(x, values):
            return mj.function(name)(x, **{**example.parameters, **values}, **example.settings)

        check_grads(run, (x, values), order=order, modes=["fwd", "rev"], atol=2e-3, rtol=2e-3)
