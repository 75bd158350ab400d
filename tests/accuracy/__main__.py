"""Print the table of achieved errors.

python -m tests.accuracy [--frameworks] [activation ...]

The functions of NumPy are measured in every example, or with `--frameworks` the others at the
defaults. `--page=FILE` writes docs/accuracy.md, or docs/accuracy-frameworks.md, from a table that
was printed to a file.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterator, Sequence

import multiact
from tests.accuracy import frameworks, page
from tests.accuracy.measure import Achieved, measured
from tests.accuracy.truth import Path
from tests.helpers.examples import examples
from tests.helpers.points import COUNT

Line = tuple[str, str, Path, Achieved]


def by_numpy(names: Sequence[str]) -> Iterator[Line]:
    """Measure activations in every example, dtype and derivative."""
    for name in names:
        for dtype in ("float32", "float64"):
            for example in examples(multiact.get(name), dtype):
                for path, achieved in measured(example, dtype):
                    yield str(example), dtype, path, achieved


def by_frameworks(names: Sequence[str]) -> Iterator[Line]:
    """Measure activations in every framework; a line has the name and the framework."""
    for name in names:
        for framework in frameworks.RUNS:
            for _, dtype, path, achieved in frameworks.errors(name, framework):
                yield f"{name}-{framework}", dtype, path, achieved


def main(arguments: Sequence[str]) -> None:
    """Print a row per example, dtype and derivative, or write a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="activation")
    parser.add_argument("--frameworks", action="store_true")
    parser.add_argument("--page", type=pathlib.Path)
    given = parser.parse_args(arguments)
    if given.page is not None:
        write = page.write_frameworks if given.frameworks else page.write
        write(given.page.read_text("utf-8"), COUNT)
        return
    names = given.names or [n for n in multiact.names() if multiact.get(n).is_graph]
    for label, dtype, path, a in (by_frameworks if given.frameworks else by_numpy)(names):
        along = "/".join("_".join(map(str, v)) for v in path) or "value"
        print(
            f"{label:28} {dtype} {along:16} ulp {a.ulps:9.3g} norm {a.norm:9.3g} "
            f"abs {a.absolute:9.3g} {a.missed}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
