"""`create` and `config` of every adapter: from a configuration to a module and back."""

from __future__ import annotations

import importlib
import inspect
import json
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import multiact
from multiact.adapters.configuration import configure
from multiact.declare.activation import Activation
from tests.helpers.examples import examples, sizes

FUNCTIONS = ("multiact_numpy", "multiact_jax")
MODULES = ("multiact_torch", "multiact_flax", "multiact_flax.linen")
SHAPE = (2, 4, 6, 8)


@pytest.fixture(params=[*FUNCTIONS, *MODULES])
def package(request: pytest.FixtureRequest) -> ModuleType:
    pytest.importorskip(request.param.split(".")[0].partition("_")[2])
    return importlib.import_module(request.param)


def bound(made: Any) -> Any:
    """What a function or module was made with."""
    return getattr(made, "configuration", None) or made.activation


def _extra(package: ModuleType) -> dict[str, Any]:
    """What random initial values are drawn from."""
    if package.__name__ != "multiact_flax":
        return {}
    from flax import nnx

    return {"rngs": nnx.Rngs(0)}


def _varied(act: Activation, package: ModuleType) -> list[dict[str, Any]]:
    """Numbers other than the defaults; of modules also the sizes, and a parameter per channel."""
    scalars = {p.name for p in act.parameters if p.shaped is None}
    found = [
        {n: v for n, v in example.parameters.items() if n in scalars} for example in examples(act)
    ][:2]
    if package.__name__ in FUNCTIONS:
        return found
    known = sizes(act, SHAPE)
    per_channel = {"channels": SHAPE[1], "axis": 1} if act.kind == "elementwise" else {}
    several = [per_channel] * bool(scalars & {*act.learnable})
    return [{**known, **options} for options in (*found, *several, {"learnable": ()})]


@pytest.mark.parametrize("name", multiact.names())
def test_a_configuration_makes_an_equal_one(package: ModuleType, name: str) -> None:
    for options in _varied(multiact.get(name), package):
        made = package.create(name, **options, **_extra(package))
        stored = json.loads(json.dumps(made.config()))
        assert stored["name"] == name
        again = package.create(stored, **_extra(package))
        assert bound(again) == bound(made), (stored, options)
        assert again.config() == stored


def test_what_create_takes(package: ModuleType) -> None:
    talu = package.create("talu", alpha=0.5)
    for spec in (
        {"name": "talu", "alpha": 0.5},
        {"name": "TaLU", "alpha": 0.5},
        multiact.get("talu", alpha=0.5),
        multiact.get({"name": "talu", "alpha": 0.5}),
    ):
        assert package.create(spec).config()["alpha"] == 0.5
    assert bound(package.create({"name": "talu", "alpha": 3.0}, alpha=0.5)) == bound(talu)
    assert package.create(None).config()["name"] == "identity"
    assert package.create(np.tanh) is np.tanh
    given = partial(np.clip, min=0)
    assert package.create(given) is given
    assert package.create(dict, a=1) == {"a": 1}
    with pytest.raises(LookupError, match="did you mean 'talu'"):
        package.create("tallu")
    with pytest.raises(TypeError, match=r"alpha"):
        package.create("talu", alhpa=1.0)


def test_create_takes_our_functions_and_classes(package: ModuleType) -> None:
    numpy = importlib.import_module("multiact_numpy")
    assert package.create(numpy.talu).config()["name"] == "talu"
    if package.__name__ in MODULES:
        assert package.create(package.TaLU, alpha=0.5).config()["alpha"] == 0.5


def test_names_of_other_libraries(package: ModuleType) -> None:
    made = package.create("keras:leaky_relu")
    assert made.config()["name"] == "leaky_relu"
    assert made.config()["negative_slope"] == 0.2
    assert package.create("keras:leaky_relu", negative_slope=0.3).config()["negative_slope"] == 0.3
    if package.__name__ in MODULES:
        # the class is that of every leaky ReLU: its compiled programs are shared
        assert isinstance(made, package.LeakyReLU)
        per_channel = package.create({"name": "flax:PReLU", "channels": 3})
        assert per_channel.config()["weight"] == 0.01
        assert per_channel.config()["channels"] == 3


def test_functions_are_bound() -> None:
    numpy = importlib.import_module("multiact_numpy")
    x = np.asarray([-1.0, 2.0])
    np.testing.assert_array_equal(numpy.create("keras:leaky_relu")(x), [-0.2, 2.0])
    coefficients = np.asarray([1.0, 0.5])
    function = numpy.create("dct", coefficients=coefficients)
    again = numpy.create(json.loads(json.dumps(function.config())))
    np.testing.assert_array_equal(again(x), function(x, coefficients))


def test_an_array_is_not_left_out_silently() -> None:
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    module = mt.LeakyReLU(negative_slope=torch.tensor([0.1]))
    with pytest.raises(TypeError, match="negative_slope was given as an array"):
        module.config()


def test_in_a_linen_module_the_name_is_the_modules() -> None:
    linen = pytest.importorskip("multiact_flax.linen")
    for spec in ("talu", "keras:relu", {"name": "talu"}):
        assert linen.create(spec, name="first").name == "first"


def test_defaults_that_a_declaration_does_not_have():
    import multiact_numpy

    given = multiact_numpy.create({"name": "rational", "numerator": [1, 2]})
    kinds = {p.name: p.kind.name for p in inspect.signature(given).parameters.values()}
    assert kinds["denominator"] == "KEYWORD_ONLY"
    assert given(2.0, denominator=[0.0]) == 5
    assert configure(multiact.get("softmax", axis=(1, 2)), (), {}).settings["axis"] == (1, 2)


@pytest.mark.parametrize("name", MODULES)
def test_module_classes_by_name_and_configuration(name: str) -> None:
    pytest.importorskip(name.partition(".")[0].partition("_")[2])
    package = importlib.import_module(name)
    assert package.module_class("talu") is package.TaLU
    assert package.module_class({"name": "silu"}) is package.module_class(multiact.silu)
    with pytest.raises(LookupError, match="did you mean 'talu'"):
        package.module_class("tallu")


def test_what_the_core_has_is_named(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=r"did you mean multiact\.get"):
        package.get  # noqa: B018
