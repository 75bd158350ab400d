"""Parts of error messages: suggestions for misspelled names, values in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def nearest(word: str, choices: Sequence[str]) -> str:
    """Return the end of an error message: the closest valid name, or a list of valid names."""
    from difflib import get_close_matches  # not at the top: only errors need it

    by_lowercase = {choice.lower(): choice for choice in choices}
    close = get_close_matches(word.lower(), by_lowercase, n=1, cutoff=0.6)
    if close:
        return f"did you mean {by_lowercase[close[0]]!r}?"
    if not choices:
        return "it takes none"
    listed = ", ".join(map(repr, choices[:12]))
    return f"choose from {listed}" + (", ..." if len(choices) > 12 else "")


def abbreviated(value: Any) -> str:
    """Return how a value is written, in at most 80 characters."""
    text = repr(value) if not isinstance(value, int) or abs(value) < 1e300 else "a huge integer"
    return text if len(text) <= 80 else f"{text[:77]}..."
