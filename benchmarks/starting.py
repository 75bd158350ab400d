"""Times that are seen once per process: imports, and the first use of a kernel."""

from __future__ import annotations

import statistics
import tempfile
from importlib.util import find_spec
from typing import Any

import multiact
from benchmarks import selection
from benchmarks.process import printed
from benchmarks.timing import seconds

#: an import package and what it needs anyway, whose own import is not counted
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
# CPU time of this process and of the compiler, for which it waits
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
    """Seconds of importing a package beyond what it needs, and of what it needs; medians."""
    base = IMPORTS[package]
    if find_spec(base) is None or find_spec(package) is None:
        raise NotImplementedError(f"{package} is not there")
    more = ", flax.nnx" if base == "flax" else ""
    program = _IMPORT.format(base=base, more=more, package=package)
    _printed(program)  # writes the byte code
    needed, own = zip(*(_printed(program) for _ in range(_runs())), strict=True)
    return statistics.median(own), statistics.median(needed)


def first_use_seconds(name: str, *, cached: bool) -> float:
    """Seconds of the first call of a NumPy function whose kernel is compiled, or on disk."""
    given = selection.values(multiact.get(name), 1000)
    listed = {n: v.tolist() if hasattr(v, "tolist") else v for n, v in given.items()}
    program = _FIRST.format(name=name, values=listed)
    found = []
    with tempfile.TemporaryDirectory() as shared:
        if cached:
            _printed(program, shared)
        for _ in range(_runs()):
            with tempfile.TemporaryDirectory() as fresh:
                found.append(float(_printed(program, shared if cached else fresh)))
    return statistics.median(found)


def _runs() -> int:
    return 3 if seconds() >= 0.1 else 1


def _printed(program: str, cache: str | None = None) -> Any:
    extra = {} if cache is None else {"MULTIACT_CACHE": cache}
    return printed("-c", program, MULTIACT_ENGINE="auto", **extra)
