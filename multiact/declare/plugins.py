"""Activations of other packages, found by their entry points when they are asked for."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "multiact.activations"

_FAILED: dict[str, str] = {}  # "name = value" of an entry point -> why it could not be loaded
_complete = False


def load_plugins() -> None:
    """Import the modules that installed packages registered in the group, once.

    A module that cannot be imported, or whose activation has a name that is taken, gives
    one warning; the other ones and our own activations are there all the same.
    """
    global _complete  # noqa: PLW0603
    if _complete:
        return
    from importlib.metadata import entry_points

    # No lock: a plugin may ask for activations while it is imported, and Python's own locks
    # already make each module run once, whoever else waits for it.
    for point in sorted(entry_points(group=GROUP), key=str):
        if _shown(point) not in _FAILED:
            _load(point)
    _complete = True


def failures() -> dict[str, str]:
    """The entry points that could not be loaded, each with the reason."""
    load_plugins()
    return dict(_FAILED)


def _load(point: EntryPoint) -> None:
    try:
        point.load()
    except (Exception, SystemExit) as error:  # a plugin may raise anything: that is the finding
        text = (str(error) or "no message").splitlines()[0]
        _FAILED[_shown(point)] = reason = f"{type(error).__name__}: {text}"
        package = f" of {point.dist.name}" if point.dist else ""
        message = f"multiact leaves out the plugin {_shown(point)!r}{package}: {reason}"
        warnings.warn(message, RuntimeWarning, stacklevel=2)


def _shown(point: EntryPoint) -> str:
    return f"{point.name} = {point.value}"
