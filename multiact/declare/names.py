"""The names in a declaration: they become source, attributes and keywords."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from keyword import iskeyword
from typing import Any

#: the keywords of functions and modules besides an activation's own parameters
RESERVED = frozenset(
    "activation channels config configuration device dtype initialisation inplace learnable name "
    "noise out param_dtype rngs training x xp".split()
)


def check_names(owner: str, words: Iterable[object]) -> None:
    """Reject anything but plain Python names: nothing else may get into generated source.

    Raises
    ------
    ValueError
        If a word is not an identifier, is a keyword, or starts with an underscore, which is
        reserved for the names of generated variables.
    """
    for word in words:
        if not isinstance(word, str) or not word.isidentifier() or iskeyword(word):
            raise ValueError(f"{owner}: {word!r} must be a Python name, such as leaky_relu")
        if word.startswith("_"):
            raise ValueError(
                f"{owner}: {word!r} must not start with an underscore; call it {word.strip('_')!r}"
            )


def check_distinct(owner: str, names: Sequence[str], vectors: Sequence[str]) -> None:
    """Reject parameter names that clash with a reserved keyword or an array parameter's element.

    Raises
    ------
    ValueError
        If a name is in `RESERVED`, or is the name of an element (`weights_0`) of an array
        parameter.
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


@lru_cache(maxsize=1024)
def parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a function's parameters."""
    return tuple(inspect.signature(function).parameters)


def call_by_name(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Call a function with those of the values that it has parameters for.

    Values are passed by name, even to a parameter that is positional only.
    """
    signature = inspect.signature(function).parameters
    positional_only = inspect.Parameter.POSITIONAL_ONLY
    args = [values[n] for n, p in signature.items() if p.kind is positional_only]
    kwargs = {n: values[n] for n, p in signature.items() if p.kind is not positional_only}
    return function(*args, **kwargs)
