"""References of records as BibTeX."""

from __future__ import annotations

import re

_PAPER = re.compile(
    r"(?P<authors>[^\d,;]+) (?P<year>\d{4}), (?P<title>.+), (?P<where>[^,;]+)", re.DOTALL
)


def bibtex(reference: str) -> str:
    """Print the papers of a reference as BibTeX entries, with an empty line between them.

    Parts that are no papers, such as the name of a function, are left out.

    Parameters
    ----------
    reference
        The reference of a record: papers, separated by "; ".

    Returns
    -------
    str
        The entries; nothing if there is no paper.

    Examples
    --------
    >>> from multiact.notation.bibtex import bibtex
    >>> print(bibtex("Misra 2019, Mish, arXiv:1908.08681"))
    @misc{misra2019,
      author = {Misra},
      title = {{Mish}},
      year = {2019},
      eprint = {1908.08681},
      archiveprefix = {arXiv},
    }
    """
    papers = map(_PAPER.fullmatch, reference.split("; "))
    return "\n\n".join(_entry(paper) for paper in papers if paper)


def _entry(paper: re.Match[str]) -> str:
    authors = paper["authors"].replace(" et al.", " and others").replace(" & ", " and ")
    first = re.sub(r"[^a-z]", "", authors.lower().partition(" and ")[0])
    fields = {
        "author": authors,
        "title": f"{{{paper['title']}}}",
        "year": paper["year"],
        **_place(paper["where"]),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{first}{paper['year']},", *lines, "}"])


def _place(where: str) -> dict[str, str]:
    kind, _, identifier = where.partition(":")
    if kind == "arXiv":
        return {"eprint": identifier, "archiveprefix": "arXiv"}
    if kind == "doi":
        return {"doi": identifier}
    return {"url": where} if kind == "https" else {"howpublished": where}
