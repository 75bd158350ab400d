"""One fused loop for the tests of kernels, and a process that runs it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

import multiact
from multiact.kernels import compiler
from multiact.kernels.c_source import Loop
from multiact.kernels.call import FusedLoop
from multiact.kernels.kernel import Kernel
from tests.helpers import processes

needs_compiler = pytest.mark.skipif(compiler.compiler() is None, reason="no C compiler")
X = np.linspace(-4, 4, 1001, dtype=np.float32)
TALU = np.where(X < 0, np.tanh(X.astype(float)), X)
CHILD = """
import numpy as np, multiact_numpy as mn, multiact
with multiact.use_engine("native"):
    y = mn.talu(np.linspace(-4, 4, 1001, dtype=np.float32))
print(float(y.sum()))
"""


def loop(name: str = "talu", dtype: str = "float32", power: float = 1.0) -> Loop:
    """The values of an activation, `power` times."""
    act = multiact.get(name)
    specialization = act.specialization()
    return Loop((power * act.expression(specialization),), specialization.inputs, (), dtype)


def apply(source: str, x: np.ndarray) -> np.ndarray:
    """Run the loop of `loop()` from source, past the caches of this process."""
    library = compiler.load(source)
    assert library is not None
    y = np.empty_like(x)
    Kernel(loop(), library).flat(x.size, [1.0], [x.ctypes.data, y.ctypes.data])
    return y


def child(**environment: str) -> subprocess.Popen[str]:
    """A process that prints the sum of `TALU`."""
    return processes.python("-W", "always", "-c", CHILD, **environment)


def finished(process: subprocess.Popen[str]) -> tuple[float, str]:
    """The sum that the process printed, and its warnings."""
    out, err = processes.finished(process)
    return float(out), err


@contextmanager
def without_compiler() -> Iterator[None]:
    """As where no compiler is installed: there is no kernel for anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FusedLoop, "kernel", lambda *_: None)
        yield
