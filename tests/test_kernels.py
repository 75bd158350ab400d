"""Fused kernels: every loop vectorised, equal to the reference, safe when things go wrong."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import multiact_numpy as mn
import numpy as np
import pytest
from multiact_numpy._native import MEMORY

import multiact
from multiact.calculus.derivative import derivative
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import call, symbol
from multiact.kernels import compiler
from multiact.kernels.c_source import Loop
from multiact.kernels.call import FusedLoop
from multiact.kernels.kernel import Kernel, kernel
from multiact.kernels.layout import channel_axis, iteration_space
from tests.examples import examples

needs_compiler = pytest.mark.skipif(compiler.compiler() is None, reason="no C compiler")
GRAPHS = [n for n in multiact.names() if multiact.get(n).is_graph]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no kernel remembered by this process."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MULTIACT_CACHE", str(folder))
    monkeypatch.setattr(compiler, "_broken", set())
    return folder


def loop(name: str = "talu", dtype: str = "float32", power: float = 1.0) -> Loop:
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


X = np.linspace(-4, 4, 1001, dtype=np.float32)
TALU = np.where(X < 0, np.tanh(X.astype(float)), X)


@needs_compiler
@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_loop_is_vectorised(name: str, dtype: str) -> None:
    act = multiact.get(name)
    given = next(iter(examples(act)))
    settings = {n: v for n, v in given.settings.items() if n != "axis"}
    form = act.specialization(act.bind((), {**given.parameters, **settings}))
    value = act.expression(form)
    slope = symbol("g") * derivative(value, act.data[0])
    inputs = Inputs((*act.data, "g"), form.inputs.parameters)
    library = compiler.load(Loop((value, slope), inputs, (), dtype).source())
    assert library is not None
    # tanh(threshold), the same for all elements, stands outside the loop
    expected = {"hasan_talu": ["tanh" if dtype == "float64" else "tanhf"]}
    assert compiler.scalar_calls(library) in ([], expected.get(name))


@needs_compiler
def test_a_scalar_call_is_noticed() -> None:
    source = loop("gelu", "float64").source()
    library = compiler.load(source.replace('simd("notinbranch"), ', ""))
    assert library is not None
    assert compiler.scalar_calls(library) == ["exp"]


@needs_compiler
@pytest.mark.parametrize("size", [0, 1, 127, 128, 129, 1000])
def test_sizes_around_the_block(size: int) -> None:
    x = np.linspace(-3, 3, size)
    with multiact.use_engine("native"):
        found = mn.mish(x)
    with multiact.use_engine("reference"):
        np.testing.assert_allclose(found, mn.mish(x), rtol=1e-14)


@needs_compiler
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (2, 5, 3, 7), (3,)])
def test_parameters_per_channel(shape: tuple[int, ...]) -> None:
    axis = len(shape) - 1 if len(shape) < 3 else 1
    x = np.random.default_rng(0).normal(size=shape)
    place = [1] * len(shape)
    place[axis] = shape[axis]
    alpha = np.linspace(0.1, 2, shape[axis]).reshape(place)
    np.testing.assert_allclose(mn.talu(x, alpha), np.where(x < 0, alpha * np.tanh(x), x))


def test_channel_axes() -> None:
    assert channel_axis((4, 3, 5), ((), (1, 3, 1))) == 1
    assert channel_axis((4, 3), ((3,),)) == 1
    assert channel_axis((4, 3), ((),)) == -1
    assert channel_axis((4, 3), ((2, 3),)) is None  # two long axes
    assert channel_axis((4, 3), ((4, 1), (1, 3))) is None  # two different axes
    assert channel_axis((4, 3), ((5,),)) is None


def strides(*shape: int, order: str = "C") -> tuple[int, ...]:
    return tuple(s // 8 for s in np.empty(shape, order=order).strides)


@pytest.mark.parametrize(
    ("shape", "arrays", "parameters", "expected"),
    [
        ((4, 300), (strides(4, 300),), ((),), [(1, 1, 1200)]),
        ((4, 300), (strides(4, 300, order="F"),) * 2, ((),), [(1, 1, 1200)]),
        ((4, 300), (strides(4, 600), strides(4, 300)), (), [(4, 1, 300)]),  # a gate's half
        ((400, 3), (strides(400, 6), strides(400, 3)), (), None),  # runs that are too short
        ((4, 3), (strides(4, 6), strides(4, 3)), (), [(4, 1, 3)]),  # but few
        ((4, 300), (strides(4, 300), strides(4, 300, order="F")), ((),), None),
        ((2, 3, 99), (strides(2, 3, 99),), ((3, 1),), [(2, 3, 99)]),
        ((2, 3, 99), (strides(2, 3, 198),), ((3, 1),), None),  # holes
        ((500, 3), (strides(500, 3),), ((3,),), [(2, 1, 513, 1, 171), (1, 1, 474, 1, 158)]),
        ((50, 2, 2, 64), (strides(50, 2, 2, 64),), ((64,),), [(25, 1, 512, 1, 8)]),
        ((50, 256), (strides(50, 256),), ((256,),), [(50, 1, 256, 1, 1)]),
        ((1, 700), (strides(1, 700),), ((700,),), [(1, 1, 700, 1, 1)]),
        ((9, 4), (strides(9, 4),), ((4,),), [(9, 4, 1)]),  # few pieces
        # channels last in memory, second in the shape
        (
            (20, 5, 3, 7),
            ((105, 1, 35, 5),) * 2,
            ((5, 1, 1),),
            [(4, 1, 515, 1, 103), (1, 1, 40, 1, 8)],
        ),
    ],
)
def test_iteration_spaces(shape: Any, arrays: Any, parameters: Any, expected: Any) -> None:
    found = iteration_space(shape, arrays, parameters)
    if expected is None:
        assert found is None
        return
    rows = [s[:3] + ((s.repeats, s.tile) if s.rows else ()) for s in found]
    assert rows == expected
    assert sum(s.outer * s.channels * s.inner for s in found) == np.prod(shape)


GRADIENT = (symbol("g") * call("tanh", symbol("x")) * symbol("alpha"), symbol("g") * symbol("x"))
CHANNELS = FusedLoop(MEMORY, GRADIENT, Inputs(("x", "g"), (("alpha", None),)), (1,))


@needs_compiler
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        *[((6, 5, 3, 7), axis) for axis in range(4)],
        *[((3, 5, 130), 1), ((4099, 3), 1), ((70, 9000), 1), ((2, 3), 0), ((5,), 0)],
    ],
)
@pytest.mark.parametrize("order", ["C", "F", "last"])
def test_sums_of_channels_in_every_layout(shape: Any, axis: int, order: str, dtype: str) -> None:
    rng = np.random.default_rng(0)
    x, g = (np.asarray(rng.normal(size=shape), dtype, order="C") for _ in range(2))
    if order == "F":
        x, g = np.asfortranarray(x), np.asfortranarray(g)
    elif order == "last":  # as channels_last has them in memory
        x, g = (np.moveaxis(np.moveaxis(a, 1 % a.ndim, -1).copy(), -1, 1 % a.ndim) for a in (x, g))
    place = [1] * len(shape)
    place[axis] = shape[axis]
    alpha = rng.normal(size=shape[axis])
    called = CHANNELS.call((x, g, alpha.reshape(place)))
    assert called is not None
    wide = [a.astype(float) for a in (x, g)]
    eps = np.finfo(dtype).eps
    expected = wide[1] * np.tanh(wide[0]) * alpha.reshape(place)
    np.testing.assert_allclose(called.arrays[0], expected, rtol=4 * eps, atol=eps)
    assert called.arrays[0].strides == x.strides
    others = tuple(i for i in range(len(shape)) if i != axis)
    total, size = (f(wide[0] * wide[1]).sum(axis=others) for f in (np.asarray, np.abs))
    tolerance = size * max(1e-6 if dtype != "float64" else 1e-14, 0) + 1e-12
    assert np.all(np.abs(called.totals[0] - total) <= tolerance)


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
        called = fused.call((x, g, alpha), None, threads)
        assert called is not None
        totals.append(np.asarray(called.totals).reshape(1, -1))
        expected = g.astype(float) * np.tanh(x.astype(float))
        np.testing.assert_allclose(called.arrays[0], expected, rtol=1e-6)
    axes = (0,) if channels is None else (0, 2)
    np.testing.assert_allclose(totals[0][0], expected.sum(axis=axes), atol=0.05)
    np.testing.assert_array_equal(totals[1], totals[2])
    np.testing.assert_array_equal(totals[2], totals[3])


@needs_compiler
@pytest.mark.parametrize("large", [1e8, 3e38, np.inf, np.nan])
def test_a_large_angle_among_small_ones(large: float) -> None:
    """Its block is computed by the library, and summed once."""
    x = np.linspace(-4, 4, 1000).astype(np.float32)
    x[300] = large
    wave = call("sin", symbol("x"))
    called = FusedLoop(MEMORY, (wave, wave), Inputs(("x",)), (1,)).call((x,))
    assert called is not None
    with np.errstate(invalid="ignore"):
        expected = np.sin(x.astype(float))
    np.testing.assert_allclose(called.arrays[0], expected, atol=3e-7)
    np.testing.assert_allclose([*called.totals], [called.arrays[0].astype(float).sum()], atol=1e-4)


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
    environment = {**os.environ, "MULTIACT_NUM_THREADS": "3"}
    done = subprocess.run(
        [sys.executable, "-c", FORK],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "same"


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


CHILD = """
import numpy as np, multiact_numpy as mn, multiact
with multiact.use_engine("native"):
    y = mn.talu(np.linspace(-4, 4, 1001, dtype=np.float32))
