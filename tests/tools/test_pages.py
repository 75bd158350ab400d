"""Every example of these pages runs and prints what the page says."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import multiact
from tests.helpers.pages import blocks, missing_lines, run_examples, write_file
from tests.helpers.registered import temporary_registrations
from tests.helpers.spreading import spreading

DOCS = Path(__file__).parents[2] / "docs"
NUMBER = r"([\d.]+)"
TABLE = re.compile(
    rf"^\| (\w+)(?:, (\w+) {NUMBER})? \| {NUMBER} \| {NUMBER} \| {NUMBER} \|$", re.MULTILINE
)


PAGES = ["index", "own-activation", "names", "initialisation", "geometry", "properties"]
PAGES += ["coming-from", "relatives", "diagnostics", "experiments", "exercises"]
PAGES += ["mechanisms", "robustness"]
#: pages with programs: what they need
PROGRAMS = {
    "portability": ("torch", "flax", "safetensors"),
    "onnx": ("onnx", "onnxscript", "onnxruntime"),
    "crosscheck": ("torch",),
}
NEEDS = {"exercises": ("sklearn", "mnist1d", "safetensors"), "experiments": ("sklearn",)}


@pytest.mark.parametrize("name", PAGES)
def test_the_page(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for package in ("torch", "flax", "matplotlib", *NEEDS.get(name, ())):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    before, names, ran = set(sys.modules), {}, 0
    with temporary_registrations():
        for block in blocks(DOCS / f"{name}.md"):
            ran += 1
            if block.language == "python":
                write_file(block, tmp_path)
            elif block.language == "pycon":
                assert run_examples(block, names) == 0, capsys.readouterr().out
            elif block.language == "console":
                assert missing_lines(block, lambda: "".join(capsys.readouterr())) == []
            else:
                # tests/libraries runs what needs another library
                assert block.language in ("sh", "toml") or block.language.startswith("pycon ")
    assert ran >= (1 if name == "robustness" else 3)
    for module in set(sys.modules) - before:
        if getattr(sys.modules[module], "__file__", None) == str(tmp_path / f"{module}.py"):
            del sys.modules[module]


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.filterwarnings("ignore")  # torch.export's own, of several versions
def test_the_programs_of_a_page(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in PROGRAMS[name]:
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    programs = [b for b in blocks(DOCS / f"{name}.md") if b.language == "python"]
    assert programs
    for block in programs:
        exec(compile(block.text, f"{name}.md", "exec"), names)


def test_a_wrong_page_is_noticed(tmp_path: Path, capsys: Any) -> None:
    page = tmp_path / "page.md"
    wrong = "formula     tanh(x)"
    page.write_text(
        f"```pycon\n>>> 1 + 1\n3\n```\n\n```console\n$ multiact show talu\n{wrong}\n```\n"
    )
    examples, console = blocks(page)
    assert run_examples(examples, {}) == 1
    capsys.readouterr()
    missing = missing_lines(console, lambda: "".join(capsys.readouterr()))
    assert missing == [wrong]


def test_the_readme_leads_somewhere_inside_and_outside_of_the_repository() -> None:
    text = (DOCS.parent / "README.md").read_text("utf-8")
    links = re.findall(r"\[[^\]]+\]\((?!https?://)([^)]+)\)", text)
    assert links
    assert all((DOCS.parent / link).is_file() for link in links)
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))
    for change in project["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"][
        "substitutions"
    ]:
        text = re.sub(change["pattern"], change["replacement"], text)
    assert "](" not in text.replace("](https://", "")
    assert "Your own activation, and how to publish it" in text


def test_the_table_of_gains() -> None:
    rows = TABLE.findall((DOCS / "initialisation.md").read_text("utf-8"))
    assert len(rows) == 9
    for name, parameter, value, forward, backward, spread in rows:
        given = {parameter: float(value)} if parameter else {}
        assert f"{multiact.gain(name, **given) ** 2:.4f}" == forward
        assert f"{multiact.gain(name, mode='backward', **given) ** 2:.4f}" == backward
        assert f"{spreading({'name': name, **given}):.3f}" == spread
