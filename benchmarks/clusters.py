"""The same sweep by one process, by several, on Dask and on Ray, and with a worker killed.

    python -m benchmarks.clusters [KIND ...]    of serial, loky, dask, ray

prints a table; the status is 1 if a digest of all epochs and weights differs.  Dask and Ray are
started on this machine: pip install 'multiact[cluster]'.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from multiact.cli.console import print_table
from multiact.experiments import Recipe, grid, train

KINDS: dict[str, dict[str, Any]] = {
    "serial": {},
    "loky": {"workers": 2},
    "dask": {"cluster": "dask://"},
    "ray": {"cluster": "ray://"},
}
#: an activation whose file kills the first worker that reads it, a little later
_SOURCE = """
import os, signal, threading
from pathlib import Path
from multiact import activation

armed = Path({folder!r}, "armed")

@activation
def bent(x, /, *, xp):
    return xp.where(x > 0, x, 0.25 * x)

if os.getpid() != {parent}:
    try:
        armed.rename(armed.with_name("fired"))
    except FileNotFoundError:
        pass
    else:
        threading.Timer({delay}, os.kill, (os.getpid(), signal.SIGKILL)).start()
"""
_DELAY = 0.5  # a piece of six runs takes several times as long


def digest(folder: Path) -> str:
    """What all epochs and weights are, in 12 letters."""
    found = hashlib.sha256()
    for name in ("epochs.jsonl", "weights.safetensors"):
        for path in sorted(folder.rglob(name)):
            found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:12]


def measured(kind: str, killed: bool, folder: Path) -> tuple[str, float, bool]:
    """The digest, the seconds, and whether a worker died."""
    out = folder / f"{kind}{killed}"
    armed, fired = folder / "armed", folder / "fired"
    fired.unlink(missing_ok=True)
    if killed:
        armed.touch()
    recipe = Recipe.read("digits").changed({"epochs": 5})
    runs = grid(["relu", f"{folder / 'bent.py'}:bent"], recipe, 6)
    began = time.perf_counter()
    train(runs, out, **KINDS[kind])
    seconds = time.perf_counter() - began
    assert len([*out.rglob("done.json")]) == 12
    return digest(out), seconds, fired.exists()


def main(kinds: list[str]) -> int:
    """Print the table."""
    rows, expected = [], None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _SOURCE.format(folder=name, parent=os.getpid(), delay=_DELAY)
        (folder / "bent.py").write_text(source)
        for kind in kinds or KINDS:
            for killed in (False, True)[: 1 if kind == "serial" else 2]:
                found, seconds, died = measured(kind, killed, folder)
                expected = expected or found
                equal = found == expected and died == killed
                rows.append([kind, "killed" if died else "", found, f"{seconds:.1f}", equal])
                print(*rows[-1], file=sys.stderr, flush=True)
    print_table(["workers", "one was", "digest", "seconds", "as expected"], rows)
    return 0 if all(row[-1] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
