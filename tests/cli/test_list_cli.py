"""`multiact list`: what is listed, and how wide."""

import dataclasses
import json
import re
import sys

import pytest

import multiact
from multiact.analysis.stored import stored
from multiact.analysis.vocabulary import NUMBERS, PROPERTIES
from multiact.cli import listing, main, record
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


def test_nothing_found_is_said(capsys):
    assert main(["list", "gelu", "softmax"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("no activation has all of that")


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
    assert set(listed(capsys, "--year", "2017-")) == set(multiact.names(year=(2017, None)))
    assert listed(capsys, "--year", "2017-2018") == multiact.names(year=(2017, 2018))


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


@pytest.mark.parametrize("word", PROPERTIES)
def test_list_by_property(word, capsys):
    found = listed(capsys, "--property", word.replace("_", "-"))
    assert found == multiact.names(**{word: True})


def test_list_by_several_properties(capsys):
    found = listed(capsys, "--property", "odd,bounded", "--property", "monotone")
    assert found == multiact.names(odd=True, bounded=True, monotone=True)
    assert listed(capsys, "--property", "monotonic,odd,bounded") == found  # as it was called


def test_list_measures_only_if_it_is_asked(capsys, monkeypatch):
    monkeypatch.setattr(listing, "properties_of", lambda _: pytest.fail("measured"))
    assert "properties" not in json.loads(output(capsys, "list", "--json"))[0]
    assert "properties" not in json.loads(output(capsys, "list", "--json", "--sort", "year"))[0]


def test_list_by_cost_and_library(capsys):
    assert listed(capsys, "--max-cost", "2") == multiact.names(max_cost=2)
    found = listed(capsys, "--library", "torch", "--max-cost", "1.5", "--property", "sparse")
    assert found == multiact.names(library="torch", max_cost=1.5, sparse=True)
    rows = json.loads(output(capsys, "list", "--library", "torch", "--max-cost", "1.5", "--json"))
    assert all(row["properties"]["cost"] <= 1.5 for row in rows)


def test_list_sorted(capsys):
    rows = json.loads(output(capsys, "list", "--sort", "cost", "--json"))
    costs = [row["properties"]["cost"] for row in rows if "properties" in row]
    assert costs == sorted(costs)
    assert len(costs) == len(multiact.names(kind="elementwise"))
    assert all("properties" in row for row in rows[: len(costs)])  # others are last
    years = [row["year"] for row in json.loads(output(capsys, "list", "--sort", "year", "--json"))]
    known = [year for year in years if year is not None]
    assert known == sorted(known) == years[: len(known)]
    lines = output(capsys, "list", "--library", "torch", "--sort", "cost").splitlines()
    assert lines[0].split() == ["name", "kind", "cost", "what", "it", "is"]
    assert [line.split()[2] for line in lines if line.startswith("relu ")] == ["1"]
    assert [line.split()[2] for line in lines if line.startswith("softmax ")] == ["-"]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("order", NUMBERS)
def test_list_sorted_by(order, capsys):
    rows = listed(capsys, "--library", "torch", "--kind", "elementwise", "--sort", order)
    assert sorted(rows) == multiact.names(library="torch", kind="elementwise")
    values = [NUMBERS[order](p) for p in stored(rows).values()]
    known = [value for value in values if value is not None]
    assert known == sorted(known) == values[: len(known)]


MISTAKES = {
    "order": (["--sort", "costs"], "no order 'costs'; did you mean 'cost'?"),
    "property": (["--property", "smoth"], "no property 'smoth'; did you mean 'smooth'?"),
    "library": (["--library", "troch"], "did you mean 'torch'?"),
    "cost": (["--max-cost", "0"], "max_cost must be positive, got 0"),
    "year": (["--year", "20-21"], "--year must be a year or years, such as 2017, 2017-2020"),
    "no number": (["--max-cost", "little"], "invalid float value: 'little'"),
}


@pytest.mark.parametrize(("argv", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake(argv, message, capsys):
    assert main(["list", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_list_some_as_json(capsys):
    assert listed(capsys, "--kind", "gated") == multiact.names(kind="gated")
    learned = listed(capsys, "--learnable", "--family", "tanh_like")
    assert learned == multiact.names(family="tanh_like", learnable=True)
