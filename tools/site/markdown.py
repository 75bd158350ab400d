"""Markdown as MyST reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|$])")
_ARXIV = re.compile(r"arXiv:((?:[a-z-]+(?:\.[A-Z]{2})?/)?\d[\d.]*\d(?:v\d+)?)")
_DOI = re.compile(r"doi:(10\.\S+?)(?=[,;]?(?:\s|$))")
_URL = re.compile(r"https?://[^\s;]+[^\s;,.)]")
_LINK = re.compile("|".join(f"(?:{p.pattern})" for p in (_ARXIV, _DOI, _URL)))


def escape(text: str) -> str:
    """Return a text in which nothing is a mark of Markdown."""
    return _MARKS.sub(r"\\\1", text)


def prose(text: str) -> str:
    """Return a text whose only marks are those of code, as docstrings have them."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one of them is no mark
        return escape(text)
    return "".join(code(part) if i % 2 else escape(part) for i, part in enumerate(parts))


def code(text: str) -> str:
    """Return a text as code, also within a table."""
    return f"`{text}`".replace("|", r"\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, whose cells are Markdown of one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def cells(line: str) -> list[str]:
    """Return the cells of a row of a table, as they are written."""
    return [cell.strip() for cell in line.split("|")[1:-1]]


def fence(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{text.strip()}\n```"


def linked(reference: str) -> str:
    """Return a reference whose identifiers and addresses are links."""
    parts, end = [], 0
    for found in _LINK.finditer(reference):
        parts += [escape(reference[end : found.start()]), _link(found)]
        end = found.end()
    return "".join([*parts, escape(reference[end:])])


def _link(found: re.Match[str]) -> str:
    arxiv, doi = found.groups()
    target = found[0]
    if arxiv:
        target = f"https://arxiv.org/abs/{arxiv}"
    elif doi:
        target = f"https://doi.org/{doi}"
    return f"[{escape(found[0])}](<{target}>)"
