"""`multiact show`: what is shown, as text, as JSON and as a curve."""

import json
import re
import sys

import numpy as np
import pytest

import multiact
from multiact.analysis.slices import Slice, slices
from multiact.cli import show
from multiact.cli.curve import curve
from tests.helpers.commands import output
from tests.helpers.representatives import representatives


def test_show(capsys):
    text = output(capsys, "show", "TaLU", "--order", "1", "--code")
    for part in (
        "alpha*tanh(x) if x < 0 else x",
        r"\alpha \, \tanh",
        "alpha*sech2(x) if x < 0 else 1",
        "alpha = 1.0, greater than 0, learned",
        "range -1 to inf",
        "arXiv:2305.04402",
        "TaLU(alpha=1.0, *, learnable=('alpha',), channels=None, axis=1)",
        "multiact_numpy.talu",
        "def talu(x: Any, /, alpha: Learnable[Positive]",
        "def talu_1(x, alpha, xp):",
    ):
        assert part in text, part


def test_show_names_the_rewriting_rules(capsys):
    text = output(capsys, "show", "elu")
    assert "exp(u) - 1 as expm1(u)" in text
    errors = r"the error in float32 on \[-80, 80\]: [01]\.\d+ ULP; as written 4\.\d+e\+05"
    assert re.search(errors, text)
    assert "nothing: it is computed as it is written" in output(capsys, "show", "tanh")


@pytest.mark.parametrize("name", representatives())
def test_show_any_activation(name, capsys):
    text = output(capsys, "show", name)
    assert text.startswith(f"{multiact.get(name).name} ({name}): ")
    assert "  \n" not in text
    (shown,) = json.loads(output(capsys, "show", name, "--json", "--code"))
    assert shown["formula"] == multiact.analysis.text(name)
    assert [p["name"] for p in shown["parameters"]] == list(multiact.get(name).by_name)
    assert f"def {name}(" in shown["code"][0]


SHOWN = {
    "relu": (
        "f(x) = x at 0 to inf, attracting",
        "at N(0, 1)  mean 0.398942, E[f^2] 0.5, E[f'^2] 0.5",
        "gain 1.41421 forward, 1.41421 backward",
        "f = 0 for 50 %, |f'| < 0.001 for 50 %",
        "cost        1 (weighted operations of the float32 kernel; relu is 1)",
    ),
    "frac_relu": ("E[f'^2] infinite", "forward, none backward", "0, slope 0; 1.27324, attracting"),
    "softplus": ("no fixed points",),
    "snake": (
        "f(x) = x at 0, slope 1; -3.14159, slope 1; 3.14159, slope 1; -6.28318, slope 1, and 27",
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_show_what_becomes_of_normal_input(name, capsys):
    text = output(capsys, "show", name)
    for part in SHOWN[name]:
        assert part in text, part


def test_show_properties_as_json(capsys):
    relu, steep, softmax = json.loads(
        output(capsys, "show", "relu", "frac_relu", "softmax", "--json")
    )
    found = relu["properties"]
    assert found["fixed_points"] == [{"low": 0.0, "high": "inf", "slope": 1.0, "attracting": True}]
    assert (found["zero_centred"], found["mean"]) == (False, pytest.approx(0.3989422804014327))
    assert found["gain_forward"] == found["gain_backward"] == pytest.approx(2**0.5)
    assert (found["mean_square_slope"], found["sparsity"], found["dead"]) == (0.5, 0.5, 0.5)
    assert (found["cost"], relu["year"]) == (1.0, 2010)
    assert steep["properties"]["gain_backward"] is None
    assert softmax["properties"] is None


def test_show_several_with_parameters(capsys):
    argv = ["show", "elu", "talu", "gelu", "--alpha", ".5", "--order", "1"]
    text = output(capsys, *argv)
    assert re.findall(r"^\w+ \((\w+)\): ", text, re.MULTILINE) == ["elu", "talu", "gelu"]
    assert text.count("(measured on [-50, 50] at alpha = 0.5)") == 2
    elu, talu, gelu = json.loads(output(capsys, *argv, "--json"))
    assert elu["parameters"][0]["default"] == talu["parameters"][0]["default"] == 0.5
    assert (elu["properties"]["low"], elu["properties"]["high"]) == (-0.5, "inf")
    assert talu["derivatives"][0]["formula"] == multiact.analysis.text("talu", order=1)
    assert gelu["parameters"] == []


def braille(text):
    return [c for c in text if "\u2800" <= c <= "\u28ff"]


def test_show_draws_on_terminals_and_if_it_is_asked(capsys, monkeypatch):
    assert not braille(output(capsys, "show", "relu"))
    assert braille(output(capsys, "show", "relu", "--curve"))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert braille(output(capsys, "show", "relu"))
    assert not braille(output(capsys, "show", "relu", "--json"))


def dots(rows):
    """The dots of a curve: their columns, and their rows from above."""
    bits = [(0x01, 0, 0), (0x02, 0, 1), (0x04, 0, 2), (0x08, 1, 0), (0x10, 1, 1), (0x20, 1, 2)]
    for i, row in enumerate(rows):
        for k, cell in enumerate(row):
            for bit, column, line in [*bits, (0x40, 0, 3), (0x80, 1, 3)]:
                if ord(cell) - 0x2800 & bit:
                    yield 2 * k + column, 4 * i + line


def test_the_curve_is_the_function():
    (cut,) = slices(multiact.get("relu"))
    *rows, ends = curve(cut)
    assert ends.split() == ["-5", "5"]
    assert (rows[0].split()[0], rows[-1].split()[0]) == ("5", "0")
    drawn = [*dots(row.removeprefix("5 ").removeprefix("0 ").removeprefix("  ") for row in rows)]
    assert {column for column, _ in drawn} == set(range(96))
    for column, row in drawn:
        x, y = -5 + 10 * (column + 0.5) / 96, 5 * (1 - row / 39)
        assert abs(y - max(x, 0)) < 0.2


def test_a_curve_has_gaps_where_it_is_not_finite():
    act = multiact.get("relu")
    cut = Slice(act, "", lambda x, _: np.where(x < 0, np.nan, 5.0), lambda _: [])
    first = curve(cut)[0].removeprefix("5 ")
    assert {column for column, _ in dots([first])} == set(range(48, 96))
    assert curve(Slice(act, "", lambda x, _: x * np.nan, lambda _: [])) == []


def test_show_names_the_command_for_a_missing_backend(capsys, monkeypatch):
    monkeypatch.setattr(show, "find_spec", lambda name: None if name == "torch" else object())
    text = output(capsys, "show", "relu")
    assert "torch: not installed, pip install 'multiact[torch]'" in text
    assert "multiact_flax.ReLU, multiact_flax.linen.ReLU" in text
