"""Activations of other packages, discovered through their entry points on demand."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "multiact.activations"

_FAILED: dict[str, str] = {}  # "name = value" of an entry point -> why loading it failed
_complete = False


def load_plugins() -> None:
    """Import, once, the modules that installed packages register in the entry point group.

    A module that cannot be imported, or that declares a name that is taken, causes one
    warning; all other activations stay available.
    """
    global _complete  # noqa: PLW0603
    if _complete:
        return
    from importlib.metadata import entry_points

    # No lock: a plugin may look up activations while it is being imported, and Python's import
    # locks already ensure that each module runs once even if several threads import it.
    for point in sorted(entry_points(group=GROUP), key=str):
        if _format(point) not in _FAILED:
            _load(point)
    _complete = True


def failures() -> dict[str, str]:
    """Return the entry points that could not be loaded, each with the reason."""
    load_plugins()
    return dict(_FAILED)


def _load(point: EntryPoint) -> None:
    try:
        point.load()
    except (Exception, SystemExit) as error:  # a plugin may raise anything; report it
        text = (str(error) or "no message").splitlines()[0]
        _FAILED[_format(point)] = reason = f"{type(error).__name__}: {text}"
        package = f" of {point.dist.name}" if point.dist else ""
        message = f"multiact leaves out the plugin {_format(point)!r}{package}: {reason}"
        warnings.warn(message, RuntimeWarning, stacklevel=2)


def _format(point: EntryPoint) -> str:
    return f"{point.name} = {point.value}"
