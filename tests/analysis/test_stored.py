"""The stored properties: read if they are up to date, and measured where they are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import multiact
from multiact.analysis import properties, stored
from multiact.declare import index
from multiact.declare.activation import Activation
from tests.errors.core import declare
from tests.helpers.registered import temporary_registrations

SOME = ["hardshrink", "relu", "rrelu", "softmax"]


class Place:
    """A small catalogue, where its properties are stored, and what has been measured."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "_properties.json"
        self.formulas = self.code = "1"
        self.catalogue = [multiact.get(name) for name in SOME]
        self.measured: list[str] = []

    def load(self) -> tuple[stored.Known, list[str]]:
        """The properties, and the names of what had to be measured for them."""
        self.measured = []
        return stored.load(), self.measured

    def properties(self, act: Activation) -> Any:
        """Measure, and take note of it."""
        self.measured.append(act.key)
        return properties(act)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    place = Place(tmp_path)
    monkeypatch.setattr(stored, "file", lambda: place.file)
    monkeypatch.setattr(stored, "properties", place.properties)
    monkeypatch.setattr(stored, "catalogue", lambda: place.catalogue)
    monkeypatch.setattr(stored, "_code_digest", lambda: place.code)
    monkeypatch.setattr(stored, "_known", {})
    monkeypatch.setattr(index, "digest", lambda: place.formulas)
    return place


def test_what_is_read_is_what_was_measured(place: Place) -> None:
    first, measured = place.load()
    assert measured == SOME
    again, measured = place.load()
    assert measured == []
    assert again == first == {name: properties(name) for name in SOME}
    assert first["softmax"] is None


def test_a_changed_formula_alone_is_measured_again(place: Place) -> None:
    place.load()
    place.formulas = "2"  # a comment
    assert place.load()[1] == []
    with temporary_registrations():
        place.catalogue.append(declare("xp.where(x > 0, x, 0.25 * x)"))
        place.formulas = "3"
        assert place.load()[1] == ["planted"]
        place.catalogue[-1] = declare("xp.where(x > 0, x, 0.5 * x)")
        place.formulas = "4"
        found, measured = place.load()
        assert measured == ["planted"]
        assert found["planted"] == properties("planted")
    assert place.load()[1] == []


def test_what_is_added_and_taken_away(place: Place) -> None:
    place.load()
    place.catalogue = [multiact.get(name) for name in ("relu", "tanh")]
    place.formulas = "2"
    found, measured = place.load()
    assert (list(found), measured) == (["relu", "tanh"], ["tanh"])


def test_all_is_measured_if_the_measure_has_changed(place: Place) -> None:
    place.load()
    place.code = "2"
    assert place.load()[1] == SOME
    assert place.load()[1] == []


FACTS = {
    "formula": ("xp.where(x > 0, x, 0.5 * x)", {}),
    "default": ("xp.where(x > 0, x, 0 * x) * a", {"arguments": "x, /, a=2.0, *, xp"}),
    "limits": ("xp.where(x > 0, x, 0 * x)", {"limits": (1.0, None)}),
    "kinks": ("xp.where(x > 0, x, 0 * x)", {"kinks": lambda: {0.0: 0.5}}),
}


@pytest.mark.parametrize("what", FACTS)
def test_the_stamp_has(what: str) -> None:
    body, facts = FACTS[what]
    with temporary_registrations():
        usual = stored._stamp(declare("xp.where(x > 0, x, 0 * x)"))
        assert stored._stamp(declare("xp.where(x > 0, x, 0 * x)")) == usual
        assert stored._stamp(declare(body, **facts)) != usual
    assert stored._stamp(multiact.get("swish")) != stored._stamp(multiact.get("swish", beta=1.5))


DAMAGED = {
    "empty": "",
    "cut off": '{"formulas": "1", "code": "1", "entr',
    "a list": "[]",
    "no entries": '{"formulas": "1", "code": "1"}',
    "another version": '{"formulas": "1", "code": "1", "entries": {"relu": {"properties": {}}}}',
    "no properties": '{"formulas": "1", "code": "1", "entries": {"relu": {}}}',
    "words": '{"formulas": "1", "code": "1", "entries": {"relu": "increasing"}}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_written_anew(text: str, place: Place) -> None:
    place.file.write_text(text)
    found, measured = place.load()
    assert measured == SOME
    assert found["relu"] == properties("relu")
    assert json.loads(place.file.read_text())["entries"].keys() == set(SOME)
    assert [p.name for p in place.file.parent.iterdir()] == [place.file.name]


def test_where_it_cannot_be_written(place: Place, tmp_path: Path) -> None:
    place.file = tmp_path / "no such folder" / "_properties.json"
    assert place.load()[0]["relu"] == properties("relu")
    assert place.load()[1] == SOME
    assert [*tmp_path.iterdir()] == []


def test_a_process_reads_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(stored.stored(SOME)) == ["hardshrink", "relu", "rrelu"]
    monkeypatch.setattr(stored, "load", lambda _: pytest.fail("read again"))
    assert stored.stored(["relu"]) == {"relu": properties("relu")}


def test_the_own_activations_of_a_user_are_measured_when_asked_for(place: Place) -> None:
    with temporary_registrations():
        place.load()
        declare("xp.tanh(x)", name="mine")
        assert stored.stored(["mine", "relu"])["mine"].high == 1
        declare("2 * xp.tanh(x)", name="mine")  # again, as in a notebook
        assert stored.stored(["mine"])["mine"].high == 2
    assert "mine" not in place.file.read_text()


def test_progress(place: Place) -> None:
    seen: list[Any] = []

    @contextmanager
    def progress(what: str, total: int) -> Iterator[Any]:
        seen.append((what, total))
        yield seen.append

    stored.load(progress)
    assert seen == [("measuring", len(SOME)), *SOME]
    seen.clear()
    stored.load(progress)
    assert seen == []


def test_what_is_stored_of_the_catalogue_is_what_is_measured() -> None:
    for name in ("talu", "frac_relu", "rational"):
        assert stored.stored([name])[name] == properties(name)
