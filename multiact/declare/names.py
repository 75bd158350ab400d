"""Names in a declaration: they become Python source, attributes and keyword arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from keyword import iskeyword

#: what functions and modules take beside an activation's own parameters
RESERVED = frozenset(
    "activation channels configuration device dtype initialisation learnable name noise out rngs "
    "training x xp".split()
)


def check_names(owner: str, words: Iterable[object]) -> None:
    """Refuse what is not a plain Python name: nothing else may reach generated source.

    Raises
    ------
    ValueError
        If a word is no identifier, is a keyword, or starts with an underscore, as the names
        of generated variables do.
    """
    for word in words:
        if not isinstance(word, str) or not word.isidentifier() or iskeyword(word):
            raise ValueError(f"{owner}: {word!r} must be a Python name, such as leaky_relu")
        if word.startswith("_"):
            raise ValueError(
                f"{owner}: {word!r} must not start with an underscore; call it {word.strip('_')!r}"
            )


def check_distinct(owner: str, names: Sequence[str], vectors: Sequence[str]) -> None:
    """Refuse parameters named as an option of every function, or as an element of another.

    Raises
    ------
    ValueError
        If a name is in `RESERVED`, or is that of an element (`weights_0`) of an array parameter.
    """
    for name in names:
        if name in RESERVED:
            raise ValueError(
                f"{owner}: a parameter cannot be called {name!r}, which means something else in "
                f"functions or modules; call it {name + '_value'!r}"
            )
        vector, _, index = name.rpartition("_")
        if vector in vectors and index.isdigit():
            raise ValueError(
                f"{owner}: the parameter {name!r} is named as an element of {vector!r}; "
                "give one of them another name"
            )
