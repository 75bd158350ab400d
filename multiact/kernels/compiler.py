"""The system's C compiler: finding it, running it, and loading its output.

Failures here only cost speed: after one warning, the caller gets None and uses another engine.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import stat
import subprocess
import tempfile
import threading
import warnings
from functools import lru_cache
from pathlib import Path

from multiact.kernels import cache, prebuilt, toolchain
from multiact.kernels.c_block import LIBRARY
from multiact.kernels.machine import cpu

Library = ctypes.CDLL | prebuilt.Prebuilt

TIMEOUT = 30.0  # seconds; a kernel takes about 0.1, the slowest of the catalogue 1

_lock = threading.Lock()
_broken: set[tuple[str, ...]] = set()  # commands that failed, and are not tried again


def _after_fork() -> None:
    """Replace the lock, which a thread of the parent may hold that the child does not have."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def compiler() -> list[str] | None:
    """Return the compiler's command: $MULTIACT_CC, else cc, gcc or ziglang's; None without one."""
    return _compiler(os.environ.get("MULTIACT_CC"), os.environ.get("PATH"))


@lru_cache(maxsize=8)
def _compiler(variable: str | None, _path: str | None) -> list[str] | None:
    if not _is_supported():
        return None
    try:
        words = shlex.split(variable) if variable is not None else None
    except ValueError as error:
        _warn(ValueError(f"MULTIACT_CC is no command: {error}"))
        return None
    return toolchain.find(words)


def _is_supported() -> bool:
    """Whether this is a platform for which libmvec's naming of vector functions is known."""
    return platform.system() == "Linux" and platform.machine() in ("x86_64", "AMD64")


def load(source: str) -> Library | None:
    """Load the kernel of a C source, compiling it if necessary; None on failure."""
    return prebuilt.find(source) or _load(source)


def _load(source: str) -> ctypes.CDLL | None:
    command = compiler()
    if command is None:
        _warn_of_none(os.environ.get("MULTIACT_CC"))
        return None
    if tuple(command) in _broken:
        return None
    toolchain.prepare(command)
    with _lock:
        refused: Exception | None = None
        for folder in (cache.usable_folder, cache.private_folder):
            try:
                path = folder() / f"{_key(source, command)}.so"
                given_up = path.with_suffix(".slow")
                if given_up.exists():
                    return None
                library = _cached(path) or _build(source, command, path)
                if refused is not None:
                    _warn_of_cache(str(refused))
                return library
            except subprocess.TimeoutExpired as error:
                reason: Exception = error
                given_up.touch()  # give up this source alone: a second try would take as long
                break
            except (OSError, subprocess.SubprocessError) as error:
                reason = refused = error  # read-only, full or not ours: try the next folder
        else:
            _broken.add(tuple(command))
    _warn(reason)
    return None


def _key(source: str, command: list[str]) -> str:
    status = os.stat(command[0])
    options = toolchain.flags(), toolchain.libraries(command)
    identity = (source, options, command, status.st_mtime_ns, status.st_size, cpu())
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:40]


def _cached(path: Path) -> ctypes.CDLL | None:
    """Load a cached library if it is intact: its last bytes are the digest of the others."""
    try:
        status = path.lstat()
        cache.check_ours(path, status)
        if not stat.S_ISREG(status.st_mode):  # reading from a pipe would wait for a writer
            return None
        content = path.read_bytes()
    except OSError:  # among others, if there is no such file
        return None
    body, digest = content[:-32], content[-32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        return None


def _build(source: str, command: list[str], path: Path) -> ctypes.CDLL:
    cache.remove_old(path.parent.glob(f"{cache.BUILDING}*"))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=cache.BUILDING) as folder:
        output = Path(folder) / "kernel.so"
        arguments = [*command, *toolchain.flags(), "-x", "c", "-", "-o", str(output)]
        subprocess.run(
            [*arguments, *toolchain.libraries(command)],
            input=source.encode(), check=True, capture_output=True, timeout=TIMEOUT,
            env={**os.environ, **toolchain.environment(command, path.parent)},
        )  # fmt: skip
        body = output.read_bytes()
        output.write_bytes(body + hashlib.sha256(body).digest())
        output.chmod(0o700)
        output.replace(path)  # atomic: other processes see the complete file or none
    return ctypes.CDLL(str(path))


def _warn(reason: Exception) -> None:
    stderr = getattr(reason, "stderr", None) or b""
    lines = [line for line in stderr.decode(errors="replace").splitlines() if "error" in line]
    warnings.warn(
        f"multiact: no fused kernels, the C compiler cannot be used "
        f"({lines[0] if lines else reason}); slower array operations are used instead",
        RuntimeWarning,
        stacklevel=2,
    )


@lru_cache(maxsize=8)
def _warn_of_none(variable: str | None) -> None:
    """Warn once that there is no compiler, where kernels are possible."""
    if not _is_supported() or prebuilt.level() is not None:
        return
    missing = "there is neither cc nor gcc; pip install 'multiact[compiler]' brings one"
    if variable is not None:
        try:
            shlex.split(variable)
        except ValueError:  # there was a warning
            return
        missing = f"MULTIACT_CC={variable!r} names no command"
    _warn(FileNotFoundError(missing))


@lru_cache(maxsize=8)
def _warn_of_cache(reason: str) -> None:
    """Warn once that compiled kernels are not kept."""
    warnings.warn(
        f"multiact: the cache of compiled kernels cannot be used ({reason}), so that every process "
        "compiles them again; set MULTIACT_CACHE to a folder of your own",
        RuntimeWarning,
        stacklevel=3,
    )


def scalar_calls(library: ctypes.CDLL) -> list[str]:
    """List the mathematical functions that a kernel calls one element at a time."""
    tool = shutil.which("nm")
    if tool is None:
        return []
    symbols = subprocess.run(
        [tool, "-D", "-u", library._name], capture_output=True, text=True, check=True
    ).stdout
    names = {line.split()[-1].partition("@")[0] for line in symbols.splitlines() if line.strip()}

    return sorted(
        n for n in names if n in LIBRARY or n.removesuffix("f") in LIBRARY or n.startswith("sincos")
    )
