"""Files: written beside the old one, and replaced when complete; what `torch.save` wrote."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replaced(file: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a new file to write, which then replaces `file`; on an error the old one stays.

    Links are followed, so that the file they lead to is replaced, and its mode is kept.

    Parameters
    ----------
    file
        The file, which need not exist; its folder must.

    Raises
    ------
    OSError
        If it is a folder, a device or another thing that cannot be replaced, or its folder
        cannot be written.
    """
    target = Path(os.path.realpath(file))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target} cannot be written: there is no folder {target.parent}")
    mode = _mode(target)
    # the suffix stays: writers choose the format by it
    new = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(8)}{target.suffix}")
    handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    mode = stat.S_IMODE(os.fstat(handle).st_mode) if mode is None else mode
    os.close(handle)
    try:
        yield new
        new.chmod(mode)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def _mode(target: Path) -> int | None:
    """Return the mode of a file; None if it does not exist."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise OSError(f"{target} is {kind} and cannot be replaced")
    if not os.access(target, os.W_OK):
        raise PermissionError(f"{target} is read-only")
    return stat.S_IMODE(status.st_mode)


def made_by_torch(file: str | os.PathLike[str]) -> bool:
    """Whether `torch.save` wrote a file: a zip archive with data.pkl first, once a pickle."""
    with open(file, "rb") as stream:
        head = stream.read(512)
    return (head.startswith(b"PK") and b"/data.pkl" in head) or head.startswith(_TORCH_PICKLE)


_TORCH_PICKLE = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch.serialization.MAGIC_NUMBER
