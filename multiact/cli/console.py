"""What the commands share: tables, JSON, errors; colour and progress on terminals alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.testing.loading import LoadingError, resolve

T = TypeVar("T")


class UsageError(Exception):
    """What the user has to change, in one line."""


def found(target: str) -> Activation:
    """The activation that a target names."""
    try:
        return resolve(target)
    except LoadingError as error:
        raise UsageError(error) from error


def chosen(what: str, given: Iterable[str], known: Sequence[str]) -> list[str]:
    """The given words, each of which must be known; commas separate too."""
    words = [w for item in given for w in item.split(",") if w]
    for word in words:
        if word not in known:
            raise UsageError(f"no {what} {word!r}; {nearest(word, known)}")
    return words


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, indent=2, allow_nan=False))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as they need to be; a terminal gets colours."""
    table = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *table, strict=True)]
    for i, row in enumerate([list(head), *table]):
        line = "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        print(_styled(line, "bold" if i == 0 else _colour(row[-1])))


def _colour(verdict: str) -> str:
    return "red" if verdict.startswith("fail") else "yellow" if verdict.startswith("miss") else ""


def _styled(line: str, style: str) -> str:
    if not style or not sys.stdout.isatty():
        return line
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    with console.capture() as captured:
        console.print(Text(line, style=style), end="")
    return captured.get()


@contextmanager
def progress(what: str, total: int) -> Iterator[Any]:
    """A function to call with each finished item's name; it draws on a terminal's stderr."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda name: bar.update(task, advance=1, description=f"{what} {name}")
