"""The page of references has every activation, and every paper was looked up."""

from __future__ import annotations

import re
import tomllib

import pytest

import multiact
from tools.references import FOUND, PAGE, STATES, Found, cited, found, page

PAPERS, CITED = found(), cited()


def _named(text: str) -> list[str]:
    rows = re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(CITED, PAPERS), "run nox -s stubs"


def test_the_page_names_every_activation_once_and_no_other() -> None:
    catalogue = [n for n in multiact.names() if multiact.get(n).package == "multiact"]
    assert sorted(_named(PAGE.read_text("utf-8"))) == sorted(catalogue)


def test_the_table_has_every_paper_once_and_no_other() -> None:
    listed = [p["reference"] for p in tomllib.loads(FOUND.read_text("utf-8"))["paper"]]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(CITED)


@pytest.mark.parametrize("reference", PAPERS)
def test_what_was_found_is_told(reference: str) -> None:
    paper = PAPERS[reference]
    assert paper.state in STATES.keys() - {"survey", "not looked up"}
    assert paper.seen
    if paper.state == "in part":
        assert re.search(r"not seen$", paper.seen)


def test_a_paper_that_was_not_looked_up_is_told() -> None:
    text = page({"New 2030, A new function, ICML": ["relu"]}, PAPERS)
    assert "**1 activations: not looked up 1.**" in text


def test_the_counts_and_the_rows() -> None:
    paper = "Xu 2015, Units, ICML"
    text = page({paper: ["a", "b"], "torch.nn.ELU": ["c"]}, {paper: Found("verified", "a list")})
    assert "**3 activations: verified 2, library 1.**" in text
    assert "| `a`, `b` | Xu 2015, Units, ICML | a list |" in text
    assert _named(text) == ["a", "b", "c"]
