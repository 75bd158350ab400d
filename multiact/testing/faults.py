"""Descriptions, in one line, of the errors that a user's code raises."""

from __future__ import annotations

import inspect
import sysconfig
import traceback
from pathlib import Path

from multiact.declare.activation import Activation


def describe(error: BaseException) -> str:
    """Return the type of an error and the first line of its message."""
    return f"{type(error).__name__}: {(str(error) or 'no message').splitlines()[0].strip()}"


def user_frame(error: BaseException) -> str:
    """Return where a user's code raised an error, such as `my_file.py:7`; "" if it did not."""
    own = str(Path(__file__).parents[1])
    installed = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_file() and not frame.filename.startswith((own, *installed))
    ]
    return f"{_relative(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def locate(act: Activation, error: BaseException) -> str:
    """Return where an activation's formula raised an error, such as `my_file.py:7`."""
    file = inspect.getsourcefile(act.function)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f":{frame.lineno}" for frame in frames if frame.filename == file]
    return f"{_relative(file or act.function.__module__)}{''.join(lines[-1:])}"


def _relative(file: str) -> Path:
    path = Path(file)
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
