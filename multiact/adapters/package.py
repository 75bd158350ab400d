"""The face of a package of derived things: which names are its attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.declare.registry import class_names, get, names


class Package:
    """Attributes of a package that are made when they are asked for.

    An activation is found by its exact name as a function or as a class, or by an alias as it
    was declared; what it gives is a function if the word starts with a small letter, else a
    class.  `get` is the place for other spellings.

    Parameters
    ----------
    name
        Of the package.
    public
        The names that the package defines itself.
    function, module_class
        What makes a function, or a class, from a record; None if the package has none.
    submodules
        Imported when they are asked for.
    """

    def __init__(
        self,
        name: str,
        public: Sequence[str],
        *,
        function: Callable[[Activation], Any] | None = None,
        module_class: Callable[[Activation], Any] | None = None,
        submodules: Sequence[str] = (),
    ) -> None:
        self.name, self.public, self.submodules = name, tuple(public), tuple(submodules)
        self._function, self._module_class = function, module_class

    def attribute(self, word: str) -> Any:
        """What a word stands for: the `__getattr__` of the package.

        Raises
        ------
        AttributeError
            If there is nothing of this name; the message has the nearest.
        """
        if word.startswith("_"):
            raise AttributeError(word)
        if word in self.submodules:
            return import_module(f"{self.name}.{word}")
        make = self._module_class if word[0].isupper() else self._function
        act = _exact(word) if make else None
        if make is None or act is None:
            raise AttributeError(
                f"{self.name} has no attribute {word!r}; {nearest(word, self.words())}"
            )
        return make(act)

    def words(self) -> list[str]:
        """All attributes, sorted: the `__dir__` of the package."""
        functions = names() if self._function else []
        classes = class_names() if self._module_class else []
        return sorted({*self.public, *self.submodules, *functions, *classes})


def _exact(word: str) -> Activation | None:
    try:
        act = get(word)
    except LookupError:
        return None
    return act if word in (act.key, act.name, *act.aliases) else None
