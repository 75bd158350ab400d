"""Fused loops: every one vectorised, the same for any size and any order of blocks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import multiact_numpy as mn
import numpy as np
import pytest
from multiact_numpy._native import MEMORY

import multiact
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import call, symbol
from multiact.kernels import compiler, toolchain
from multiact.kernels.call import FusedLoop
from multiact.kernels.kernel import kernel
from tests.helpers.loops import loop, needs_compiler


@needs_compiler
def test_a_scalar_call_is_noticed() -> None:
    source = loop("gelu", "float64").source()
    library = compiler.load(source.replace('simd("notinbranch"), ', ""))
    assert library is not None
    assert compiler.scalar_calls(library) == ["exp"]


@needs_compiler
def test_the_sign_of_a_parameter_leaves_the_loop_vectorised(tmp_path: Path) -> None:
    command, file = compiler.compiler(), tmp_path / "aptx.c"
    if command is None or toolchain.is_clang(command):
        pytest.skip("clang reports in another way")
    source = loop("aptx", "float32").source()
    file.write_text(source)
    report = [*command, *toolchain.flags(), "-fopt-info-vec-optimized"]
    done = subprocess.run(
        [*report, "-o", f"{file}.so", str(file)], capture_output=True, text=True, check=True
    )
    lines = enumerate(source.splitlines(), 1)
    (block,) = [i for i, line in lines if line.startswith("static inline void block(")]
    found = re.findall(r"aptx\.c:(\d+):\d+: optimized: loop vectorized", done.stderr)
    assert any(int(i) > block for i in found)


@needs_compiler
@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 1000])
def test_sizes_around_the_block(size: int) -> None:
    x = np.linspace(-3, 3, size)
    with multiact.use_engine("native"):
        found = mn.mish(x)
    with multiact.use_engine("reference"):
        np.testing.assert_allclose(found, mn.mish(x), rtol=1e-14)


@needs_compiler
@pytest.mark.parametrize("large", [1e8, 3e38, np.inf, np.nan])
def test_a_large_angle_among_small_ones(large: float) -> None:
    """Its block is computed again, with the library for it alone, and summed once."""
    x = np.linspace(-4, 4, 1000).astype(np.float32)
    x[300] = large
    wave = call("sin", symbol("x"))
    called = FusedLoop(MEMORY, (wave, wave), Inputs(("x",)), (1,)).call((x,))
    assert called is not None
    with np.errstate(invalid="ignore"):
        expected = np.sin(x.astype(float))
    np.testing.assert_allclose(called.arrays[0], expected, atol=3e-7)
    np.testing.assert_allclose([*called.totals], [called.arrays[0].astype(float).sum()], atol=1e-4)
    alone = FusedLoop(MEMORY, (wave,), Inputs(("x",))).call((np.delete(x, 300),))
    assert alone is not None
    np.testing.assert_array_equal(np.delete(called.arrays[0], 300), alone.arrays[0])


@needs_compiler
def test_kernels_are_shared_between_calls() -> None:
    assert kernel(loop()) is kernel(loop())
