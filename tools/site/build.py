"""Write the pages of all activations and draw their pictures, on all cores."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import multiact
from multiact.explorer.contents import statement
from tools.site import atlas, explorer
from tools.site.pages import FOLDER, page
from tools.site.pictures import home, pictures
from tools.site.table import index

DOCS = Path(__file__).parents[2] / "docs"
#: for whoever works on the pages: the names of a few activations, with commas between
ONLY = "MULTIACT_SITE_ONLY"


def names() -> list[str]:
    """Return the activations that get a page: those of the catalogue, or some of them."""
    known = [name for name in multiact.names() if multiact.get(name).package == "multiact"]
    some = os.environ.get(ONLY)
    if not some:
        return known
    return sorted(multiact.get(name).key for name in some.split(","))


def build(docs: Path = DOCS) -> int:
    """Write what has changed, remove what is left over, and return the number of pages."""
    from joblib import Parallel, delayed

    from multiact.analysis.stored import load

    keys, folder = names(), docs / "activations"
    (docs / FOLDER).mkdir(exist_ok=True)
    (docs / FOLDER / home().file).unlink(missing_ok=True)
    home().make(docs / FOLDER)
    write(docs / FOLDER / atlas.FILE, atlas.picture(keys))
    load()  # once, not in every process
    cores = len(os.sched_getaffinity(0))
    written: Iterable[tuple[list[str], str]] = Parallel(n_jobs=cores)(
        delayed(write_page)(key, docs, frozenset(keys)) for key in keys
    )
    drawn, statements = zip(*written, strict=True)
    for name, text in explorer.files(statements).items():
        write(docs / explorer.FOLDER / name, text)
    write(folder / "index.md", index([*map(multiact.get, keys)]))
    _remove(folder, {"index.md", *(f"{key}.md" for key in keys)})
    if ONLY not in os.environ:
        _remove(
            docs / FOLDER, {home().file, atlas.FILE, *(file for files in drawn for file in files)}
        )
    return len(keys)


def write_page(key: str, docs: Path, linked: frozenset[str]) -> tuple[list[str], str]:
    """Write the page of one activation and draw its pictures.

    Return the files of these, and what the explorer is told of it.
    """
    act = multiact.get(key)
    found = pictures(act)
    for picture in found:
        picture.make(docs / FOLDER)
    write(docs / "activations" / f"{key}.md", page(act, found, linked))
    return [picture.file for picture in found], statement(act)


def write(file: Path, text: str) -> None:
    """Write a file unless it is the same: Sphinx reads again what is new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_text("utf-8") != text:
        file.write_text(text, "utf-8")


def _remove(folder: Path, kept: set[str]) -> None:
    for file in folder.iterdir():
        if file.name not in kept:
            file.unlink()
