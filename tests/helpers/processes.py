"""Child processes, watched by what they compute: a busy machine may make anything slow.

A process that has used no processor time for a while waits for something that does not come,
and one that has used too much is caught in a loop. Neither depends on what else is running.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
IDLE = 90  # looks, a second apart, without any progress
BUSY = 240.0  # seconds of processor time


def start(
    command: Sequence[str], *, out: IO[Any] | int = subprocess.PIPE, **environment: str
) -> subprocess.Popen[str]:
    """Start a command at the root of the repository, in a session of its own."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=out,
        stderr=subprocess.PIPE if out is subprocess.PIPE else out,
        text=True,
        start_new_session=True,
    )


def python(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start Python with these arguments."""
    return start([sys.executable, *arguments], **environment)


def finished(process: subprocess.Popen[str], busy: float = BUSY) -> tuple[str, str]:
    """What it printed, as output and as errors; a failure where it hangs or fails."""
    out, err = watched(process, busy)
    assert process.returncode == 0, f"exit {process.returncode}: {err or out}"
    return out, err


def watched(process: subprocess.Popen[str], busy: float = BUSY) -> tuple[str, str]:
    """The same, whatever its exit status."""
    used, idle = 0.0, 0
    try:
        while True:
            try:
                return process.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                now = processor_time(process.pid)
                idle = idle + 1 if now == used else 0
                used = now
            assert idle < IDLE, f"{process.args} waits for something that does not come"
            assert used < busy, f"{process.args} has computed for {used:.0f} s"
    finally:
        if process.poll() is None:
            _kill(process.pid)
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def processor_time(session: int) -> float:
    """Seconds that the living processes of a session, and their dead children, have computed."""
    return sum(sum(ticks) for _, ticks in _members(session)) / os.sysconf("SC_CLK_TCK")


def _members(session: int) -> list[tuple[int, list[int]]]:
    """Process ids, each with user and system time of its own and of its dead children."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name, in parentheses, may hold anything
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session:
            found.append((int(stat.parent.name), [int(v) for v in fields[11:15]]))
    return found


def _kill(session: int) -> None:
    for process, _ in _members(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, 9)
