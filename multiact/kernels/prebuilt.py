"""Kernels that a wheel carries: no compiler is needed for them, and no time to compile.

There is a shared object for each kind of x86-64 processors, with the common forms of the
catalogue; `python -m tools.prebuilt` compiles them. A kernel is found by its source, so that one
of another version is never used.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from multiact.kernels import toolchain
from multiact.kernels.machine import cpu

FOLDER = Path(__file__).with_name("prebuilt")
_V3 = "avx2 bmi1 bmi2 f16c fma movbe abm"
#: kinds of processors, best first, and what Linux calls the features they need; the first one is
#: chosen if vectors of 512 bits pay
LEVELS = {
    "x86-64-v4-wide": f"avx512f avx512bw avx512cd avx512dq avx512vl {_V3}",
    "x86-64-v4": f"avx512f avx512bw avx512cd avx512dq avx512vl {_V3}",
    "x86-64-v3": _V3,
}
#: functions of a kernel, whose names have the kernel's key as suffix
ENTRY_POINTS = ("call", "flat", "run")


class Prebuilt:
    """One kernel among the many of a shared object."""

    def __init__(self, library: ctypes.CDLL, key: str) -> None:
        self._library, self._key = library, key

    def __getattr__(self, name: str) -> Any:
        """Return an entry point."""
        return getattr(self._library, f"{name}_{self._key}")


def find(source: str) -> Prebuilt | None:
    """Return the kernel of a C source; None if there is none for this processor."""
    library = _library()
    if library is None:
        return None
    found = Prebuilt(library, key(source))
    return found if hasattr(found, "call") else None


def key(source: str) -> str:
    """Return what identifies the kernel of a source."""
    return hashlib.sha256(source.encode()).hexdigest()[:24]


@cache
def _library() -> ctypes.CDLL | None:
    features = cpu().split()
    for level, needed in LEVELS.items():
        path = FOLDER / f"{level}.so"
        suitable = toolchain.has_fast_wide_vectors() or not level.endswith("wide")
        if suitable and set(needed.split()) <= set(features) and path.exists():
            try:
                return ctypes.CDLL(str(path))
            except OSError:  # no glibc, or an older one than where it was compiled
                return None
    return None


def level() -> str | None:
    """Return the level of the kernels that can be used here; None if there are none."""
    library = _library()
    return None if library is None else Path(library._name).stem
