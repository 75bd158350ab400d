"""Disputed names: entries are complete, and lead where they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import multiact
from multiact.errata import Erratum, errata, of_activation
from multiact.notation.bibtex import bibtex
from tools.errata import PAGE, page

ERRATA = errata()


def _faults(key: str, erratum: Erratum) -> list[str]:
    faults = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        faults.append(f"{key} is not in lower snake case")
    texts = (erratum.reason, erratum.decision)
    faults += [f"{key}: {t!r} is no sentence" for t in texts if not re.fullmatch(r".*\w.*[.)]", t)]
    faults += [f"{key}: no {k!r}" for k in erratum.canonical if k not in multiact.names()]
    if len(erratum.definitions) < 1:
        faults.append(f"{key}: no definition")
    return faults


@pytest.mark.parametrize("key", ERRATA)
def test_an_entry_is_complete(key: str) -> None:
    assert not _faults(key, ERRATA[key])


def test_no_name_stands_in_two_files() -> None:
    files = Path(multiact.__file__).with_name("catalogue").joinpath("errata").glob("*.toml")
    keys = [key for file in files for key in tomllib.loads(file.read_text("utf-8"))]
    assert len(keys) == len(set(keys)) == len(ERRATA)


def test_faults_are_noticed() -> None:
    wrong = Erratum("X", ("nothing_of_the_kind",), "no end", "Fine.", ())
    assert len(_faults("Not snake", wrong)) == 4


def _refusal(key: str) -> str:
    try:
        multiact.get(key)
    except LookupError as error:
        return str(error)
    return ""


def test_a_refused_name_says_why_and_what_there_is() -> None:
    refusals = {key: text for key in ERRATA if (text := _refusal(key))}
    assert {k for k, e in ERRATA.items() if not e.canonical} < refusals.keys()
    for key, text in refusals.items():
        parts = (ERRATA[key].name, ERRATA[key].reason, *map(repr, ERRATA[key].canonical))
        assert all(part in text for part in parts)


def test_a_disputed_name_is_shown(capsys: Any) -> None:
    from multiact.cli import main

    assert "TaLU" in [e.name for e in of_activation("talu")]
    assert main(["show", "talu"]) == 0
    out = capsys.readouterr().out
    assert "disputed    Two papers use the name" in out
    assert "here: TaLU is the former, HasanTaLU the latter." in out


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize(
    ("reference", "lines"),
    [
        ("Clevert et al. 2015, ELUs, a title with, commas, arXiv:1511.07289",
         ["@misc{clevert2015,", "  author = {Clevert and others},", "  eprint = {1511.07289},"]),
        ("Noel & Oswal 2024, Cone, doi:10.1/x",
         ["@misc{noel2024,", "  author = {Noel and Oswal},", "  doi = {10.1/x},"]),
        ("Rodrigues 2018, SineReLU, https://example.org/x", ["  url = {https://example.org/x},"]),
        ("Xu 2015, Units, ICML", ["  howpublished = {ICML},"]),
    ],
)  # fmt: skip
def test_bibtex(reference: str, lines: list[str]) -> None:
    found = bibtex(f"{reference}; torch.nn.ELU").splitlines()
    assert set(lines) <= set(found)
    assert found[-1] == "}"


def test_what_is_no_paper_is_left_out() -> None:
    assert bibtex("torch.nn.Hardshrink") == ""
