"""Which engine computes, and that all of them compute the same."""

from __future__ import annotations

import os
import subprocess
import sys

import multiact_numpy as mn
import numpy as np
import pytest

import multiact


@pytest.mark.parametrize("name", ["talu", "gelu", "prelu", "swish"])
@pytest.mark.parametrize("chosen", ["native", "blocked", "reference"])
def test_engines_agree(name: str, chosen: str) -> None:
    x = np.random.default_rng(0).normal(size=(1000, 131)) * 4
    with multiact.use_engine(chosen):
        found = getattr(mn, name)(x), getattr(mn, name).derivative(2)(x.T)
    expected = multiact.get(name)(x), multiact.derivative(name, order=2)(x.T)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


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
