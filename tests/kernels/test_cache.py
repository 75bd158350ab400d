"""The cache of kernels: what is spoilt or cannot be used costs time, never a result."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from multiact.kernels import cache as folders
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
    compiler._warn_of_none.cache_clear()
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
@pytest.mark.parametrize(
    "fault", ["a file", "others may write", "not writable", "its folder", "a dollar"]
)
def test_an_unusable_cache(fault: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault == "a file":
        cache.write_text("")
    elif fault == "others may write":
        cache.mkdir()
        cache.chmod(0o777)
    elif fault == "its folder":  # in which others may put another one in its place
        cache.mkdir(mode=0o700)
        cache.parent.chmod(0o777)
    elif fault == "a dollar":
        monkeypatch.setenv("MULTIACT_CACHE", str(cache / "$LIB"))
    else:
        monkeypatch.setenv("MULTIACT_CACHE", "/proc/multiact")
    source = loop().source()
    compiler._warn_of_cache.cache_clear()
    with pytest.warns(RuntimeWarning, match="cannot be used .*; set MULTIACT_CACHE to a folder"):
        np.testing.assert_allclose(apply(source, X), TALU, rtol=1e-6)
    np.testing.assert_allclose(apply(source, X), TALU, rtol=1e-6)  # and no second warning
    assert folders.state().startswith("cannot be used, so that every process compiles anew: ")
    total, err = finished(child(MULTIACT_CACHE=os.environ["MULTIACT_CACHE"]))
    assert total == pytest.approx(TALU.sum(), rel=1e-5)
    assert err.count("cannot be used") == 1


def test_a_sticky_folder_may_hold_the_cache(cache: Path) -> None:
    cache.mkdir(mode=0o700)
    cache.parent.chmod(0o1777)
    assert folders.usable_folder() == cache
    assert folders.state() == f"{cache}: 0 kernels"
    cache.parent.chmod(0o700)


def test_an_empty_home_is_no_root_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MULTIACT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "")
    with pytest.raises(FileNotFoundError, match="no home folder"):
        folders.cache_folder()


@needs_compiler
def test_a_pipe_as_an_entry_is_replaced(cache: Path) -> None:
    source = loop(power=11.0).source()
    apply(source, X)
    (entry,) = cache.glob("*.so")
    entry.unlink()
    os.mkfifo(entry, 0o700)
    np.testing.assert_allclose(apply(source, X), 11 * TALU, rtol=1e-6)
    assert entry.is_file()


@needs_compiler
def test_what_a_killed_compilation_left_behind_is_removed(cache: Path) -> None:
    cache.mkdir(mode=0o700)
    old, new = cache / ".build-old", cache / ".build-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "kernel.so").touch()
    os.utime(old, (time.time() - 7200,) * 2)
    apply(loop(power=12.0).source(), X)
    assert not old.exists()
    assert new.exists()


WORKERS = """
import multiprocessing, os, sys
from multiact.kernels import cache
def work(_):
    return str(cache.private_folder())
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        folders = pool.map(work, range(4))
        pool.close()
        pool.join()
    child = os.fork()
    if not child:
        print(cache.private_folder(), flush=True)
        os._exit(0)  # runs nothing
    os.waitpid(child, 0)
    print(*folders)
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_leave_no_private_folders(method: str, tmp_path: Path) -> None:
    script = tmp_path / "workers.py"
    script.write_text(WORKERS)
    run = [sys.executable, str(script), method]
    with tempfile.TemporaryDirectory() as temporary:  # short: sockets are made there, too
        environment = {**os.environ, "TMPDIR": temporary}
        done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
        left, *used = done.stdout.split()
        assert used
        # that of the child that runs nothing
        assert [*map(str, Path(temporary).glob("multiact-*"))] == [left]
        script.write_text("from multiact.kernels import cache\nprint(cache.private_folder())")
        subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
        assert list(Path(temporary).glob("multiact-*")) == []
