"""Threads and processes: the same numbers, whoever computes them."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest
from multiact_numpy._native import MEMORY

import multiact
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import call, symbol
from multiact.kernels.call import FusedLoop
from multiact.kernels.layout import IterationSpace
from tests.helpers import processes
from tests.helpers.loops import TALU, X, apply, child, finished, loop, needs_compiler


@needs_compiler
def test_threads_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).normal(size=2_500_003).astype(np.float32)
    monkeypatch.setenv("MULTIACT_NUM_THREADS", "1")
    one = mn.gelu(x)
    monkeypatch.setenv("MULTIACT_NUM_THREADS", "3")
    np.testing.assert_array_equal(mn.gelu(x), one)


@needs_compiler
@pytest.mark.parametrize("channels", [None, 5])
def test_sums_do_not_depend_on_who_computed_them(channels: int | None) -> None:
    """Neither on how many there are: pieces are the same, and added in order."""
    shape = (2_300_003,) if channels is None else (900, channels, 601)
    rng = np.random.default_rng(0)
    x, g = (rng.normal(size=shape).astype(np.float32) for _ in range(2))
    inputs = Inputs(("x", "g"), (("alpha", None),))
    slope = symbol("g") * call("tanh", symbol("x"))
    fused = FusedLoop(MEMORY, (slope, slope), inputs, (1,))
    alpha = 0.5 if channels is None else np.full((channels, 1), 0.5)
    totals = []
    for threads in (1, 2, 3, 3):
        called = fused.call((x, g, alpha), threads)
        assert called is not None
        totals.append(np.asarray(called.totals).reshape(1, -1))
        expected = g.astype(float) * np.tanh(x.astype(float))
        np.testing.assert_allclose(called.arrays[0], expected, rtol=1e-6)
    axes = (0,) if channels is None else (0, 2)
    np.testing.assert_allclose(totals[0][0], expected.sum(axis=axes), atol=0.05)
    np.testing.assert_array_equal(totals[1], totals[2])
    np.testing.assert_array_equal(totals[2], totals[3])


FORK = """
import multiprocessing, sys
import numpy as np, multiact_numpy as mn
x = np.linspace(-4, 4, 2_500_003, dtype=np.float32)
one = mn.gelu(x)
with multiprocessing.get_context("fork").Pool(1) as pool:
    np.testing.assert_array_equal(pool.apply(mn.gelu, (x,)), one)
print("same")
"""


@needs_compiler
def test_a_fork_starts_threads_of_its_own() -> None:
    out, _ = processes.finished(processes.python("-c", FORK, MULTIACT_NUM_THREADS="3"))
    assert out.strip() == "same"


@needs_compiler
def test_many_threads_call_at_once(cache: Path) -> None:
    results: list[Any] = [None] * 16
    source = loop(power=1.0).source()

    def work(i: int) -> None:
        results[i] = apply(source, X)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for y in results:
        np.testing.assert_allclose(y, TALU, rtol=1e-6)


@needs_compiler
@pytest.mark.slow
def test_sixteen_processes_start_at_once(cache: Path) -> None:
    running = [child(MULTIACT_CACHE=str(cache)) for _ in range(16)]
    for process in running:
        total, err = finished(process)
        assert total == pytest.approx(TALU.sum(), rel=1e-5)
        assert not err
    assert [p.suffix for p in cache.iterdir()] == [".so"]
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@needs_compiler
@pytest.mark.parametrize(("name", "least"), [("relu", 2 << 20), ("gelu", 1_000_000)])
def test_threads_start_where_they_pay(name: str, least: int) -> None:
    """Loops that compute functions are shared earlier than those of plain arithmetic."""
    act = multiact.get(name)
    form = act.example_specialization
    fused = FusedLoop(MEMORY, (act.expression(form),), form.inputs)
    made = fused.kernel("float32")
    assert made is not None
    for n, threads in ((least - 1, 1), (least, 2)):
        layout = made.prepare(IterationSpace(1, 1, n, (n, n)), 1, ())
        assert max(1, layout.threads) == threads
