"""The face of a package: which names are its attributes, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.declare.registry import class_names, get, is_registered, names

#: the functions of `multiact` itself
_CORE = frozenset(
    "activation derivative engine gain get latex names names_of relatives use_engine".split()
)


class Package:
    """The attributes of a package, created when they are first accessed.

    An activation is an attribute under its exact function name, its class name and its
    declared aliases.  A name that starts with a lower-case letter refers to the function, any
    other to the module class.  Other spellings are left to `multiact.get`.

    Parameters
    ----------
    name
        Name of the package.
    public
        The names that the package defines itself.
    function, module_class
        Factories that take a record and return its function or its module class; None if the
        package has none.
    submodules
        Submodules that are imported when they are first accessed.
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
        self._found: dict[str, tuple[Activation, Any]] = {}  # Python asks at every access

    def attribute(self, word: str) -> Any:
        """Return the attribute called `word`; the `__getattr__` of the package.

        Raises
        ------
        AttributeError
            If there is no such attribute; the message suggests the nearest name.
        """
        found = self._found.get(word)
        if found is not None and is_registered(found[0]):
            return found[1]
        if word.startswith("_"):
            raise AttributeError(word)
        if word in self.submodules:
            return import_module(f"{self.name}.{word}")
        factory = self._module_class if word[0].isupper() else self._function
        act = _get_exact(word) if factory else None
        if factory is None or act is None:
            both = self._function and self._module_class
            alike = [w for w in self.words() if not both or w[0].isupper() == word[0].isupper()]
            close = f"did you mean multiact.{word}?" if word in _CORE else nearest(word, alike)
            raise AttributeError(f"{self.name} has no attribute {word!r}; {close}")
        value = factory(act)
        self._found[word] = act, value
        return value

    def words(self) -> list[str]:
        """List all attributes, sorted; the `__dir__` of the package."""
        functions = names() if self._function else []
        classes = class_names() if self._module_class else []
        return sorted({*self.public, *self.submodules, *functions, *classes})


def _get_exact(word: str) -> Activation | None:
    try:
        act = get(word)
    except LookupError:
        return None
    return act if word in (act.key, act.name, *act.aliases) else None
