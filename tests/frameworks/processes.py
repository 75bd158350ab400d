"""Scripts of this folder in processes of their own, which say what they found in JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.helpers.processes import start, watched


def run(script: str, ranks: int = 1, **environment: str) -> Any:
    """What the first of `ranks` processes of `python -m tests.frameworks.script` printed last.

    Whatever goes wrong, none of the processes is left behind.
    """
    environment = {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo", **environment}
    command = [sys.executable, "-m", f"tests.frameworks.{script}"]
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder, f"{rank}.log") for rank in range(ranks)]
        started: list[subprocess.Popen[str]] = []
        try:
            for rank, log in enumerate(logs):
                arguments = [*command, str(rank), str(ranks), str(Path(folder, "meeting"))]
                with log.open("w") as out:
                    started.append(start(arguments, out=out, **environment))
            for process in started:
                watched(process)
        finally:
            for process in started:
                process.kill()
                process.wait()
        texts = [log.read_text() for log in logs]
    codes = [process.returncode for process in started]
    assert not any(codes), f"exit {codes}\n" + "\n".join(text[-3000:] for text in texts)
    return json.loads(texts[0].splitlines()[-1])
