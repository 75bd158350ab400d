"""Run a page of the documentation: its files are written, its commands and examples are run."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from multiact.cli import main

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_FENCE = re.compile(r"^```(\w+(?: \w+)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks that have a language."""
    yield from (Block(*found) for found in _FENCE.findall(page.read_text("utf-8")))


def write_file(block: Block, folder: Path) -> None:
    """A Python block whose first line is a comment is the file that the comment names."""
    name = block.text.partition("\n")[0].removeprefix("# ")
    (folder / name).write_text(block.text.partition("\n")[2], "utf-8")


def run_examples(block: Block, names: dict[str, object]) -> int:
    """Run the examples of a block; they share `names`. Return how many failed."""
    test = doctest.DocTestParser().get_doctest(block.text, names, "page", None, 0)
    test.globs = names
    return doctest.DocTestRunner(optionflags=FLAGS).run(test, clear_globs=False).failed


def missing_lines(block: Block, printed: Callable[[], str]) -> list[str]:
    """Run `$ multiact ...` and return the lines of the page that it does not print, in order."""
    command, *lines = block.text.splitlines()
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "multiact", command
    main(words[1:])
    there = printed().splitlines()
    missing = []
    for line in lines:
        found = next((i for i, other in enumerate(there) if other.startswith(line)), None)
        missing += [line] if found is None else []
        there = there[(found or 0) :]
    return missing
