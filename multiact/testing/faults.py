"""Descriptions, in one line, of the errors that a user's code raises."""

from __future__ import annotations

import inspect
import traceback
from pathlib import Path

from multiact.declare.activation import Activation


def describe(error: BaseException) -> str:
    """Return the type of an error and the first line of its message."""
    return f"{type(error).__name__}: {(str(error) or 'no message').splitlines()[0].strip()}"


def locate(act: Activation, error: BaseException) -> str:
    """Return where an activation's formula raised an error, such as `my_file.py:7`."""
    file = inspect.getsourcefile(act.function)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f":{frame.lineno}" for frame in frames if frame.filename == file]
    path = Path(file or act.function.__module__)
    relative = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{relative}{''.join(lines[-1:])}"
