"""The nearest right word, for error messages."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def nearest(given: str, known: Sequence[str]) -> str:
    """A sentence end: did you mean ...? or, when nothing is close, what there is."""
    folded = {word.lower(): word for word in known}
    close = get_close_matches(given.lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean {folded[close[0]]!r}?"
    if not known:
        return "it takes none"
    shown = ", ".join(map(repr, known[:12]))
    return f"choose from {shown}" + (", ..." if len(known) > 12 else "")
