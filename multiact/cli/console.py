"""Console output shared by the commands; colours and progress bars only on terminals."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

from multiact._suggest import nearest
from multiact.declare.activation import Activation
from multiact.testing.loading import LoadingError, resolve

#: how writing to a full disk, a closed pipe or descriptor, or a broken device fails
_UNWRITABLE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EPIPE,
}  # fmt: skip
_documents: list[str] = []


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


@contextmanager
def written() -> Iterator[None]:
    """Write at the end whatever was printed; what cannot be written is an error in one line."""
    if sys.stdout is None:
        raise UsageError("the standard output is closed")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None or error.errno not in _UNWRITABLE:
            raise
        process = sys.__stdout__
        if process is not None and sys.stdout is process:
            with open(os.devnull, "w") as nowhere:  # for the rest, or Python complains as it ends
                os.dup2(nowhere.fileno(), process.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise UsageError(f"the output cannot be written: {error.strerror}") from error


@contextmanager
def json_alone() -> Iterator[None]:
    """Leave stdout to the JSON document: all else that is printed, by whomever, goes to stderr."""
    _documents.clear()
    with _descriptor_to_stderr(), redirect_stdout(sys.stderr):
        yield
    print(*_documents, sep="\n")


@contextmanager
def _descriptor_to_stderr() -> Iterator[None]:
    """Lead the descriptor of stdout to stderr, for what libraries and other programs print."""
    stream = sys.stdout
    try:
        number, other = stream.fileno(), sys.stderr.fileno()
    except (OSError, AttributeError):  # not a file: a test's or a notebook's stream
        yield
        return
    stream.flush()
    kept = os.dup(number)
    os.dup2(other, number)
    try:
        yield
    finally:
        stream.flush()
        os.dup2(kept, number)
        os.close(kept)


def print_json(value: Any) -> None:
    """Print the JSON document of a command to stdout, when the command ends."""
    _documents.append(json.dumps(value, indent=2, allow_nan=False))


def width() -> int:
    """Return the width of the terminal, or 80 if stdout is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], fit: int = 0) -> None:
    """Print a table with aligned columns, in colour on a terminal.

    The last column is cut off so that lines `fit` in that many characters; 0: they may be longer.
    """
    table = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *table, strict=True)]
    left = fit - sum(widths[:-1]) - 2 * len(widths[:-1])
    for i, row in enumerate([list(head), *table]):
        cells = [*row[:-1], shortened(row[-1], left)] if fit else row
        line = "  ".join(cell.ljust(w) for cell, w in zip(cells, widths, strict=True)).rstrip()
        print(_style(line, "bold" if i == 0 else _colour(row[-1])))


def shortened(text: str, length: int) -> str:
    """Return at most `length` characters, but 8, of a text, with dots where it is cut off."""
    length = max(length, 8)
    return text if len(text) <= length else f"{text[: length - 3].rstrip()}..."


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
    """Yield a function to call with each finished item's name, or with several's and their number.

    It draws a bar on a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda name, count=1: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda name, count=1: bar.update(task, advance=count, description=f"{what} {name}")
