"""Keras's and JAX's test files of their activations, run on ours.

Keras's is in its package. JAX's is in no package: MULTIACT_NN_TEST says where it is, as
`nox -s upstream` does.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from multiact.adapters.frameworks import part
from multiact.libraries import expanded, table
from tests.upstream import suites
from tests.upstream.deviations import JAXS_SUITE, KERASS_SUITE

NN_TEST = Path(os.environ.get("MULTIACT_NN_TEST", ""))
KERAS = importlib.util.find_spec("keras")
ACTIVATIONS_TEST = (
    Path(KERAS.origin or "").parent.joinpath("src", "activations", "activations_test.py")
    if KERAS
    else Path()
)

pytestmark = pytest.mark.filterwarnings("ignore")  # theirs


def chosen(path: Path, case: str, module: str, library: str) -> list[Any]:
    """The tests of the functions that we have."""
    if not path.is_file():
        return [pytest.param("", marks=pytest.mark.skip(reason=f"no tests of {library}"))]
    return [*suites.about(path, case, module, {*table(library).names})]


def check(case: Any, name: str, listed: Mapping[str, str]) -> None:
    """What fails is what is listed."""
    failed = suites.failures(case, name)
    expected = {n for n in listed if re.fullmatch(rf"{name}\d*", n)}
    assert {*failed} == expected, "\n".join(failed.values())


def of_keras(package: str, name: str) -> Callable[..., Any]:
    """A function of ours in Keras's place."""
    entry = table("keras").configuration(name)
    positional = [n for n in entry if n != "name"]
    backend = part(package, "_testing").BACKENDS[0]
    ours = importlib.import_module(f"multiact_{package}")

    def function(x: np.ndarray, *args: Any, approximate: bool = False, **given: Any) -> Any:
        values = {**dict(zip(positional, args, strict=False)), **given}
        key, values = expanded(f"keras:{name}", values)
        y = ours.function(f"{key}_tanh" if approximate else key)(
            backend.asarray(x, str(x.dtype)), **values
        )
        return backend.to_numpy(y)

    return function


@cache
def of_jax(name: str) -> Any:
    """A function of ours in JAX's place."""
    mj = importlib.import_module("multiact_jax")
    if name == "gelu":
        return lambda x, approximate=True: mj.gelu(x, approximate=approximate)
    return mj.create(f"jax:{name}")


@pytest.mark.parametrize("package", ["numpy", "torch", "jax"])
@pytest.mark.parametrize(
    "name", chosen(ACTIVATIONS_TEST, "ActivationsTest", "activations", "keras")
)
def test_keras(package, name, monkeypatch):
    pytest.importorskip(f"multiact_{package}")
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "jax"))
    theirs = importlib.import_module("keras.src.activations")
    module = importlib.import_module("keras.src.activations.activations_test")
    ours = {n: of_keras(package, n) for n in table("keras").names}
    monkeypatch.setattr(module, "activations", suites.Replaced(theirs, ours))
    np.random.seed(0)  # noqa: NPY002  theirs draw from it
    check(module.ActivationsTest, name, KERASS_SUITE)


@cache
def nn_test() -> Any:
    """JAX's file, which takes functions from jax.nn while it is imported."""
    jax = importlib.import_module("jax")
    jax.jit(lambda x: x + 1)(0)  # their tests see to it that no cache is made meanwhile
    ours = {n: of_jax(n) for n in table("jax").names}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax, "nn", suites.Replaced(jax.nn, ours))
        return suites.load(NN_TEST)


@pytest.mark.parametrize("name", chosen(NN_TEST, "NNFunctionsTest", "nn", "jax"))
def test_jax(name):
    pytest.importorskip("multiact_jax")
    check(nn_test().NNFunctionsTest, name, JAXS_SUITE)
