"""Console output shared by the commands; colours and progress bars only on terminals."""

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
    """An error that the user can correct; the message says how, in one line."""


def find_activation(target: str) -> Activation:
    """Return the activation that a target names."""
    try:
        return resolve(target)
    except LoadingError as error:
        raise UsageError(error) from error


def parse_choices(what: str, values: Iterable[str], choices: Sequence[str]) -> list[str]:
    """Split values at commas and check that each part is one of the choices."""
    words = [w for value in values for w in value.split(",") if w]
    for word in words:
        if word not in choices:
            raise UsageError(f"no {what} {word!r}; {nearest(word, choices)}")
    return words


def print_json(value: Any) -> None:
    """Print one JSON document to stdout."""
    print(json.dumps(value, indent=2, allow_nan=False))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table with aligned columns, in colour on a terminal."""
    table = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *table, strict=True)]
    for i, row in enumerate([list(head), *table]):
        line = "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        print(_style(line, "bold" if i == 0 else _colour(row[-1])))


def _colour(verdict: str) -> str:
    return "red" if verdict.startswith("fail") else "yellow" if verdict.startswith("miss") else ""


def _style(line: str, style: str) -> str:
    if not style or not sys.stdout.isatty():
        return line
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    with console.capture() as capture:
        console.print(Text(line, style=style), end="")
    return capture.get()


@contextmanager
def progress(what: str, total: int) -> Iterator[Any]:
    """Yield a function to call with each finished item's name; draws a bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda name: bar.update(task, advance=1, description=f"{what} {name}")
