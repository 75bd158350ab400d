"""Scripts of this folder in processes of their own, which say what they found in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT = 240  # seconds: a busy machine may need many times the 10 that these take


def run(script: str, ranks: int = 1, **environment: str) -> Any:
    """What the first of `ranks` processes of `python -m tests.frameworks.script` printed last.

    Whatever goes wrong, none of the processes is left behind.
    """
    env = {**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo", **environment}
    command = [sys.executable, "-m", f"tests.frameworks.{script}"]
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder, f"{rank}.log") for rank in range(ranks)]
        started: list[subprocess.Popen[bytes]] = []
        try:
            for rank, log in enumerate(logs):
                with log.open("wb") as out:
                    arguments = [*command, str(rank), str(ranks), str(Path(folder, "meeting"))]
                    started.append(
                        subprocess.Popen(arguments, cwd=ROOT, env=env, stdout=out, stderr=out)
                    )
            deadline = time.monotonic() + LIMIT
            for process in started:
                process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass  # killed below, which its exit status tells
        finally:
            for process in started:
                process.kill()
                process.wait()
        texts = [log.read_text() for log in logs]
    codes = [process.returncode for process in started]
    assert not any(codes), f"exit {codes}\n" + "\n".join(text[-3000:] for text in texts)
    return json.loads(texts[0].splitlines()[-1])
