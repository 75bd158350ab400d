"""Kernels that a wheel carries: used where there is no compiler, and only if they fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import multiact
from multiact.kernels import compiler, kernel, prebuilt
from tests.helpers.loops import X, loop, needs_compiler

pytestmark = needs_compiler


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the kernels of two activations."""
    pytest.importorskip("torch")
    from tools import prebuilt as tool

    folder = tmp_path_factory.mktemp("prebuilt")
    assert tool.main(["talu", "gelu", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def no_compiler(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No compiler, but these kernels."""
    monkeypatch.setattr(prebuilt, "FOLDER", built)
    monkeypatch.setenv("MULTIACT_CC", "no-such-compiler")
    prebuilt._library.cache_clear()
    yield
    prebuilt._library.cache_clear()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_they_compute_the_same(
    dtype: str, no_compiler: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if prebuilt.level() is None:
        pytest.skip("this processor is below x86-64-v3")
    made = prebuilt.find(loop("talu", dtype).source())
    assert made is not None
    x = X.astype(dtype)
    y, numbers = np.empty_like(x), np.asarray([0.7], dtype)
    kernel.Kernel(loop("talu", dtype), made).flat(x.size, [0.7], (x.ctypes.data, y.ctypes.data))
    np.testing.assert_allclose(y, np.where(x < 0, numbers * np.tanh(x), x), rtol=1e-6)


def test_without_a_compiler_they_are_loaded(no_compiler: None) -> None:
    if prebuilt.level() is None:
        pytest.skip("this processor is below x86-64-v3")
    assert isinstance(compiler.load(loop("gelu").source()), prebuilt.Prebuilt)
    assert compiler.load(loop("mish").source()) is None  # and no warning


def test_another_source_is_another_kernel(no_compiler: None) -> None:
    source = loop("talu").source()
    assert prebuilt.find(source.replace("<", "<=", 1)) is None


def test_a_processor_without_the_features_has_none(
    no_compiler: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prebuilt, "cpu", lambda: "flags : fpu sse2 avx")
    assert prebuilt.level() is None
    assert prebuilt.find(loop("talu").source()) is None


def test_a_damaged_file_is_not_used(
    tmp_path: Path, no_compiler: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for level in prebuilt.LEVELS:
        (tmp_path / f"{level}.so").write_bytes(b"no shared object")
    monkeypatch.setattr(prebuilt, "FOLDER", tmp_path)
    prebuilt._library.cache_clear()
    assert prebuilt.level() is None


def test_the_common_forms_of_every_activation_have_sources() -> None:
    pytest.importorskip("torch")
    from tools.prebuilt import _sources

    assert len(set(_sources("prelu"))) >= 3
    assert not [*_sources("rrelu")]  # it draws
    assert multiact.get("rrelu").noise
