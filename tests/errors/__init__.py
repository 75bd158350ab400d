"""Every `raise` of the package, and the cases that reach it.

A case calls something wrongly and names the error and words of its message.  The lines that
raised are those of the error's traceback and of its causes; a tracer that sees exceptions alone
notes those that the package catches again.  (Tracing alone has missed lines on other machines.)
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Any

import pytest

from tests.helpers.registered import temporary_registrations
from tests.yardsticks import ROOT, Sources, parse

Site = tuple[str, int]  # file, line


@dataclass(frozen=True)
class Place:
    """Where a case may leave things."""

    folder: Path
    patch: pytest.MonkeyPatch


@dataclass(frozen=True)
class Case:
    """A wrong call, the error it must give, and words that the message must have."""

    label: str
    run: Callable[[Place], Any]
    error: type[BaseException]
    words: tuple[str, ...]
    needs: str | None = None  # a package

    def __call__(self, folder: Path) -> set[Site]:
        """Make the call, whose message names what was wrong; return the lines that raised."""
        with (
            pytest.MonkeyPatch.context() as patch,
            temporary_registrations(),
            pytest.raises(self.error) as caught,
        ):
            self.run(Place(folder, patch))
        message = str(caught.value)
        for word in self.words:
            assert word in message, f"{word!r} is not in {message!r}"
        return set(_lines(caught.value))


def _lines(error: BaseException | None) -> Iterator[Site]:
    """The lines of the package in the tracebacks of an error and of what led to it."""
    while error is not None:
        for frame, line in walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(f"{ROOT}/"):
                yield frame.f_code.co_filename.removeprefix(f"{ROOT}/"), line
        error = error.__cause__ or error.__context__


def sites(sources: Sources, absent: Collection[str] = ()) -> dict[Site, str]:
    """Every `raise` of an error (not one that hands a caught one on): its function and text.

    Files and functions that import an absent package, or the backend for it, are left out.
    """
    found = {}
    names = {name for package in absent for name in (package, f"multiact_{package}")}
    for path, tree in parse(sources):
        if names & {*Path(path).parts, *_imported(tree.body)}:
            continue
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
                continue
            if isinstance(function, ast.FunctionDef) and names & {*_imported(_own(function))}:
                continue
            for node in _own(function):
                if isinstance(node, ast.Raise) and node.exc is not None:
                    text = " ".join(ast.unparse(node.exc).split())[:60]
                    found[path, node.lineno] = f"{getattr(function, 'name', '')}: {text}"
    return found


def _own(function: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _own(child)


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The packages that these statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@contextmanager
def raising() -> Iterator[set[Site]]:
    """The lines of the package at which exceptions arise, or pass, inside the block."""
    reached: set[Site] = set()
    roots = (f"{ROOT}/multiact/", f"{ROOT}/backends/")

    def enter(frame: Any, _event: str, _arg: Any) -> Any:
        if not frame.f_code.co_filename.startswith(roots):
            return None
        frame.f_trace_lines = False
        return note

    def note(frame: Any, event: str, _arg: Any) -> Any:
        if event == "exception":
            reached.add((frame.f_code.co_filename.removeprefix(f"{ROOT}/"), frame.f_lineno))
        return note

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield reached
    finally:
        sys.settrace(before)
