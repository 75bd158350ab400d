"""Python programs in separate processes with their own environment variables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def run_python(*arguments: str, **variables: str | None) -> Any:
    """Run Python and return the JSON it prints; a variable that is None is unset."""
    environment = {n: v for n, v in {**os.environ, **variables}.items() if v is not None}
    command = [sys.executable, *arguments]
    process = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if process.returncode:
        raise RuntimeError(process.stderr.strip().splitlines()[-1])
    return json.loads(process.stdout)
