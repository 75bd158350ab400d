"""The system's C compiler: finding it, running it, keeping what it made.

Whatever goes wrong here costs speed only: the caller gets None after one warning and
uses another engine.
"""

from __future__ import annotations

import atexit
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

from multiact.kernels.c_block import LIBRARY
from multiact.kernels.machine import cpu

FLAGS = (
    "-O3 -march=native -fopenmp-simd -fno-math-errno -fno-trapping-math -std=gnu11 -shared -fPIC -w"
).split()
LIBRARIES = ("-lmvec", "-lm", "-lpthread")
TIMEOUT = 30.0  # seconds; one kernel takes about 0.1, the longest of the catalogue 1

_lock = threading.Lock()
_broken: set[tuple[str, ...]] = set()  # commands that failed: asked once, not for every kernel


def _after_fork() -> None:
    """A thread of the parent may hold the lock, and does not exist in the child."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def compiler() -> list[str] | None:
    """The compiler's command: $MULTIACT_CC, else cc or gcc; None if there is none."""
    return _compiler(os.environ.get("MULTIACT_CC"), os.environ.get("PATH"))


@lru_cache(maxsize=8)
def _compiler(chosen: str | None, _path: str | None) -> list[str] | None:
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        return None  # the vector names of libmvec are known for x86-64 alone
    try:
        words = shlex.split(chosen) if chosen is not None else []
    except ValueError as error:
        _warn(ValueError(f"MULTIACT_CC is no command: {error}"))
        return None
    for command in [words] if chosen is not None else [["cc"], ["gcc"]]:
        found = shutil.which(command[0]) if command else None
        if found:
            return [found, *command[1:], *_for_libmvec(found)]
    return None


def _for_libmvec(found: str) -> list[str]:
    """What calls of libmvec take: gcc goes by the attributes of declarations."""
    return ["-fveclib=libmvec"] if "clang" in Path(found).resolve().name else []


def cache_folder() -> Path:
    """Where compiled kernels are kept: $MULTIACT_CACHE, else the user's cache."""
    chosen = os.environ.get("MULTIACT_CACHE")
    if chosen:
        return Path(chosen).absolute()  # the loader would search a name without a folder
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if base.startswith("~"):  # a user without an entry in the system's list, as in containers
        raise FileNotFoundError("there is no home folder for a cache; set MULTIACT_CACHE")
    return Path(base).absolute() / "multiact"


def _private_folder() -> Path:
    """A folder for this process alone, removed at its end, where the cache cannot be used."""
    folder = _private(os.getpid())
    _check_ours(folder, folder.lstat())  # a link put in its place is not
    return folder


@lru_cache(maxsize=1)
def _private(process: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="multiact-"))
    atexit.register(_remove, folder, process)
    return folder


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # not by a child at its end
        shutil.rmtree(folder, ignore_errors=True)


def load(source: str) -> ctypes.CDLL | None:
    """The shared object of a C source, compiled or from the cache; None without one."""
    command = compiler()
    if command is None or tuple(command) in _broken:
        return None
    with _lock:
        for folder in (_usable_cache, _private_folder):
            try:
                path = folder() / f"{_key(source, command)}.so"
                given_up = path.with_suffix(".slow")
                if given_up.exists():
                    return None
                return _cached(path) or _built(source, command, path)
            except subprocess.TimeoutExpired as error:
                reason: Exception = error
                given_up.touch()  # this source alone: a second try would hang as long again
                break
            except (OSError, subprocess.SubprocessError) as error:
                reason = error  # read-only, full, not ours: the next folder may do
        else:
            _broken.add(tuple(command))
    _warn(reason)
    return None


def _key(source: str, command: list[str]) -> str:
    status = os.stat(command[0])
    identity = (source, FLAGS, LIBRARIES, command, status.st_mtime_ns, status.st_size, cpu())
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:40]


def _usable_cache() -> Path:
    folder = cache_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_ours(folder, folder.stat())
    return folder


def _check_ours(path: Path, status: os.stat_result) -> None:
    """Refuse what others own or may write, and links: it would be run as our code."""
    if status.st_uid != os.getuid() or status.st_mode & 0o022 or stat.S_ISLNK(status.st_mode):
        raise PermissionError(f"{path} can be written by others")


def _cached(path: Path) -> ctypes.CDLL | None:
    """The library if it is whole: its last bytes are the digest of those before."""
    try:
        _check_ours(path, path.lstat())
        content = path.read_bytes()
    except OSError:  # also: there is none
        return None
    body, digest = content[:-32], content[-32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        return None


def _built(source: str, command: list[str], path: Path) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".build-") as folder:
        made = Path(folder) / "kernel.so"
        arguments = [*command, *FLAGS, "-x", "c", "-", "-o", str(made), *LIBRARIES]
        subprocess.run(
            arguments, input=source.encode(), check=True, capture_output=True, timeout=TIMEOUT
        )
        body = made.read_bytes()
        made.write_bytes(body + hashlib.sha256(body).digest())
        made.chmod(0o700)
        made.replace(path)  # atomic: other processes see the whole file or none
    return ctypes.CDLL(str(path))


def _warn(reason: Exception) -> None:
    printed = getattr(reason, "stderr", None) or b""
    lines = [line for line in printed.decode(errors="replace").splitlines() if "error" in line]
    warnings.warn(
        f"multiact: no fused kernels, the C compiler cannot be used "
        f"({lines[0] if lines else reason}); slower array operations are used instead",
        RuntimeWarning,
        stacklevel=2,
    )


def scalar_calls(library: ctypes.CDLL) -> list[str]:
    """Functions of the mathematical library that a kernel calls one element at a time."""
    tool = shutil.which("nm")
    if tool is None:
        return []
    listed = subprocess.run(
        [tool, "-D", "-u", library._name], capture_output=True, text=True, check=True
    ).stdout
    names = {line.split()[-1].partition("@")[0] for line in listed.splitlines() if line.strip()}

    return sorted(
        n for n in names if n in LIBRARY or n.removesuffix("f") in LIBRARY or n.startswith("sincos")
    )
