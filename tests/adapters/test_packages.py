"""All packages have one face: exact names of functions and classes, aliases, submodules."""

from __future__ import annotations

import doctest
import importlib
from types import ModuleType

import pytest

import multiact

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


def test_docstrings_have_formula_parameters_slope_example_and_reference(
    package: ModuleType,
) -> None:
    functions, classes = FACES[package.__name__]
    if package is multiact:
        return
    for word in ["talu"] * functions + ["TaLU"] * classes:
        text = getattr(package, word).__doc__
        for part in (
            "``alpha*tanh(x) if x < 0 else x``",
            "alpha : float or",
            "Greater than 0",
            "it is 1 at 0",
            "Examples\n",
            "Hughes",
        ):
            assert part in text, (word, part)
        if word == "TaLU":
            for part in ("learnable : tuple of str", "channels : int or None", "axis : int"):
                assert part in text


@pytest.mark.parametrize(
    "word", ["talu", "TaLU", "staf", "STAF", "glu", "GLU", "softmax", "crelu", "MoE", "rrelu"]
)
def test_examples_of_docstrings_run(package: ModuleType, word: str) -> None:
    functions, classes = FACES[package.__name__]
    if package is multiact or not (classes if word[0].isupper() else functions):
        return
    text = getattr(package, word).__doc__
    test = doctest.DocTestParser().get_doctest(text, {}, word, None, 0)
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_a_users_own_docstring_is_kept(package: ModuleType) -> None:
    from tests.helpers.registered import temporary_registrations

    functions, classes = FACES[package.__name__]
    if package is multiact:
        return
    with temporary_registrations():

        @multiact.activation(name="Planted")
        def planted(x, /, *, xp):
            """Summary of mine.

            A second paragraph, which says more.
            """
            return xp.tanh(x)

        for word in ["planted"] * functions + ["Planted"] * classes:
            text = getattr(package, word).__doc__
            assert text.startswith("Summary of mine.\n\nA second paragraph, which says more.\n")
