"""Which kernels ran, and what was computed without one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from benchmarks.gpu.correct import launches
from multiact.kernels import use_engine
from multiact.kernels.triton_source import DeviceLoop

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"


def require_interpreter() -> None:
    """Skip a module whose tests are by the interpreter, where that is not asked for."""
    if not INTERPRETED:
        pytest.skip("TRITON_INTERPRET=1 is not set", allow_module_level=True)


@dataclass
class Watch:
    """The kernels that were launched, and the loops that were refused."""

    launched: list[DeviceLoop]
    refused: list[Any]

    @property
    def walks(self) -> set[str]:
        """How the arrays were traversed."""
        return {loop.walk for loop in self.launched}


@contextmanager
def watching() -> Iterator[Watch]:
    """Use kernels even where `auto` uses torch's own, and note them."""
    from multiact_torch import _triton

    refused: list[Any] = []
    run = _triton.run

    def running(loop: Any, operands: Any, out: Any = ()) -> Any:
        found = run(loop, operands, out)
        if found is None:
            refused.append(loop)
        return found

    with pytest.MonkeyPatch.context() as patch, use_engine("native"), launches() as launched:
        patch.setattr(_triton, "run", running)
        yield Watch(launched, refused)
