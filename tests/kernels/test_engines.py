"""Which engine computes, and that all of them compute the same."""

from __future__ import annotations

import os
import subprocess
import sys

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from tests.helpers import processes


@pytest.mark.parametrize("name", ["talu", "gelu", "prelu", "swish"])
@pytest.mark.parametrize("chosen", ["native", "blocked"])
def test_engines_agree(name: str, chosen: str) -> None:
    x = np.random.default_rng(0).normal(size=(1000, 131)) * 4
    with multiact.use_engine(chosen):
        found = getattr(mn, name)(x), getattr(mn, name).derivative(2)(x.T)
    expected = multiact.get(name)(x), multiact.derivative(name, order=2)(x.T)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("chosen", ["native", "blocked", "reference"])
@pytest.mark.parametrize(("dtype", "width"), [("float32", 1e-20), ("float64", 1e-200)])
def test_a_slope_is_finite_where_a_square_in_it_is_not(
    chosen: str, dtype: str, width: float
) -> None:
    with multiact.use_engine(chosen):
        x = np.asarray([0.0, width], dtype)
        found = multiact.derivative("scaled_softsign")(x, 1.0, width)
    np.testing.assert_allclose(found, np.asarray([1 / width, 0.25 / width], dtype), rtol=1e-5)


CHANNELS = """
import sys, numpy as np, multiact, multiact_numpy as mn
from multiact.kernels import compiler
assert compiler.compiler() is None and multiact.engine() == sys.argv[1]
x = np.linspace(-3, 3, 4096 * 17).reshape(4096, 17)
for shape in ((17,), (1, 17), (4096, 1), (4096, 17), ()):
    alpha = np.linspace(0.5, 2, int(np.prod(shape))).reshape(shape)
    found = mn.talu(x, alpha), mn.talu.derivative(wrt="alpha")(x, alpha)
    expected = np.where(x < 0, alpha * np.tanh(x), x), np.where(x < 0, np.tanh(x), 0)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, np.broadcast_to(b, x.shape), rtol=1e-14)
deep = x.reshape(64, 64, 17)
alpha = np.linspace(0.5, 2, 64)[:, None]
np.testing.assert_allclose(mn.talu(deep, alpha), np.where(deep < 0, alpha * np.tanh(deep), deep))
print("right")
"""


@pytest.mark.parametrize("chosen", ["auto", "native", "blocked", "reference"])
def test_channels_of_a_large_array_without_a_compiler(chosen: str) -> None:
    """`talu(np.ones((4096, 16)), np.arange(1, 17.0))` raised once, and only there."""
    environment = {"MULTIACT_CC": "/nonexistent", "MULTIACT_ENGINE": chosen}
    out, err = processes.finished(processes.python("-c", CHANNELS, chosen, **environment))
    assert out == "right\n"
    warned = chosen in ("auto", "native")  # the others need no compiler
    assert err.count("RuntimeWarning") == warned
    assert ("MULTIACT_CC='/nonexistent' names no command" in err) == warned


def test_engine_is_chosen_by_context_and_environment() -> None:
    with multiact.use_engine("native"):
        assert multiact.engine() == "native"
        with multiact.use_engine("reference"):
            assert multiact.engine() == "reference"
        assert multiact.engine() == "native"
    with pytest.raises(ValueError, match="no engine 'native2'; did you mean 'native'"):
        multiact.use_engine("native2").__enter__()
    code = "import multiact; print(multiact.engine())"
    for given, printed in (("blocked", "blocked"), ("", "auto")):
        environment = {**os.environ, "MULTIACT_ENGINE": given}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == printed
