"""The capabilities of this processor."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path


@cache
def cpu() -> str:
    """Return the processor's model and features, as the system lists them."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    lines = [line for line in text.splitlines() if line.startswith(("model name", "flags"))]
    return "\n".join(lines[:2])


def has_fma() -> bool:
    """Whether the processor has fused multiply-add."""
    return "fma" in cpu().split()
