"""Which kernels ran, and what was computed without one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

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

    launched: list[DeviceLoop] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)

    @property
    def walks(self) -> set[str]:
        """How the arrays were traversed."""
        return {loop.walk for loop in self.launched}


@contextmanager
def watching() -> Iterator[Watch]:
    """Use kernels even where `auto` uses torch's own, and note them."""
    from multiact_torch import _triton

    watch = Watch()
    run, launch = _triton.run, _triton._launch

    def running(loop: Any, operands: Any, out: Any = ()) -> Any:
        found = run(loop, operands, out)
        if found is None:
            watch.refused.append(loop)
        return found

    def launching(loop: DeviceLoop, *arguments: Any) -> Any:
        watch.launched.append(loop)
        return launch(loop, *arguments)

    with pytest.MonkeyPatch.context() as patch, use_engine("native"):
        patch.setattr(_triton, "run", running)
        patch.setattr(_triton, "_launch", launching)
        yield watch
