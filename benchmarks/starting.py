"""Times that occur once per process: imports, and the first use of a kernel."""

from __future__ import annotations

import statistics
import tempfile
from importlib.util import find_spec
from typing import Any

import multiact
from benchmarks import selection
from benchmarks.process import run_python
from benchmarks.timing import seconds

#: each package, and its dependency, whose import time is not counted
IMPORTS = {
    "multiact": "numpy",
    "multiact_numpy": "numpy",
    "multiact_torch": "torch",
    "multiact_jax": "jax",
    "multiact_flax": "flax",
}

_IMPORT = """
import json, time
a = time.process_time()
import {base}{more}
b = time.process_time()
import {package}
print(json.dumps([b - a, time.process_time() - b]))
"""
# CPU time of this process and of the compiler that it waits for
_FIRST = """
import json, os, time
import numpy, multiact_numpy
x = numpy.linspace(-3, 3, 1000, dtype=numpy.float32)
multiact_numpy.relu(x)
f = multiact_numpy.function({name!r})
spent = lambda: time.process_time() + sum(os.times()[2:4])
begin = spent()
f(x, **{values!r})
print(json.dumps(spent() - begin))
"""


def import_seconds(package: str) -> tuple[float, float]:
    """Measure the seconds of importing a package, and of importing its dependency; medians."""
    base = IMPORTS[package]
    if find_spec(base) is None or find_spec(package) is None:
        raise NotImplementedError(f"{package} is not there")
    more = ", flax.nnx" if base == "flax" else ""
    program = _IMPORT.format(base=base, more=more, package=package)
    _run(program)  # writes the byte code
    dependency, own = zip(*(_run(program) for _ in range(_runs())), strict=True)
    return statistics.median(own), statistics.median(dependency)


def first_use_seconds(name: str, *, cached: bool) -> float:
    """Measure the seconds of a NumPy function's first call, with or without a cached kernel."""
    arguments = selection.values(multiact.get(name), 1000)
    literals = {n: v.tolist() if hasattr(v, "tolist") else v for n, v in arguments.items()}
    program = _FIRST.format(name=name, values=literals)
    times = []
    with tempfile.TemporaryDirectory() as shared:
        if cached:
            _run(program, shared)
        for _ in range(_runs()):
            with tempfile.TemporaryDirectory() as fresh:
                times.append(float(_run(program, shared if cached else fresh)))
    return statistics.median(times)


def _runs() -> int:
    return 3 if seconds() >= 0.1 else 1


def _run(program: str, cache: str | None = None) -> Any:
    extra = {} if cache is None else {"MULTIACT_CACHE": cache}
    return run_python("-c", program, MULTIACT_ENGINE="auto", **extra)
