"""All packages have one face: exact names of functions and classes, aliases, submodules."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

import multiact
from multiact.adapters.package import _CORE

#: functions, classes
FACES = {
    "multiact": (True, False),
    "multiact_numpy": (True, False),
    "multiact_torch": (True, True),
    "multiact_jax": (True, False),
    "multiact_flax": (True, True),
    "multiact_flax.linen": (True, True),
}


@pytest.fixture(params=FACES)
def package(request: pytest.FixtureRequest) -> ModuleType:
    framework = request.param.split(".")[0].partition("_")[2]
    if framework:
        pytest.importorskip(framework)
    return importlib.import_module(request.param)


def test_which_words_are_attributes(package: ModuleType) -> None:
    functions, classes = FACES[package.__name__]
    for word in ("talu", "sigmoid", "expit", "tanhexp"):
        assert hasattr(package, word) == functions, word
    for word in ("TaLU", "LeakyReLU", "TanhExp"):
        assert hasattr(package, word) == classes, word
    for word in ("ta_lu", "TALU", "leaky-relu", "taLU", "leakyrelu", "tal"):
        assert not hasattr(package, word), word
    with pytest.raises(
        AttributeError, match=r"no attribute 'tallu'; did you mean 'talu'|did you mean 'TaLU'"
    ):
        package.tallu  # noqa: B018
    assert {"talu"} <= set(dir(package)) or not functions
    assert {"TaLU"} <= set(dir(package)) or not classes


@pytest.mark.parametrize("word", ["TaLU", "LeakyReLU", "TALU"])
def test_a_class_where_there_are_functions_alone(word: str) -> None:
    with pytest.raises(AttributeError, match=f"{word}'; did you mean '(talu|leaky_relu)'"):
        getattr(multiact, word)


def test_the_functions_of_the_core_are_known() -> None:
    assert {*_CORE} == {name for name in multiact.__all__ if name.islower()}


def test_submodules_are_imported_when_asked_for() -> None:
    for name in (
        "analysis",
        "plotting",
        "experiments",
        "checkpoints",
        "testing",
        "special",
        "parameters",
    ):
        assert getattr(multiact, name) is importlib.import_module(f"multiact.{name}")
    assert multiact.analysis.properties("silu") is not None


@pytest.mark.parametrize(
    "module",
    ["multiact.kernels.engines", "multiact.analysis.variance", "multiact.analysis.measured"],
)
def test_no_function_shadows_a_module(module: str) -> None:
    found = importlib.import_module(module)
    parent, _, name = module.rpartition(".")
    assert getattr(importlib.import_module(parent), name) is found
    assert isinstance(found, ModuleType)
