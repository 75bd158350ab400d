"""Reports: the numbers are those of the comparison, and no name breaks a format."""

import csv
import io
import json
import sys
from types import SimpleNamespace

import pytest

from multiact.cli import main
from multiact.experiments import compare
from multiact.experiments.report import comma_separated, latex, markdown, sections
from tests.experiments.runs import finals, record, study, tuned

pytest.importorskip("scipy")

NASTY = r"a|b_c\d&e%f$g#h{i}j~k^l<m>n*o`p,q\"r"


@pytest.fixture(scope="module")
def comparison():
    levels = {"relu": 90.0, "gelu": 92.0, "identity": 80.0, NASTY: 90.1}
    return compare(study(levels, failing=("gelu",)))


def test_cells(comparison):
    main_table, linear, rates = sections(comparison)
    assert main_table.head[0] == "activation"
    assert main_table.rows[0][0] == "relu"
    assert main_table.rows[0][-1] == "baseline"
    gelu = next(row for row in main_table.rows if row[0] == "gelu")
    found = next(row for row in comparison.tables[0].rows if row.activation == "gelu")
    assert gelu[4] == "failed 2 of 10".removeprefix("failed ")
    assert gelu[2] == f"{found.mean:.2f}"
    assert gelu[5] == f"{found.difference.mean:+.2f}"
    assert gelu[6] == f"{found.difference.low:+.2f} to {found.difference.high:+.2f}"
    assert gelu[-1] == found.verdict.text
    assert "minus identity" in linear.title
    assert rates.head == ("activation", "0.001", "0.01", "0.1", "chosen")
    assert rates.rows[0][1:] == ("90.00", "86.00", "74.00", "0.001, the smallest")


def test_failed_tuning_runs_and_missing_rates_are_shown():
    runs = [*finals("relu", [90.0]), *tuned("relu", {0.01: 80.0}), *tuned("gelu", {0.1: 70.0}),
            record("gelu", 100, None, rate=1.0, stage="tune", finite=False)]  # fmt: skip
    rates = sections(compare(runs))[-1]
    assert rates.rows == (
        ("relu", "80.00", "", "", "0.01, the only"),
        ("gelu", "", "70.00", "0.00 (failed 1 of 1)", "0.1, the smallest"),
    )


def test_sampled_p_values_are_said_to_be():
    runs = [*finals("relu", range(60, 90)), *finals("gelu", range(61, 91))]
    assert "p from 100000 random signs" in sections(compare(runs))[0].title


def unescaped_cells(line, separator):
    """Split at separators that no backslash escapes, and take one level of escapes away."""
    cells, cell, escaped = [], "", False
    for c in line:
        if escaped or c not in (separator, "\\"):
            cell, escaped = cell + c, False
        elif c == "\\":
            escaped = True
        else:
            cells.append(cell.strip())
            cell = ""
    return [*cells, cell.strip()]


def test_markdown_has_whole_rows(comparison):
    lines = markdown(comparison).splitlines()
    tables = [line for line in lines if line.startswith("|")]
    expected = sections(comparison)
    rows = [cells[1:-1] for line in tables if len(cells := unescaped_cells(line, "|")) > 2]
    rows = [row for row in rows if set(row) != {"---"}]
    assert rows == [list(row) for s in expected for row in (s.head, *s.rows)]
    assert [line for line in lines if line.startswith("- ")]  # the edges of the grid


def test_latex_has_whole_rows(comparison):
    text = latex(comparison)
    back = {r"\textbackslash{}": r"\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
            r"\textless{}": "<", r"\textgreater{}": ">"}  # fmt: skip
    rows = []
    for line in text.splitlines():
        if line.endswith(r"\\"):
            plain = line.removesuffix(r"\\")
            for command, character in back.items():
                plain = plain.replace(command, character)
            rows.append(unescaped_cells(plain, "&"))
    assert rows == [list(row) for s in sections(comparison) for row in (s.head, *s.rows)]
    assert text.count(r"\begin{tabular}{llllllllll}") == 2
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 3


def test_csv_has_all_digits(comparison):
    rows = [*csv.DictReader(io.StringIO(comma_separated(comparison)))]
    assert len(rows) == sum(len(table.rows) for table in comparison.tables) == 8
    for row, (table, found) in zip(
        rows, ((t, r) for t in comparison.tables for r in t.rows), strict=True
    ):
        assert row["activation"] == found.activation
        assert float(row["mean"]) == found.mean
        assert row["baseline"] == table.baseline
        if found.difference:
            assert float(row["low"]) == found.difference.low
            assert float(row["holm"]) == found.corrected
            assert row["verdict"] == found.verdict.text
            assert row["seeds"] == str(found.verdict.seeds or "")
        else:
            assert row["p"] == ""
            assert row["verdict"] == "baseline"


# the command


@pytest.fixture
def folder(monkeypatch, tmp_path):
    runs = study({"relu": 90.0, "gelu": 92.0, "identity": 80.0})
    store = SimpleNamespace(results=lambda _: runs)
    monkeypatch.setitem(sys.modules, "multiact.experiments.store", store)
    return str(tmp_path)


def test_the_command_prints_tables_and_warnings(folder, capsys):
    assert main(["compare", folder]) == 0
    out = capsys.readouterr().out
    assert "minus relu at equal seeds" in out
    assert "better" in out
    assert "warning: digits, mlp, torch: the smallest rate" in out


@pytest.mark.parametrize(
    ("form", "start"), [("markdown", "digits, mlp"), ("csv", "data,network"), ("latex", "% digits")]
)
def test_the_command_prints_formats(folder, capsys, form, start):
    assert main(["compare", folder, "--format", form]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(start)
    assert ("smallest rate" in output.err) == (form == "csv")


def test_the_command_prints_json(folder, capsys):
    assert main(["compare", folder, "--baseline", "gelu", "--margin", "3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    table = document["tables"][0]
    assert (table["baseline"], table["margin"]) == ("gelu", 3.0)
    relu = next(row for row in table["rows"] if row["activation"] == "relu")
    assert relu["verdict"]["text"] == "worse, by less than 3"


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_command_draws(folder, tmp_path, suffix, capsys):
    pytest.importorskip("matplotlib")
    file = tmp_path / f"found.{suffix}"
    assert main(["compare", folder, "--plot", str(file)]) == 0
    assert file.stat().st_size > 5000
    assert "better" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--baseline", "gleu"], "no run of the baseline 'gleu'; did you mean 'gelu'?"),
        (["--margin", "0"], "margin must be positive"),
        (["--plot", "there/is/no.png"], "there is no folder"),
        (["--plot", "found.docx"], "docx"),
    ],
)
def test_wrong_arguments(folder, wrong, message, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    pytest.importorskip("matplotlib")
    assert main(["compare", folder, *wrong]) == 2
    assert message in capsys.readouterr().err
