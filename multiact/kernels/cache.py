"""The folders of compiled kernels: the user's cache, or a private one where that is not safe."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable
from functools import lru_cache
from multiprocessing import util
from pathlib import Path

try:
    import fcntl
except ImportError:  # there are no kernels on Windows
    fcntl = None  # type: ignore[assignment]

BUILDING = ".build-"
_PRIVATE = "multiact-"
_OLD = 3600.0  # seconds after which what a killed process left behind is removed
_LOCK = ".lock"


def cache_folder() -> Path:
    """Return the folder of compiled kernels: $MULTIACT_CACHE, else one in the user's cache."""
    chosen = os.environ.get("MULTIACT_CACHE")
    if chosen:
        return Path(chosen).absolute()  # the loader would search for a name without a folder
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    # a user without an entry in the password database, as in containers; or HOME=""
    if base.startswith("~") or (os.environ.get("HOME") == "" and base == "/.cache"):
        raise FileNotFoundError("there is no home folder for a cache; set MULTIACT_CACHE")
    return Path(base).absolute() / "multiact"


def usable_folder() -> Path:
    """Return the cache, after checking that nobody else can put code into it."""
    folder = cache_folder()
    if "$" in str(folder):  # the loader expands $LIB, $ORIGIN ...
        raise PermissionError(f"{folder} has a $ in its name")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_ours(folder, folder.stat())
    for parent in folder.resolve().parents:
        _check_parent(parent, parent.stat())
    if os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0):
        raise PermissionError(f"{folder} is on a file system that runs no code (noexec)")
    return folder


def check_ours(path: Path, status: os.stat_result) -> None:
    """Reject links and files that others own or may write: their code would run as ours."""
    if status.st_uid != os.getuid() or status.st_mode & 0o022 or stat.S_ISLNK(status.st_mode):
        raise PermissionError(f"{path} can be written by others")


def _check_parent(path: Path, status: os.stat_result) -> None:
    """Reject a folder in which others may put another one in the place of ours."""
    sticky = status.st_mode & stat.S_ISVTX  # as /tmp: only owners rename what is theirs
    group = status.st_mode & 0o020 and status.st_gid not in (0, os.getgid())
    writable = (status.st_mode & 0o002 or group) and not sticky
    if writable or status.st_uid not in (0, os.getuid()):
        raise PermissionError(f"{path}, which holds the cache, can be written by others")


def private_folder() -> Path:
    """Return a folder for this process, removed when it ends; used when the cache is unusable."""
    folder = _private(os.getpid())
    check_ours(folder, folder.lstat())  # lstat detects a link put in its place
    return folder


@lru_cache(maxsize=1)
def _private(process: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=_PRIVATE))
    _lock(folder)
    atexit.register(_remove, folder, process)
    util.Finalize(None, _remove, (folder, process), exitpriority=0)  # workers run no atexit
    remove_old(p for p in folder.parent.glob(f"{_PRIVATE}*") if p != folder and not _in_use(p))
    return folder


def _lock(folder: Path) -> None:
    """Hold a lock until the process ends, however it ends."""
    handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _in_use(folder: Path) -> bool:
    """Whether a process holds the lock of a private folder, or it may not be looked at."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    shutil.rmtree(folder, ignore_errors=True)  # its process has ended
    return False


def remove_old(folders: Iterable[Path]) -> None:
    """Remove folders of ours that have not been changed for an hour."""
    for folder in folders:
        with contextlib.suppress(OSError):
            status = folder.lstat()
            ours = status.st_uid == os.getuid() and stat.S_ISDIR(status.st_mode)
            if ours and time.time() - status.st_mtime > _OLD:
                shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # a forked child must not remove it
        shutil.rmtree(folder, ignore_errors=True)


def state() -> str:
    """Describe the cache: its folder, or why it cannot be used."""
    try:
        folder = usable_folder()
        if not os.access(folder, os.W_OK):
            raise PermissionError(f"{folder} is read-only")
    except OSError as error:
        return f"cannot be used, so that every process compiles anew: {error}"
    kernels = sum(1 for _ in folder.glob("*.so"))
    return f"{folder}: {kernels} kernels"
