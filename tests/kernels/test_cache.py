"""The cache of kernels: what is spoilt or cannot be used costs time, never a result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multiact.kernels import compiler
from tests.helpers.loops import TALU, X, apply, child, finished, loop, needs_compiler


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
