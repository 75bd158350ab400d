"""Python programs in separate processes with their own environment variables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

#: One thread, for libraries that read the variable when they are loaded.  And a heap that does
#: not shrink: beyond a limit glibc returns memory, and the next allocation causes page faults.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),  # the maximum of glibc's own, dynamic limit
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}


def restart(module: str) -> None:
    """Restart the program in the environment that the measurements need."""
    if not _ENVIRONMENT.items() <= os.environ.items():
        command = [sys.executable, "-m", module, *sys.argv[1:]]
        environment = {**os.environ, **_ENVIRONMENT}
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def run_python(*arguments: str, **variables: str | None) -> Any:
    """Run Python and return the JSON it prints; a variable that is None is unset."""
    environment = {n: v for n, v in {**os.environ, **variables}.items() if v is not None}
    command = [sys.executable, *arguments]
    process = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if process.returncode:
        raise RuntimeError(process.stderr.strip().splitlines()[-1])
    return json.loads(process.stdout)
