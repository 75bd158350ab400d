"""What compilers there are, and what each is asked for: flags, libraries, vector functions."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from multiact.kernels.machine import cpu

_FLAGS = (
    "-O3 -march=native -fopenmp-simd -fno-math-errno -fno-trapping-math -std=gnu11 -shared -fPIC -w"
).split()
WIDE = ["-mprefer-vector-width=512", "-DWIDE"]


def find(words: Sequence[str] | None) -> list[str] | None:
    """Return the command of a compiler: the one that is asked for, else cc, gcc or ziglang's."""
    for command in [words] if words is not None else [["cc"], ["gcc"]]:
        path = shutil.which(command[0]) if command else None
        if path:
            return _with_libmvec([path, *command[1:]])
    zig = None if words is not None else _ziglang()
    return None if zig is None else _with_libmvec([zig, "cc"])


@cache
def _ziglang() -> str | None:
    """Return the program of the package ziglang, which `pip` installs without a system's help."""
    package = importlib.util.find_spec("ziglang")
    found = shutil.which("zig", path=str(Path(package.origin).parent)) if package else None  # type: ignore[arg-type]
    return found if found and _has_libmvec() else None


def _with_libmvec(command: list[str]) -> list[str]:
    """Add the option that enables calls of libmvec; gcc needs only declared attributes."""
    return [*command, "-fveclib=libmvec"] if is_clang(command) else command


def is_zig(command: Sequence[str]) -> bool:
    """Whether a command is that of Zig, which contains clang and its own system libraries."""
    return Path(command[0]).name == "zig"


def is_clang(command: Sequence[str]) -> bool:
    """Whether a command is clang's, which vectorises fewer of libmvec's functions than gcc."""
    return is_zig(command) or "clang" in Path(command[0]).resolve().name


@cache
def flags() -> list[str]:
    """Return the options for this processor."""
    return [*_FLAGS, *(WIDE if has_fast_wide_vectors() else [])]


def has_fast_wide_vectors() -> bool:
    """Whether vectors of 512 bits pay, of which compilers' own choice may be half.

    Measured with the same bits: float32 takes .65 to .76 of the time on Sapphire Rapids, which
    with its successors alone of Intel's has instructions for float16, and .55 on Zen 5. Older
    processors of Intel's lower their clock for them.
    """
    features = cpu().split()
    return "avx512_fp16" in features or ("avx512f" in features and "AMD" in features)


def libraries(command: Sequence[str]) -> list[str]:
    """Return the libraries that kernels are linked with."""
    # Zig does not look for the system's; what stays undefined is found in the process
    return ["-lm", "-lpthread"] if is_zig(command) else ["-lmvec", "-lm", "-lpthread"]


def prepare(command: Sequence[str]) -> None:
    """Load what kernels of a compiler expect in the process."""
    if is_zig(command):
        _has_libmvec()


@cache
def _has_libmvec() -> bool:
    try:
        ctypes.CDLL("libmvec.so.1", mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def environment(command: Sequence[str], folder: Path) -> dict[str, str]:
    """Return the variables that keep a compiler's own files in a folder."""
    if not is_zig(command):
        return {}
    return dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), str(folder / "zig"))
