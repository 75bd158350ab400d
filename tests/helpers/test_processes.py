"""Processes that hang, compute for ever or fail are told from those that are slow."""

import os
import time

import pytest

from tests.helpers import processes


def test_what_it_printed():
    out, err = processes.finished(processes.python("-c", "import sys; print(1, file=sys.stderr)"))
    assert (out, err) == ("", "1\n")


def test_one_that_fails():
    with pytest.raises(AssertionError, match="exit 3"):
        processes.finished(processes.python("-c", "import sys; sys.exit(3)"))


def test_one_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(processes, "IDLE", 2)
    process = processes.python("-c", "import threading; threading.Event().wait()")
    with pytest.raises(AssertionError, match="waits for something that does not come"):
        processes.finished(process)
    assert process.poll() is not None


def test_one_that_computes_for_ever_is_ended_with_its_children():
    code = "import os\nprint(os.fork(), flush=True)\nwhile True: pass"
    process = processes.python("-c", code)
    child = int(process.stdout.readline())
    with pytest.raises(AssertionError, match="has computed for"):
        processes.finished(process, busy=0.5)
    for _ in range(100):  # its new parent takes a moment to notice
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    with open(f"/proc/{child}/stat") as file:
        assert file.read().rpartition(")")[2].split()[0] == "Z"
