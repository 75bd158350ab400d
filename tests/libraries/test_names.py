"""Every name of other libraries is the function that its documentation defines, or is refused."""

from __future__ import annotations

from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest

import multiact
from multiact.libraries import REQUIRED, libraries, table
from tests.libraries.__main__ import PAGE, page
from tests.libraries.definitions import ADMITTED, DEFINITIONS, GIVEN, NEAR_ZERO

NAMES = [(library, name) for library in libraries() for name in table(library).names]


def required(library: str, name: str) -> dict[str, Any]:
    """Values for the parameters that have no default."""
    entry = table(library).configuration(name)
    return {n: GIVEN[n] for n, value in entry.items() if value is REQUIRED}


def points(kind: str) -> np.ndarray:
    """Numbers with each corner beside them, or an array for functions of several elements."""
    if kind == "elementwise":
        return np.concatenate([np.linspace(-12, 12, 97), [-50.0, -0.3, 0.3, 1e-3, 20.5, 41.0]])
    return np.random.default_rng(5).normal(size=(2, 4, 6, 4), scale=2.0)


def weights() -> dict[str, np.ndarray]:
    """For SwiGLU as a layer."""
    drawn = np.random.default_rng(6)
    return {"gate": drawn.normal(size=(4, 4)), "value": drawn.normal(size=(4, 4))}


@pytest.mark.parametrize(("library", "name"), NAMES, ids=[":".join(n) for n in NAMES])
def test_the_function_is_the_same(library, name):
    given = required(library, name)
    function = mn.create(f"{library}:{name}", **given)
    x = points(function.activation.kind)
    if function.activation.key == "swiglu_layer":
        w = weights()
        zeros = np.zeros(4)
        result = function(x, w["gate"], zeros, w["value"], zeros)
        expected = DEFINITIONS[library][name](x, **w)
    elif function.activation.key == "gumbel_softmax":
        noise = np.random.default_rng(8).uniform(size=x.shape)
        result, expected = function(x, noise=noise), DEFINITIONS[library][name](x, noise)
    else:
        result, expected = function(x), DEFINITIONS[library][name](x, **given)
    assert result.dtype == np.float64
    rtol = ADMITTED.get((library, name), 1e-11)
    atol = NEAR_ZERO.get((library, name), 1e-13)
    np.testing.assert_allclose(result, expected, rtol=rtol, atol=atol)


def test_what_differs_is_noted():
    for library, name in (*ADMITTED, *NEAR_ZERO):
        assert name in table(library).notes


@pytest.mark.parametrize("library", libraries())
def test_tables_and_definitions_have_the_same_names(library):
    names = table(library)
    assert {*names.names} == {*DEFINITIONS[library]}
    assert not {*names.names} & {*names.refused}
    assert {*names.notes} <= {*names.names}
    assert names.source.startswith("https://")


@pytest.mark.parametrize("library", libraries())
def test_refusals_have_reasons(library):
    for name, reason in table(library).refused.items():
        with pytest.raises(LookupError, match="stands for no activation") as caught:
            multiact.get(f"{library}:{name}")
        assert reason in str(caught.value)


def test_names_of():
    for library in libraries():
        assert multiact.names_of(library) == [f"{library}:{n}" for n in table(library).names]
    assert sum(len(table(n).names) + len(table(n).refused) for n in libraries()) == 412


def test_a_value_replaces_a_default():
    assert multiact.get("keras:leaky_relu", negative_slope=0.3).parameters[0].default == 0.3
    given = {"name": "keras:leaky_relu", "negative_slope": 0.4}
    assert multiact.get(given).parameters[0].default == 0.4
    assert multiact.get(given, negative_slope=0.5).parameters[0].default == 0.5


def test_the_page_has_the_tables():
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.libraries"
