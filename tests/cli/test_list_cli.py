"""`multiact list`: what is listed, and how wide."""

import dataclasses
import json
import re
import sys

import pytest

import multiact
from multiact.cli import listing, record
from tests.helpers.commands import output


def test_list(capsys):
    lines = output(capsys, "list").splitlines()
    assert lines[0].split()[:2] == ["name", "kind"]
    assert [line.split()[0] for line in lines[1:]] == multiact.names()
    assert max(map(len, lines)) <= 80


def test_list_takes_the_width_of_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, output(capsys, "list").splitlines())) > 60  # a pipe has none
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    text = re.sub("\x1b\\[[0-9;]*m", "", output(capsys, "list"))
    assert max(map(len, text.splitlines())) <= 60


def listed(capsys, *argv):
    return [row["name"] for row in json.loads(output(capsys, "list", *argv, "--json"))]


def selected(holds):
    return [name for name in multiact.names() if holds(multiact.get(name))]


def test_list_by_words(capsys):
    def has(word, *texts):
        return any(word in text.lower() for text in texts)

    assert listed(capsys, "Gated", "TANH") == selected(
        lambda a: (
            has("gated", a.key, a.name, *a.aliases, a.summary, a.reference)
            and has("tanh", a.key, a.name, *a.aliases, a.summary, a.reference)
        )
    )
    assert "swiglu" in listed(capsys, "Shazeer")  # in the reference
    assert listed(capsys, "maxmin") == listed(capsys, "--alias", "MaxM") == ["group_sort"]
    assert listed(capsys, "--alias", "softmax2d") == []  # a name, no alias
    assert listed(capsys, "there is no such thing") == []


def test_list_by_year(capsys):
    assert listed(capsys, "--year", "2017") == selected(lambda a: " 2017" in a.reference)
    early = listed(capsys, "--year", "1800-1998")
    assert {"sigmoid", "softmax"} < set(early)
    assert "gelu" not in early


YEARS = {
    "Maas et al. 2013": 2013,
    "Doe (2021). A title": 2021,
    "Verhulst 1838": 1838,
    "arXiv:2005.01234": None,
    "https://example.org/relu-2019": None,
    "Annals 2019/3": None,
    "doi:10.1000/2019.55, torch.nn.Hardshrink": None,
    "Axioms 12(3) 2460, 99": None,
    "Doe, arXiv:2005.01234, revised in 2022.": 2022,
}


@pytest.mark.parametrize(("reference", "year"), YEARS.items(), ids=YEARS)
def test_the_year_of_a_reference(reference, year):
    act = dataclasses.replace(multiact.get("relu"), reference=reference)
    assert record.year(act) == year


HAVE = {
    "monotonic": ({"relu", "tanh"}, {"gelu", "sine"}),
    "increasing": ({"relu"}, {"gelu"}),
    "decreasing": (set(), {"relu"}),
    "bounded": ({"tanh", "sine"}, {"relu"}),
    "bounded-below": ({"relu", "tanh"}, {"identity"}),
    "bounded-above": ({"tanh", "logsigmoid"}, {"relu"}),
    "odd": ({"tanh", "identity"}, {"relu", "lisht"}),
    "even": ({"lisht"}, {"tanh"}),
    "continuous": ({"relu"}, {"hardshrink"}),
    "differentiable": ({"tanh", "celu"}, {"relu", "hardshrink"}),
    "smooth": ({"tanh"}, {"relu", "celu"}),
    "lipschitz": ({"relu"}, {"squared_relu", "hardshrink"}),
    "zero-at-zero": ({"relu"}, {"sigmoid"}),
}


@pytest.mark.parametrize("name", listing.PROPERTIES)
def test_list_by_property(name, capsys, monkeypatch):
    have, have_not = HAVE[name]
    monkeypatch.setattr(multiact, "names", lambda **_: sorted(have | have_not))
    assert set(listed(capsys, "--property", name)) == have


def test_list_by_several_properties(capsys, monkeypatch):
    monkeypatch.setattr(multiact, "names", lambda **_: ["relu", "sine", "softmax", "tanh"])
    assert listed(capsys, "--property", "odd,bounded", "--property", "monotonic") == ["tanh"]


def test_list_measures_only_if_it_is_asked(capsys, monkeypatch):
    monkeypatch.setattr(listing, "properties", lambda _: pytest.fail("measured"))
    assert "properties" not in json.loads(output(capsys, "list", "--json"))[0]


def test_list_some_as_json(capsys):
    assert listed(capsys, "--kind", "gated") == multiact.names(kind="gated")
    learned = listed(capsys, "--learnable", "--family", "tanh_like")
    assert learned == multiact.names(family="tanh_like", learnable=True)
