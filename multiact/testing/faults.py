"""What a user's code raised, in one line."""

from __future__ import annotations

import inspect
import traceback
from pathlib import Path

from multiact.declare.activation import Activation


def described(error: BaseException) -> str:
    """The kind of an error and the first line of its message."""
    return f"{type(error).__name__}: {(str(error) or 'no message').splitlines()[0].strip()}"


def place_of(act: Activation, error: BaseException) -> str:
    """Where the formula of an activation raised it, such as `my_file.py:7`."""
    file = inspect.getsourcefile(act.function)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f":{frame.lineno}" for frame in frames if frame.filename == file]
    place = Path(file or act.function.__module__)
    shown = place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
    return f"{shown}{''.join(lines[-1:])}"
