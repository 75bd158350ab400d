"""Every activation in every backend: one program of all rows for each dtype.

What is slow to compile is asked of representatives alone in full: float64, 16 bits, modules of
Flax, third derivatives, parameters per channel. Of all others that is the default in float32:
values, first derivatives, slopes by parameters, kinks, special numbers. `nox -s everything`
asks all of all.

A failure names the backend, the row, the activation with its arguments and dtype, the point.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest

import multiact
from multiact.kernels import blocked, compiler
from multiact.testing.backend import Backend
from tests.battery import checks
from tests.battery.fused import Fused, scalar_calls
from tests.battery.known import unknown
from tests.battery.programs import Results, checked, eagerly, faults, jitted, with_autograd
from tests.battery.rows import Row, all_rows, modules_rows, some_rows
from tests.battery.subject import subjects
from tests.battery.variants import VARIANTS, backend, precision
from tests.helpers.loops import needs_compiler, without_compiler
from tests.helpers.representatives import is_representative

NAMES = multiact.names()
GRAPHS = [n for n in NAMES if multiact.get(n).is_graph]


#: for what takes seconds, and depends on the formula least
FEW = ("talu", "mish", "gelu", "elu", "snake", "hardswish", "tanhshrink", "swiglu")
INDUCTOR = ("value", "derivative by x")


class Arrays:
    """NumPy's backend; what it sums up is a number of NumPy's, no array."""

    def __init__(self, real: Backend) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def gradient(self, *arguments: Any) -> Any:
        return np.asarray(self.real.gradient(*arguments))


def report(name: str, found: list[str]) -> None:
    found = unknown(name, found)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@needs_compiler
@pytest.mark.parametrize("name", GRAPHS)
def test_native(name):
    """One loop of all derivatives, vectorised; and the function, which compiles its own."""
    found = []
    for dtype in Fused.dtypes if is_representative(name) else ("float32",):
        default, *varied = subjects(name, dtype, "default", "varied")
        rows = [*all_rows(default), *(row for s in varied for row in some_rows(s))]
        found += checked(Fused(), rows)
        given = {**default.example.parameters, **default.example.settings}
        found += [f"{c} is not vectorised" for c in scalar_calls(default.act, given, dtype)]
    values = [row for row in some_rows(subjects(name, "float32")[0]) if not row.call.wrt]
    report(name, found + checked(backend("numpy"), values))


@pytest.mark.parametrize("name", GRAPHS)
def test_numpy(name, monkeypatch):
    """The functions without a compiler, and in pieces of a few elements, in all dtypes."""
    rows = []
    for dtype in ("float32", "float64"):
        default, *varied = subjects(name, dtype, "default", "varied")
        rows += [*all_rows(default), *(row for s in varied for row in some_rows(s))]
    rows += some_rows(subjects(name, "float16")[0])
    with without_compiler():
        found = checked(Arrays(backend("numpy")), rows)
    monkeypatch.setattr(blocked, "BLOCK", 8)
    report(name, found + checked(Arrays(backend("numpy.blocked")), rows))


@pytest.mark.parametrize("name", NAMES)
def test_torch(name):
    """Without kernels in all dtypes; by kernels, and as a module, in float32.

    Second and third derivatives are those of NumPy's programs, where all are looked at.
    """
    rows = []
    rows_of = all_rows if is_representative(name) else modules_rows
    for dtype in ("float32", "float64"):
        default, *varied = subjects(name, dtype, "default", "varied")
        rows += [*rows_of(default), *(row for s in varied for row in some_rows(s))]
    for dtype in ("float16", "bfloat16"):
        rows += some_rows(subjects(name, dtype)[0])
    (single,) = subjects(name, "float32")
    with without_compiler():
        found = checked(backend("torch"), rows, with_autograd)
        found += checked(backend("torch.nn"), modules_rows(single), with_autograd)
        others = [s for d in ("float64", "float16", "bfloat16") for s in subjects(name, d)]
        some = [row for s in others for row in some_rows(s)]
        found += checked(backend("torch.nn"), some, with_autograd)
    if compiler.compiler() is not None:
        rows_of = all_rows if is_representative(name) else some_rows
        short = [row for row in rows_of(single) if len(row.call.wrt) < 3]
        found += checked(backend("torch.native"), short, with_autograd)
    report(name, found)


@lru_cache(maxsize=2)
def compiled(name: str, dtype: str) -> dict[str, tuple[list[Row], Results]]:
    """What the program of JAX and Flax has computed: of each backend the rows and results."""
    rows = {"jax": wanted(name, dtype)}
    wide = subjects(name, dtype, "default", "varied")
    narrow = list(subjects(name, "bfloat16")) if dtype == "float32" else []
    modules = [*modules_rows(wide[0]), *(r for s in (*wide[1:], *narrow) for r in some_rows(s))]
    for variant in VARIANTS["flax"] if is_representative(name) else ():
        try:
            backend(variant)
        except pytest.skip.Exception:
            continue
        rows[variant] = modules
    pairs = [
        (backend(variant), call)
        for variant, some in rows.items()
        for call in dict.fromkeys(row.call for row in some)
    ]
    with precision("jax", dtype):
        results = jitted(pairs)
    if dtype == "float64":  # the last: what JAX keeps of hundreds of programs fills the memory
        import jax

        jax.clear_caches()
    known = [(b.name, call, y) for (b, call), y in zip(pairs, results, strict=True)]
    return {
        v: (some, {call: y for name, call, y in known if name == v}) for v, some in rows.items()
    }


def wanted(name: str, dtype: str) -> list[Row]:
    """What is asked of a function of JAX."""
    if not is_representative(name):
        return list(modules_rows(subjects(name, dtype)[0]))
    default, *varied = subjects(name, dtype, "default", "varied")
    rows = [*all_rows(default, strided=False), *(row for s in varied for row in some_rows(s))]
    for narrow in ("float16", "bfloat16") if dtype == "float32" else ():
        rows += some_rows(subjects(name, narrow)[0])
    return rows


@pytest.mark.parametrize("name", NAMES)
def test_jax(name):
    """One program for each of two dtypes, 16 bits with the first."""
    found = []
    for dtype in ("float32", "float64") if is_representative(name) else ("float32",):
        found += faults(backend("jax"), *compiled(name, dtype)["jax"])
    report(name, found)


@pytest.mark.parametrize("name", [n for n in NAMES if is_representative(n)])
def test_flax(name):
    """Modules of both APIs, in the same programs."""
    found = []
    for variant in VARIANTS["flax"]:
        run = backend(variant)
        for dtype in ("float32", "float64"):
            found += faults(run, *compiled(name, dtype)[variant])
    report(name, found)


@pytest.mark.parametrize("name", [n for n in GRAPHS if len(multiact.get(n).data) == 1])
def test_corners_are_declared(name):
    for subject in subjects(name, "float64", "default", "varied", "negative"):
        checks.check_corners(subject)


@pytest.mark.parametrize("name", FEW)
def test_jax_call_by_call(name):
    """Call by call, each with the program that was made for this device."""
    default, *varied = subjects(name, "float32", "default", "varied")
    rows = [*modules_rows(default), *(row for s in varied for row in some_rows(s))]
    report(name, checked(backend("jax"), rows))


@needs_compiler
@pytest.mark.parametrize("name", FEW)
def test_narrow_kernels(name):
    """Kernels of 16 bits, which differ from others in how they read and write alone."""
    found = []
    for dtype in ("float16", "bfloat16"):
        rows = list(some_rows(subjects(name, dtype)[0]))
        found += checked(backend("torch.native"), rows, with_autograd)
        values = [row for row in rows if not row.call.wrt]
        found += checked(backend("numpy"), values) if dtype == "float16" else []
    report(name, found)


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_inductor(name):
    """Compiled torch functions, which have no second derivative."""
    rows = [row for row in some_rows(subjects(name, "float32")[0]) if row.name in INDUCTOR]
    report(name, checked(backend("torch.compile"), rows))


def test_eager_calls_are_made():
    """That a run without calls would be seen."""
    rows = list(some_rows(subjects("talu", "float32")[0]))
    assert len(eagerly(backend("numpy"), {row.call for row in rows})) == 3
