"""Write the tables of docs/crosscheck.md again; all arguments are names of tables."""

import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")

from multiact.cli.console import progress
from tests.peers import overview
from tests.peers.rows import CLASSES, JAX, TORCH, TORCH_ACTIVATION
from tests.peers.table import HEAD, PAGE, lines, notes, written

TABLES = {"torch-activation": TORCH_ACTIVATION, "torch": TORCH, "jax": JAX}
TABLES["torch-activation-all"] = CLASSES


def main(names: list[str]) -> int:
    """Cross-check every row of the tables; none: all tables."""
    for name in names or TABLES:
        rows = TABLES[name]
        with progress(name, len(rows)) as done:
            whole = name == "torch-activation-all"
            text = overview.page(rows, done) if whole else "\n".join([HEAD, *lines(rows, done)])
        if name == "torch-activation":
            text += "\n\n" + notes(rows)
        PAGE.write_text(written(PAGE.read_text("utf-8"), name, text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
