"""Settings that are no numbers: yes or no, a choice of words, names of other activations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from multiact._suggest import abbreviated


@dataclass(frozen=True)
class Option:
    """What a setting may be.

    Attributes
    ----------
    kind, meaning
        Its type and its meaning, for the documentation.
    accept
        Checks and normalises a value, given its name and the activation's.
    """

    kind: str
    meaning: str
    accept: Callable[[Any, str, str], Any]


def option(owner: str, annotation: Any) -> Option | None:
    """Return the option that an annotation declares; None if it declares a number.

    Raises
    ------
    TypeError
        If it is `str` without the words to choose from.
    """
    if annotation is bool:
        return FLAG
    if get_origin(annotation) is Literal:
        return choice(get_args(annotation))
    if annotation is str:
        raise TypeError(
            f'{owner}: annotate it with its choices, Literal["a", "b"], or with Name for the '
            "name of an activation"
        )
    return next((m for m in get_args(annotation)[1:] if isinstance(m, Option)), None)


def choice(words: tuple[str, ...]) -> Option:
    """Return the option to choose one of several words."""
    listed = ", ".join(map(repr, words))

    def accept(value: Any, name: str, function: str) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{function}: {name} must be one of {listed}, got {value!r}")
        if value not in words:
            raise ValueError(f"{function}: {name} must be one of {listed}, got {value!r}")
        return value

    return Option(f"{{{listed}}}", "One of these words", accept)


def _flag(value: Any, name: str, function: str) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{function}: {name} must be True or False, got {abbreviated(value)}")
    return value


def _name(value: Any, name: str, function: str) -> str:
    if not isinstance(value, str):
        raise TypeError(
            f"{function}: {name} must be the name of an activation, got {abbreviated(value)}"
        )
    return _known(value, name, function)


def _names(value: Any, name: str, function: str) -> tuple[str, ...]:
    words = isinstance(value, (list, tuple)) and value
    if not words or not all(isinstance(v, str) for v in value):
        raise TypeError(
            f"{function}: {name} must be a list of names of activations, got {abbreviated(value)}"
        )
    return tuple(_known(v, name, function) for v in value)


def _known(word: str, name: str, function: str) -> str:
    from multiact.declare.registry import get  # which imports this module

    try:
        get(word)
    except LookupError as error:
        raise LookupError(f"{function}: {name}: {error}") from None
    return word


FLAG = Option("bool", "Yes or no", _flag)
NAME = Option("str", "Name of an activation", _name)
NAMES = Option("tuple of str", "Names of activations", _names)
