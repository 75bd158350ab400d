"""`import multiact` loads no framework and is quick: `python -m tests.helpers.bare_import`.

The modules are part of the default tests; the time is measured by `nox -s bare-import` alone,
since it says nothing on a busy machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HEAVY = ("torch", "jax", "flax", "scipy", "dask", "matplotlib", "rich", "array_api_strict")
#: of Python's own, what takes a millisecond or more, and only some calls need
LATER = ("hashlib", "json", "difflib", "pathlib")
LIMIT_MS = 40.0  # beyond numpy, whose own import takes about as long
RUNS = 7
CACHE = str(Path(tempfile.gettempdir()) / f"multiact-bare-import-{os.getuid()}")

MODULES = "import sys\n{code}\nprint(*[m for m in {heavy!r} if m in sys.modules])"
# CPU time of this process, not wall time: the disk and the neighbours are not ours.
TIMED = "import numpy, time\nt = time.process_time()\n{code}\nprint(time.process_time() - t)"


def run(program: str) -> str:
    """Run a program in a fresh interpreter and return what it prints."""
    with_byte_code = {**os.environ, "PYTHONPYCACHEPREFIX": CACHE}
    with_byte_code.pop("PYTHONDONTWRITEBYTECODE", None)  # users have byte code, so measure with it
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=with_byte_code
    ).stdout


def heavy_modules(
    code: str = "import multiact", among: Sequence[str] = (*HEAVY, *LATER)
) -> list[str]:
    """Name the heavy modules that the code has loaded."""
    return run(MODULES.format(code=code, heavy=among)).split()


def milliseconds(code: str = "import multiact") -> float:
    """Return the median time of the code in fresh interpreters that had loaded numpy."""
    run(code)  # writes the byte code
    return 1e3 * statistics.median(float(run(TIMED.format(code=code))) for _ in range(RUNS))


def main() -> str | None:
    """Return what is wrong, for `sys.exit`."""
    if loaded := heavy_modules():
        return f"`import multiact` loads {', '.join(loaded)}"
    taken = milliseconds()
    print(f"import multiact: {taken:.1f} ms beyond numpy (limit {LIMIT_MS:g}), no framework loaded")
    return None if taken < LIMIT_MS else f"`import multiact` takes {taken:.1f} ms beyond numpy"


if __name__ == "__main__":
    sys.exit(main())
