"""A part of an evaluation: what was found, or why nothing was."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from multiact.experiments.report import Section
from multiact.experiments.result import replace_nonfinite
from multiact.testing.trust import Untrusted

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, and what it shows in words."""

    alt: str
    svg: bytes = field(repr=False)

    @property
    def uri(self) -> str:
        """The picture as an address that holds all of it."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode()}"


@dataclass(frozen=True)
class Part:
    """What one part of an evaluation found.

    Attributes
    ----------
    title
        What was looked at.
    sentences
        What was found, in words.
    tables, pictures
        What was found, in numbers and to look at.
    data
        The same for JSON.
    problem
        Why nothing was found, or "".
    """

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Section, ...] = ()
    pictures: tuple[Picture, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Convert to a dictionary for JSON; what is not finite becomes null."""
        found: dict[str, Any] = replace_nonfinite(dict(self.data))
        return {
            "title": self.title, "problem": self.problem, "sentences": list(self.sentences),
            **found,
        }  # fmt: skip


def attempt(title: str, make: Callable[[], Part]) -> Part:
    """Return a part; if it cannot be made, one that says why."""
    try:
        # a broken formula would warn at every point
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return make()
    except Untrusted:
        raise
    except Exception as error:  # a formula may raise anything
        return Part(title, problem=(str(error) or type(error).__name__).splitlines()[0])


def drawn(alt: str, draw: Callable[[], Figure]) -> Picture:
    """Draw a picture; equal results make equal files."""
    from matplotlib import rc_context

    stream = io.BytesIO()
    with rc_context({"svg.hashsalt": "multiact"}):
        draw().savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    return Picture(alt, stream.getvalue())
