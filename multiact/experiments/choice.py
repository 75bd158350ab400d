"""An activation of a comparison, as text: `prelu`, `celu(alpha=0.2)`, `my.py:f+tied`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multiact.adapters.configuration import configure
from multiact.declare.activation import Activation
from multiact.testing.loading import LoadingError, resolve

_TEXT = re.compile(r"(?P<target>[^()+]+)(\((?P<options>.*)\))?(?P<tied>\+tied)?")


@dataclass(frozen=True)
class Choice:
    """An activation, the options of its modules, and whether all layers share one module."""

    activation: Activation
    options: Mapping[str, Any]
    tied: bool

    @classmethod
    def parse(cls, text: str) -> Choice:
        """Read the text of a choice.

        Parameters
        ----------
        text
            A target of the command line (a name, `FILE.py:NAME` or `MODULE:NAME`); options of
            the module in parentheses, with numbers or other JSON as values; and "+tied" if all
            layers share one module.

        Raises
        ------
        LoadingError
            If it cannot be read, or does not name an activation.
        TypeError, ValueError
            If an option does not exist or cannot have this value.

        Examples
        --------
        >>> from multiact.experiments.choice import Choice
        >>> Choice.parse("celu(alpha=0.2)+tied").options
        {'alpha': 0.2}
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise LoadingError(f"{text!r} is no NAME, NAME(OPTION=VALUE, ...) or NAME+tied")
        act = resolve(found["target"])
        options = dict(_option(text, part) for part in _parts(found["options"] or "") if part)
        configure(act, (), options)
        return cls(act, options, found["tied"] is not None)


def split_choices(text: str) -> list[str]:
    """Split a list at the commas that stand outside of parentheses."""
    return [part.strip() for part in _parts(text) if part.strip()]


def _parts(text: str) -> list[str]:
    """Split at commas outside of parentheses and brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _option(text: str, part: str) -> tuple[str, Any]:
    name, equals, value = part.partition("=")
    if not equals:
        raise LoadingError(f"{text!r}: {part.strip()!r} is no OPTION=VALUE")
    try:
        return name.strip(), json.loads(value)
    except json.JSONDecodeError:
        return name.strip(), value.strip()
