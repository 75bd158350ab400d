"""`multiact relatives`, `multiact show --relatives` and `multiact map`."""

import json

import pytest

import multiact
from multiact.cli import main, mapping
from multiact.relations.curves import Curve
from tests.helpers.commands import output
from tests.helpers.registered import temporary_registrations

MINE = '''
import multiact

@multiact.activation
def my_gate(x, /, *, xp):
    """A gate that is not new."""
    return 3 * x / (1 + xp.exp(-1.702 * x))

@multiact.activation
def my_wave(x, /, *, xp):
    """A wave that is."""
    return xp.sin(x) * xp.exp(-x * x) + 0.1 * x
'''
#: few, so that each is found quickly
KNOWN = ("quick_gelu", "silu", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "gelu_10")


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    curves = [Curve(multiact.get(name)) for name in KNOWN]
    monkeypatch.setattr("multiact.relations.answer.catalogue", lambda: iter(curves))
    monkeypatch.setattr(mapping, "catalogue", lambda: iter(curves))
    with temporary_registrations():
        yield


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    return f"{tmp_path}/mine.py"


def test_what_is_not_new(mine, capsys):
    text = output(capsys, "relatives", f"{mine}:my_gate")
    assert text.startswith("my_gate is not new: but for factors and shifts it is quick_gelu\n")
    assert "affine:       my_gate(x) = 3 quick_gelu(x)  (symbolic)\n" in text
    assert "my_gate(x) = (1500/851) silu(1.702 x)  (symbolic)" in text
    head = text.splitlines()[6]
    assert head.split() == ["L2", "max", "slopes", "L2", "fitted", "unlike"]


def test_what_is_new(mine, capsys):
    text = output(capsys, "relatives", f"{mine}:my_wave", "--nearest", "2")
    assert text.startswith("my_wave is new: the nearest is ")
    assert len(text.splitlines()) == 6


def test_parameters_on_the_command_line(capsys):
    text = output(capsys, "relatives", "leaky_relu", "--negative-slope", "0")
    assert "leaky_relu(x, negative_slope=0) = relu(x)" in text


def test_as_json(mine, capsys):
    gate, wave = json.loads(
        output(capsys, "relatives", f"{mine}:my_gate", f"{mine}:my_wave", "--json")
    )
    assert (gate["new"], wave["new"]) == (False, True)
    first = gate["relations"][0]
    assert (first["kind"], first["right"], first["a"]) == ("affine", "quick_gelu", 3.0)
    assert [len(each["nearest"]) for each in (gate, wave)] == [5, 5]
    assert {"l2", "sup", "slopes"} == set(wave["nearest"][0]["plain"])


def test_show(capsys):
    text = output(capsys, "show", "tanh", "--relatives")
    assert "affine:       tanh(x) = 2 sigmoid(2 x) - 1  (60 digits)" in text
    assert "nearest others" in text
    assert "nearest others" not in output(capsys, "show", "tanh")
    (shown,) = json.loads(output(capsys, "show", "tanh", "--relatives", "--json"))
    assert shown["relatives"]["relations"][0]["right"] == "sigmoid"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["relatives", "glu"], "glu is not a function of one element: it is not compared"),
        (["relatives", "rrelu"], "rrelu has noise (noise)"),
        (["relatives", "rational"], "rational has parameters that are not numbers (numerator"),
        (["relatives", "tanhh"], "did you mean"),
        (["relatives", "tanh", "--nearest", "0"], "--nearest must be 1 or more, got 0"),
        (["map", "--out", "map.xyz"], "xyz"),
        (["map", "--out", "nowhere/map.png"], "there is no folder"),
    ],
)
def test_errors(argv, message, capsys):
    assert main(argv) == 2
    assert message in capsys.readouterr().err


def test_map_as_json(tmp_path, capsys):
    file = tmp_path / "map.json"
    printed = json.loads(output(capsys, "map", "--out", str(file), "--json"))
    saved = json.loads(file.read_text())
    assert printed == {"file": str(file), **saved}
    assert [p["name"] for p in saved["points"]] == list(KNOWN)
    members = sorted(n for family in saved["families"] for n in family["members"])
    assert members == sorted(KNOWN)
    texts = [r["text"] for r in saved["relations"]]
    assert "relu(x) = leaky_relu(x, negative_slope=0)" in texts
    assert saved["nearest"]["gelu"][0]["name"] == "gelu_10"
    alike = saved["nearest"]["tanh"][0]
    assert (alike["name"], alike["unlike"]) == ("sigmoid", 0.0)
    at = {p["name"]: (p["x"], p["y"]) for p in saved["points"]}
    assert at["tanh"] == pytest.approx(at["sigmoid"])  # which coincide but for scales
    assert at["tanh"] != pytest.approx(at["relu"], abs=0.05)


def test_map_as_text(capsys):
    text = output(capsys, "map")
    assert "special case: relu(x) = leaky_relu(x, negative_slope=0)" in text


def test_map_as_a_picture(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    file = tmp_path / "map.svg"
    assert output(capsys, "map", "--out", str(file)).strip() == str(file)
    text = file.read_text()
    assert all(f'id="label {name}"' in text for name in KNOWN)
