"""`multiact.names` with filters."""

from __future__ import annotations

import math
from typing import Any

import pytest

import multiact
from multiact.analysis.stored import stored
from multiact.analysis.vocabulary import PROPERTIES
from multiact.libraries import libraries, table
from tests.errors.core import declare
from tests.helpers.bare_import import run
from tests.helpers.registered import temporary_registrations

HAVE = {
    "monotone": ({"relu", "tanh"}, {"gelu", "sine"}),
    "increasing": ({"relu"}, {"gelu"}),
    "decreasing": (set(), {"relu"}),
    "bounded": ({"tanh", "sine"}, {"relu"}),
    "bounded_below": ({"relu", "tanh"}, {"identity"}),
    "bounded_above": ({"tanh", "logsigmoid"}, {"relu"}),
    "odd": ({"tanh", "identity"}, {"relu", "lisht"}),
    "even": ({"lisht"}, {"tanh"}),
    "continuous": ({"relu"}, {"hardshrink"}),
    "differentiable": ({"tanh", "celu"}, {"relu", "hardshrink"}),
    "smooth": ({"tanh"}, {"relu", "celu"}),
    "lipschitz": ({"relu"}, {"squared_relu", "hardshrink"}),
    "zero_at_zero": ({"relu"}, {"sigmoid"}),
    "zero_centred": ({"tanh", "selu", "hardshrink"}, {"relu", "lisht", "gelu"}),
    "sparse": ({"relu", "hardshrink", "squared_relu"}, {"tanh", "hardtanh", "leaky_relu"}),
}


@pytest.mark.parametrize("word", PROPERTIES)
def test_a_property(word: str) -> None:
    have, have_not = HAVE[word]
    with_it, without = multiact.names(**{word: True}), multiact.names(**{word: False})
    assert have <= set(with_it)
    assert have_not <= set(without)
    assert sorted(with_it + without) == multiact.names(kind="elementwise")
    assert multiact.names(**{word: None}) == multiact.names()


def test_several_filters() -> None:
    both = multiact.names(odd=True, smooth=True)
    assert both == [n for n in multiact.names(odd=True) if n in multiact.names(smooth=True)]
    assert multiact.names(kind="gated", odd=True) == []
    found = multiact.names(library="torch", monotone=True, bounded=True, zero_centred=True)
    assert found == ["hardtanh", "softsign", "tanh"]


def test_cost() -> None:
    costs = {name: p.cost for name, p in stored(multiact.names()).items()}
    cheap = multiact.names(max_cost=2)
    assert cheap == [name for name, cost in costs.items() if cost <= 2]
    assert "relu" in multiact.names(max_cost=1)
    assert "gelu" not in cheap
    assert multiact.names(max_cost=math.inf) == [*costs]


def test_year() -> None:
    def of(*years: int) -> list[str]:
        return [n for n in multiact.names() if any(n in multiact.names(year=y) for y in years)]

    assert "silu" in multiact.names(year=2017)
    assert multiact.names(year=(2016, 2018)) == of(2016, 2017, 2018)
    assert multiact.names(year=(2017, 2017)) == of(2017)
    early, late = multiact.names(year=(None, 2016)), multiact.names(year=(2017, None))
    assert not set(early) & set(late)
    assert "silu" in late
    assert "elu" in early
    dated = multiact.names(year=(None, None))
    assert sorted(early + late) == dated
    assert "identity" not in dated


@pytest.mark.parametrize("library", libraries())
def test_library(library: str) -> None:
    keys = {table(library).configuration(name)["name"] for name in table(library).names}
    assert multiact.names(library=library) == sorted(keys)
    assert keys <= set(multiact.names())


def test_a_library_and_more() -> None:
    assert "silu" in multiact.names(library="torch")
    assert "talu" not in multiact.names(library="torch")
    assert multiact.names(library="torch", kind="gated") == ["glu"]


def test_the_own_activations_of_a_user() -> None:
    with temporary_registrations():
        declare("xp.tanh(3 * x)", name="mine", reference="Doe 2031")
        assert "mine" in multiact.names(odd=True, smooth=True)
        assert "mine" not in multiact.names(even=True)
        assert multiact.names(year=2031) == ["mine"]
        assert "mine" not in multiact.names(library="torch")


def test_the_docstring_has_every_word() -> None:
    doc = str(multiact.names.__doc__)
    assert [word for word in PROPERTIES if f"`{word}`" not in doc] == []


MISTAKES: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "word": ({"monoton": True}, TypeError, "did you mean 'monotone'"),
    "option": ({"libary": "torch"}, TypeError, "did you mean 'library'"),
    "nothing like it": ({"xyzzy": True}, TypeError, "choose from 'monotone'"),
    "value": ({"odd": "yes"}, TypeError, "odd must be True or False, got 'yes'"),
    "three years": ({"year": (1, 2, 3)}, TypeError, r"year must be .*, got \(1, 2, 3\)"),
    "half a year": ({"year": 2017.5}, TypeError, "year must be"),
    "cost": ({"max_cost": -1}, ValueError, "max_cost must be positive, got -1"),
    "no number": ({"max_cost": math.nan}, ValueError, "max_cost must be positive, got nan"),
    "truth": ({"max_cost": True}, TypeError, "max_cost must be a number, got True"),
    "library": ({"library": "kears"}, ValueError, "did you mean 'keras'"),
    "kind": ({"kind": "gatd"}, ValueError, "did you mean 'gated'"),
}


@pytest.mark.parametrize(("given", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake(given: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        multiact.names(**given)


def test_without_filters_nothing_is_read_but_the_index() -> None:
    calls = "multiact.names(); multiact.names(kind='gated', year=2017, library='torch')"
    loaded = "[n for n in sys.modules if n.startswith(('multiact.analysis', 'multiact.cli'))]"
    assert run(f"import sys, multiact; {calls}; print({loaded})") == "[]\n"
