"""How many of our functions an array goes through until a kernel has it."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np
import pytest

from multiact.kernels.kernel import Kernel

OWN = ("multiact/", "backends/multiact_", "multiact\\", "backends\\multiact_")


def walk(function: Any, x: Any) -> list[str]:
    """Our functions that are on the stack when a compiled loop is called."""
    found: list[str] = []

    def look(frame: FrameType | None, event: str, _arg: Any) -> None:
        if event != "call" or frame is None or frame.f_code is not Kernel.flat.__code__:
            return
        while frame is not None:
            if any(part in frame.f_code.co_filename for part in OWN):
                found.insert(0, frame.f_code.co_name)
            frame = frame.f_back

    function(x)  # compiles it
    found.clear()
    sys.setprofile(look)
    try:
        function(x)
    finally:
        sys.setprofile(None)
    return found


def test_of_a_tensor() -> None:
    torch = pytest.importorskip("torch")
    mt = pytest.importorskip("multiact_torch")
    found = walk(mt.TaLU(), torch.ones(8))
    assert 3 <= len(found) <= 10, found


def test_of_an_ndarray() -> None:
    mn = pytest.importorskip("multiact_numpy")
    found = walk(mn.talu, np.ones(8, np.float32))
    assert 3 <= len(found) <= 10, found