print(float(y.sum()))
"""


def child(**environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "always", "-c", CHILD],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[float, str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return float(out), err


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


@pytest.mark.parametrize("fault", ["none", "fails", "hangs"])
def test_without_a_working_compiler(
    fault: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "cc"
    hang = "exec sleep 60" if fault == "hangs" else "exit 1"
    script.write_text(f"#!/bin/sh\n{hang}\n")
    script.chmod(0o755)
    monkeypatch.setenv("MULTIACT_CC", str(script) if fault != "none" else "no-such-compiler")
    monkeypatch.setattr(compiler, "TIMEOUT", 0.2)
    source = loop().source()
    if fault == "none":
        assert compiler.load(source) is None
    else:
        with pytest.warns(RuntimeWarning, match="no fused kernels"):
            assert compiler.load(source) is None
    assert compiler.load(source) is None  # and no second warning, which would be an error
    total, _ = finished(child(MULTIACT_CC="no-such-compiler", MULTIACT_CACHE=str(cache)))
    assert total == pytest.approx(TALU.sum(), rel=1e-5)


@needs_compiler
@pytest.mark.parametrize("fault", ["empty", "cut", "changed", "another file"])
def test_a_corrupt_entry_is_built_again(fault: str, cache: Path) -> None:
    source = loop().source()
    apply(source, X)
    (entry,) = cache.glob("*.so")
    content = entry.read_bytes()
    entry.unlink()  # the old file stays mapped in this process
    entry.write_bytes(
        {
            "empty": b"",
            "cut": content[: len(content) // 2],
            "changed": content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
            "another file": b"#!/bin/sh\n" * 100,
        }[fault]
    )
    np.testing.assert_allclose(apply(source, X), TALU, rtol=1e-6)
    assert entry.read_bytes() == content


@needs_compiler
@pytest.mark.parametrize("fault", ["a file", "others may write", "not writable"])
def test_an_unusable_cache(fault: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault == "a file":
        cache.write_text("")
    elif fault == "others may write":
        cache.mkdir()
        cache.chmod(0o777)
    else:
        monkeypatch.setenv("MULTIACT_CACHE", "/proc/multiact")
    np.testing.assert_allclose(apply(loop().source(), X), TALU, rtol=1e-6)


@needs_compiler
def test_kernels_are_shared_between_calls() -> None:
    assert kernel(loop()) is kernel(loop())


@pytest.mark.parametrize("name", ["talu", "gelu", "prelu", "swish"])
@pytest.mark.parametrize("chosen", ["native", "blocked", "reference"])
def test_engines_agree(name: str, chosen: str) -> None:
    x = np.random.default_rng(0).normal(size=(1000, 131)) * 4
    with multiact.use_engine(chosen):
        found = getattr(mn, name)(x), getattr(mn, name).derivative(2)(x.T)
    expected = multiact.get(name)(x), multiact.derivative(name, order=2)(x.T)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


def test_engine_is_chosen_by_context_and_environment() -> None:
    with multiact.use_engine("native"):
        assert multiact.engine() == "native"
        with multiact.use_engine("reference"):
            assert multiact.engine() == "reference"
        assert multiact.engine() == "native"
    with pytest.raises(ValueError, match="no engine 'native2'; did you mean 'native'"):
        multiact.use_engine("native2").__enter__()
    code = "import multiact; print(multiact.engine())"
    for given, printed in (("blocked", "blocked"), ("", "auto")):
        environment = {**os.environ, "MULTIACT_ENGINE": given}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == printed
