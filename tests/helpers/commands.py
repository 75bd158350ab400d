"""The command line, called within the process."""

from __future__ import annotations

import pytest

from multiact.cli import main


def output(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What a command that succeeds prints, and nothing to stderr."""
    assert main(argv) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out
