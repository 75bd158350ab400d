"""The peak of resident memory during one call."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PROCESS = Path("/proc/self")


def peak_bytes(run: Callable[[], Any]) -> int:
    """Measure how far resident memory rises during a call, including the result.

    Raises
    ------
    NotImplementedError
        If the system has no resettable peak of memory (all but Linux).
    """
    run()
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)  # memory that the heap retains would hide the rise
        (_PROCESS / "clear_refs").write_text("5")
    except (OSError, AttributeError) as error:
        raise NotImplementedError(f"no peak of memory: {error}") from error
    before = _status("VmRSS")
    result = run()
    del result
    return max(0, _status("VmHWM") - before)


def _status(field: str) -> int:
    for line in (_PROCESS / "status").read_text().splitlines():
        if line.startswith(field + ":"):
            return 1024 * int(line.split()[1])
    raise NotImplementedError(f"no {field}")
