"""`multiact explore` writes one page that needs nothing else, and opens it."""

from __future__ import annotations

import json
import re
import webbrowser
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

import multiact
from multiact.cli import explore, main
from tests.helpers.commands import output
from tests.helpers.registered import temporary_registrations

MINE = '''
import multiact
from multiact.parameters import Learnable, Positive

@multiact.activation(name="SoftBend")
def soft_bend(x, /, beta: Learnable[Positive] = 1.0, *, xp):
    """A softplus times a gate."""
    return xp.log(1 + xp.exp(beta * x)) / (1 + xp.exp(-x))
'''


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """The addresses that would be opened in a browser."""
    found = []
    monkeypatch.setattr(webbrowser, "open", lambda url: found.append(url) or True)
    with temporary_registrations():
        yield found


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "bends.py").write_text(MINE)
    return f"{tmp_path}/bends.py:soft_bend"


def keys(text):
    return re.findall(r'^explorer\.activations\.set\("(\w+)"', text, re.MULTILINE)


def start(text):
    return re.search(r'data-start="([^"]*)"', text)[1].replace("&amp;", "&")


def test_a_page_of_some_activations(tmp_path, capsys, opened):
    file = tmp_path / "page.html"
    assert output(capsys, "explore", "talu", "gelu", "--out", str(file)) == f"{file}\n"
    text = file.read_text("utf-8")
    assert keys(text) == ["talu", "gelu"]
    assert start(text) == "a=talu&a=gelu"
    assert opened == []


def test_the_page_needs_no_other_file(tmp_path, capsys):
    file = tmp_path / "page.html"
    output(capsys, "explore", "talu", "--out", str(file))
    text = file.read_text("utf-8")
    assert not re.search(r'(src|href)="(?!data:)', text)
    assert "{{" not in text
    assert "import(" not in text


def test_it_is_opened(capsys, opened):
    file = output(capsys, "explore", "talu").strip()
    (url,) = opened
    assert unquote(urlparse(url).path) == file
    assert keys(Path(file).read_text("utf-8")) == ["talu"]


def test_a_users_own_activation(mine, tmp_path, capsys):
    file = tmp_path / "page.html"
    output(capsys, "explore", mine, "swish", "--beta", "2", "--out", str(file))
    text = file.read_text("utf-8")
    assert keys(text) == ["soft_bend", "swish"]
    assert start(text) == "a=soft_bend&.beta=2&a=swish&.beta=2"
    assert '"declared": "bends"' in text


def test_several_values_are_several_curves_of_one_activation(tmp_path, capsys):
    file = tmp_path / "page.html"
    output(capsys, "explore", "talu", "--alpha", "1", "0.5", "--out", str(file))
    text = file.read_text("utf-8")
    assert keys(text) == ["talu"]
    assert start(text) == "a=talu&a=talu&.alpha=0.5"


def test_more_than_can_be_drawn_at_once_can_be_chosen(tmp_path, capsys):
    file = tmp_path / "page.html"
    names = ["relu", "elu", "gelu", "silu", "tanh", "talu", "mish"]
    output(capsys, "explore", *names, "--out", str(file))
    text = file.read_text("utf-8")
    assert keys(text) == names
    most = int(re.search(r"const MOST = (\d+);", text)[1])
    assert start(text) == "&".join(f"a={n}" for n in names[:most])


def test_without_names_it_has_the_catalogue(tmp_path, capsys, monkeypatch):
    few = [multiact.get(n) for n in ("gelu", "softmax", "talu")]
    monkeypatch.setattr(explore, "catalogue", lambda: few)
    file = tmp_path / "page.html"
    found = json.loads(output(capsys, "explore", "--out", str(file), "--json"))
    assert found == {"file": str(file), "drawn": ["gelu"], "opened": False}
    text = file.read_text("utf-8")
    assert keys(text) == ["gelu", "talu"]
    assert 'explorer.omitted["softmax"]' in text


def test_a_relative_file(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", "talu", "--out", "page.html"]) == 0
    assert (tmp_path / "page.html").exists()
