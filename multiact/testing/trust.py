"""A user's code is run, but not believed: it must not end the program or change its judges.

A file that calls `sys.exit(0)`, prints, or replaces `numpy.abs` must not make a check pass.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any, NoReturn, Self

import numpy as np

#: packages whose functions and classes must be the same before and after a user's code ran
_JUDGES = {"builtins", "math", "operator", "functools", "json", "numpy", "mpmath", "multiact"}
_PARTS = {"sys": ("exit",), "os": ("_exit", "abort")}
_ENDS = os._exit
FILES = "multiact_file_"  # the modules of files have names that start with it
_watches: list[Watch] = []


class Untrusted(Exception):  # noqa: N818  what a user's code did, not a failure of ours
    """A user's code replaced what judges it, or tried to end the program."""


class Watch:
    """Watches a user's code from the first import of its file to the end of a command.

    Raises
    ------
    Untrusted
        On leaving, if functions of the packages that judge the code are not what they were.
    """

    def __init__(self) -> None:
        self._before: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        _watches.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _watches.remove(self)
        if self._before:  # what the code registered for the end comes after this
            atexit.register(_keep_status, os.getpid())
        self.verify()

    def verify(self) -> None:
        """Raise an error if functions of the packages that judge the code were replaced."""
        replaced = self.replaced()
        if replaced:
            listed = ", ".join(replaced[:3])
            raise Untrusted(f"the loaded code replaces {listed}: no result can be believed")

    @property
    def ran(self) -> bool:
        """Whether a user's code ran."""
        return bool(self._before)

    def remember(self) -> None:
        """Remember what judges the code, before the first of it runs."""
        if not self._before:
            self._before = dict(_judges())

    def replaced(self) -> list[str]:
        """Return the names of what is not what it was."""
        if not self._before:
            return []
        now = dict(_judges())
        return [
            ".".join(place)
            for place, value in self._before.items()
            if now.get(place, value) is not value
        ]


def _judges() -> Iterator[tuple[tuple[str, str], Any]]:
    for name, module in list(sys.modules.items()):  # None: an import that was refused
        if name.partition(".")[0] in _JUDGES and hasattr(module, "__dict__"):
            yield from _functions(name, module)
        yield from (((name, n), getattr(module, n)) for n in _PARTS.get(name, ()))
    records = getattr(sys.modules.get("multiact.declare.registry"), "_RECORDS", {})
    yield from (  # a file that is loaded again replaces its own
        (("the registry", key), record)
        for key, record in records.items()
        if not record.package.startswith(FILES)
    )
    context = getattr(sys.modules.get("mpmath"), "mp", None)
    held = vars(context).items() if context is not None else ()  # mpmath's functions
    yield from ((("mpmath.mp", n), v) for n, v in held if callable(v))


def _functions(name: str, module: ModuleType) -> Iterator[tuple[tuple[str, str], Any]]:
    for attribute, value in list(vars(module).items()):
        if not callable(value):
            continue
        yield (name, attribute), value
        if isinstance(value, type) and value.__module__ == name:
            for member, method in list(vars(value).items()):
                if isinstance(method, (FunctionType, property)):
                    yield (name, f"{attribute}.{member}"), method


@contextlib.contextmanager
def user_code() -> Iterator[None]:
    """Run a user's code: what it prints goes to stderr, and it cannot end the program.

    Settings of NumPy and mpmath that it changes are set back.
    """
    for watch in _watches:
        watch.remember()
    mp = getattr(sys.modules.get("mpmath"), "mp", None)  # not every command imports it
    ends, precision = os._exit, getattr(mp, "prec", None)
    with np.errstate(), contextlib.redirect_stdout(sys.stderr):
        os._exit = _refusal(os.getpid())  # type: ignore[assignment]
        try:
            yield
        finally:
            os._exit = ends
            if mp is not None:
                mp.prec = precision
    for watch in _watches:
        watch.verify()


def _refusal(process: int) -> Callable[[int], NoReturn]:
    """Return an `os._exit` that raises an error, but in workers that the code started."""

    def refuse(status: int) -> NoReturn:
        if os.getpid() != process:
            _ENDS(status)
        raise Untrusted(f"the loaded code calls os._exit({status})")

    return refuse


def _keep_status(process: int) -> None:
    os._exit = _refusal(process)  # type: ignore[assignment]
