"""Print the table of achieved errors.

python -m tests.accuracy [--backend=jax.jit] [activation ...]

`--page=FILE` writes docs/accuracy.md from a table that was printed to a file.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator

import multiact
from tests.accuracy.measure import Achieved, Evaluate, measured, with_backend, with_numpy
from tests.accuracy.page import write
from tests.accuracy.truth import Path, paths
from tests.helpers.examples import Example, examples
from tests.helpers.points import COUNT


def rows(
    names: list[str],
    evaluate: Evaluate = with_numpy,
    dtypes: tuple[str, ...] = ("float32", "float64"),
    orders: int = 3,
) -> Iterator[tuple[Example, str, Path, Achieved]]:
    """Measure activations in every example, dtype and derivative."""
    for name in names:
        for dtype in dtypes:
            for example in examples(multiact.get(name), dtype):
                if evaluate is not with_numpy and example.label != "default":
                    continue
                some = [
                    path
                    for path in paths(example)
                    if evaluate is with_numpy
                    or ((not path or path[0][0] == "x") and len(path) <= orders)
                ]
                for path, achieved in measured(example, dtype, evaluate, along=some):
                    yield example, dtype, path, achieved


def _option(arguments: list[str], name: str) -> str | None:
    return next((a.partition("=")[2] for a in arguments if a.startswith(f"--{name}=")), None)


def main(arguments: list[str]) -> int:
    """Print a row per example, dtype and derivative; the number of missed goals is returned."""
    table = _option(arguments, "page")
    if table is not None:
        write(pathlib.Path(table).read_text("utf-8"), COUNT)
        return 0
    backend = _option(arguments, "backend")
    names = [a for a in arguments if not a.startswith("--")]
    names = names or [n for n in multiact.names() if multiact.get(n).is_graph]
    evaluate = with_numpy if backend is None else with_backend(backend)
    dtypes = ("float32", "float64")[: 1 if backend else 2]
    orders = 1 if backend == "torch.compile" else 3  # it has no second derivative
    missed = 0
    for example, dtype, path, a in rows(names, evaluate, dtypes, orders):
        label = "/".join("_".join(map(str, v)) for v in path) or "value"
        missed += bool(a.missed)
        print(
            f"{example!s:28} {dtype} {label:16} ulp {a.ulps:9.3g} norm {a.norm:9.3g} "
            f"abs {a.absolute:9.3g} {a.missed}",
            flush=True,
        )
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
