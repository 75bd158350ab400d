"""The adapter that computes for arrays of a library, found by the type of an array.

No library is imported: whoever has an array has imported its library, and an adapter is
imported with the first array of its library.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

GROUP = "multiact.adapters"
#: packages whose array types are those of a framework with another name
_FRAMEWORKS = {"jaxlib": "jax"}
_BY_TYPE: dict[type, Any] = {}
_PACKAGES: dict[str, str] = {}


def adapter_of(x: Any) -> Any:
    """The functions of the adapter for an array: `apply` and `evaluate`; None if there is none."""
    found = _BY_TYPE.get(type(x), _BY_TYPE)
    if found is _BY_TYPE:
        found = _BY_TYPE[type(x)] = _found(type(x))
    return found


def _found(kind: type) -> Any:
    for base in kind.__mro__[:-1]:
        root = base.__module__.partition(".")[0]
        package = installed(_FRAMEWORKS.get(root, root))
        if package is not None:
            return import_module(f"{package}._functions")
    return None


def installed(framework: str) -> str | None:
    """The package that is registered as the adapter of a framework."""
    if not _PACKAGES:
        from importlib.metadata import entry_points  # takes longer than all of `import multiact`

        _PACKAGES.update({point.name: point.value for point in entry_points(group=GROUP)})
    return _PACKAGES.get(framework)


def require(package: str, what: str, extra: str) -> None:
    """Raise an error that says what to install if a package is missing.

    Raises
    ------
    ModuleNotFoundError
        If the package is not installed.
    """
    if find_spec(package) is None:
        message = f"{what} needs {package}: pip install 'multiact[{extra}]'"
        raise ModuleNotFoundError(message, name=package)
