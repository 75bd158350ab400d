"""Names that are disputed or refused: what has been published under them, and what they mean here.

>>> from multiact.errata import errata
>>> errata()["sine_relu"].canonical
('sine_relu',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Definition:
    """A formula that somebody has published or programmed under a name."""

    formula: str
    source: str


@dataclass(frozen=True)
class Erratum:
    """What is known about a disputed or refused name.

    Attributes
    ----------
    name
        The name as it is written where it is used.
    canonical
        The names of our activations for which it may stand; none if it is refused.
    reason
        What is disputed, or why the name is refused.
    decision
        What it means here.
    definitions
        The formulas found, each with its source.
    """

    name: str
    canonical: tuple[str, ...]
    reason: str
    decision: str
    definitions: tuple[Definition, ...]


@cache
def errata() -> Mapping[str, Erratum]:
    """Return all errata, by name in lower snake case, sorted.

    Examples
    --------
    >>> from multiact.errata import errata
    >>> errata()["sine_relu"].definitions[0].source
    'Rodrigues 2018, the article that proposes it'
    """
    import tomllib  # not at the top: only errors and pages need them
    from importlib.resources import files

    folder = files("multiact.catalogue").joinpath("errata")
    found: dict[str, Erratum] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        entries = tomllib.loads(file.read_text("utf-8"))
        found |= {key: _erratum(fields) for key, fields in entries.items()}
    return dict(sorted(found.items()))


def _erratum(fields: Mapping[str, Any]) -> Erratum:
    definitions = tuple(Definition(**d) for d in fields["definitions"])
    return Erratum(
        **{**fields, "canonical": tuple(fields["canonical"]), "definitions": definitions}
    )


def of_activation(key: str) -> list[Erratum]:
    """List the errata that name an activation of ours."""
    return [erratum for erratum in errata().values() if key in erratum.canonical]


def of_name(spelling: str) -> Erratum | None:
    """Return the erratum of a name, written in lower case without _."""
    return next((e for key, e in errata().items() if key.replace("_", "") == spelling), None)
