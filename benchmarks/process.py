"""Python in a process of its own, in an environment that holds from its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def printed(*arguments: str, **variables: str | None) -> Any:
    """The JSON that Python prints; an environment variable of None is taken away."""
    environment = {n: v for n, v in {**os.environ, **variables}.items() if v is not None}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout)
