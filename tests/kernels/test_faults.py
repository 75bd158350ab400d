"""What may go wrong around the compiler and its cache costs speed, never a result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from multiact.cli import doctor
from multiact.kernels import cache as folders
from multiact.kernels import compiler, kernel, toolchain
from tests.helpers import processes
from tests.helpers.loops import CHILD, TALU, X, apply, child, finished, loop, needs_compiler


def command(folder: Path, script: str) -> str:
    """A compiler that does what the script says."""
    path = folder / "cc"
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


BROKEN = {
    "no format": "what is this?",
    "makes nothing": "#!/bin/sh\nexit 0\n",
    "makes garbage": '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho garbage > "$2"\n',
    "leaves a child behind": '#!/bin/sh\n(sleep 60; touch "$0.waited")\n',
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_a_broken_compiler(script, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("MULTIACT_CC", command(tmp_path, script))
    monkeypatch.setattr(compiler, "TIMEOUT", 0.5)
    monkeypatch.setattr(doctor, "TIMEOUT", 0.5)
    with pytest.warns(RuntimeWarning, match="no fused kernels"):
        assert compiler.load(loop().source()) is None
    assert doctor._compiler().startswith(str(tmp_path))
    assert not (tmp_path / "cc.waited").exists()  # nobody has waited for the child


def test_clang_is_known_behind_another_name(tmp_path, monkeypatch):
    (tmp_path / "clang-14").write_text("#!/bin/sh\n")
    (tmp_path / "clang-14").chmod(0o755)
    (tmp_path / "cc").symlink_to("clang-14")
    monkeypatch.setenv("MULTIACT_CC", f"{tmp_path / 'cc'} -O1")
    assert compiler.compiler() == [str(tmp_path / "cc"), "-O1", "-fveclib=libmvec"]
    (tmp_path / "cc").unlink()
    (tmp_path / "cc").write_text("#!/bin/sh\n")
    (tmp_path / "cc").chmod(0o755)
    compiler._compiler.cache_clear()
    assert compiler.compiler() == [str(tmp_path / "cc"), "-O1"]


CLANG = next(filter(None, map(shutil.which, ["clang", *(f"clang-{n}" for n in range(14, 23))])), "")
COMPARED = """
import warnings
import multiact, multiact_numpy as mn, numpy as np
warnings.simplefilter("error")
for dtype, eps in (("float16", 2e-3), ("float32", 1e-6), ("float64", 4e-15)):
    x = np.linspace(-9, 9, 517).astype(dtype)
    for name in ("talu", "gelu", "mish", "softplus", "sinlu", "elu", "tanh"):
        function = getattr(mn, name)
        for f in (function, function.derivative(1)):
            found = []
            for engine in ("native", "reference"):
                with multiact.use_engine(engine):
                    found.append(f(x).astype(float))
            np.testing.assert_allclose(*found, rtol=8 * eps, atol=eps, err_msg=f"{name} {dtype}")
"""


@pytest.mark.skipif(not CLANG, reason="clang is not installed")
def test_kernels_made_by_clang(tmp_path):
    environment = {**os.environ, "MULTIACT_CC": CLANG, "MULTIACT_CACHE": str(tmp_path)}
    command = [sys.executable, "-c", COMPARED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.so"))) == 3 * 7 * 2


def test_a_command_without_its_closing_quote(cache, monkeypatch):
    monkeypatch.setenv("MULTIACT_CC", 'gcc "')
    compiler._compiler.cache_clear()
    with pytest.warns(RuntimeWarning, match="MULTIACT_CC is no command: No closing quotation"):
        assert compiler.load(loop().source()) is None
    assert compiler.load(loop().source()) is None  # and no second warning


def test_a_compiler_that_is_removed(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("MULTIACT_CC", command(tmp_path, "#!/bin/sh\n"))
    assert compiler.compiler()
    (tmp_path / "cc").unlink()
    with pytest.warns(RuntimeWarning, match="no fused kernels"):
        assert compiler.load(loop().source()) is None


@needs_compiler
def test_a_full_disk(cache):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
    command = ("-W", "always", "-c", limit + CHILD)
    out, err = processes.finished(processes.python(*command, MULTIACT_CACHE=str(cache)))
    assert float(out) == pytest.approx(TALU.sum(), rel=1e-5)
    assert "no fused kernels" in err
    assert list(cache.iterdir()) == []


@needs_compiler
def test_a_user_without_a_home(monkeypatch):
    for name in ("MULTIACT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    with pytest.raises(FileNotFoundError, match="set MULTIACT_CACHE"):
        folders.cache_folder()
    with pytest.warns(RuntimeWarning, match="the cache of compiled kernels cannot be used"):
        np.testing.assert_allclose(apply(loop().source(), X), TALU, rtol=1e-6)


@needs_compiler
def test_a_cache_in_the_working_directory(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MULTIACT_CACHE", ".")
    apply(loop(power=3.0).source(), X)
    (entry,) = tmp_path.glob("*.so")
    assert compiler._cached(folders.cache_folder() / entry.name) is not None


@pytest.mark.parametrize(
    ("owner", "mode"), [(1, 0o40700), (0, 0o40770), (0, 0o40707), (0, 0o120700)]
)
def test_what_others_may_change_is_refused(owner, mode, tmp_path):
    status = SimpleNamespace(st_uid=os.getuid() + owner, st_mode=mode)
    with pytest.raises(PermissionError, match="can be written by others"):
        folders.check_ours(tmp_path, status)
    folders.check_ours(tmp_path, SimpleNamespace(st_uid=os.getuid(), st_mode=0o40755))


@needs_compiler
@pytest.mark.parametrize("fault", ["a link", "others may write"])
def test_a_planted_entry_is_not_run(fault, cache, tmp_path):
    source = loop(power=5.0).source()
    apply(loop(power=6.0).source(), X)
    (planted,) = cache.glob("*.so")
    planted = planted.rename(tmp_path / "planted")  # a whole library, and another function
    entry = cache / f"{compiler._key(source, compiler.compiler())}.so"
    if fault == "a link":
        entry.symlink_to(planted)
    else:
        planted.rename(entry)
        entry.chmod(0o777)
    assert compiler._cached(entry) is None
    np.testing.assert_allclose(apply(source, X), 5 * TALU, rtol=1e-6)
    assert not entry.is_symlink()
    assert entry.stat().st_mode & 0o777 == 0o700


@needs_compiler
def test_a_link_in_place_of_the_private_folder(tmp_path, cache, monkeypatch):
    cache.write_text("")  # the cache cannot be used
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    folders._private.cache_clear()
    mine, theirs = folders.private_folder(), tmp_path / "theirs"
    mine.rename(theirs)
    mine.symlink_to(theirs)
    with pytest.warns(RuntimeWarning, match="can be written by others"):
        assert compiler.load(loop(power=7.0).source()) is None
    assert [p.name for p in theirs.iterdir()] == [".lock"]
    folders._private.cache_clear()


PRIVATE = """
import os, sys
from multiact.kernels import cache as folders
folder = folders.private_folder()
child = os.fork()
if not child:
    sys.exit()
os.waitpid(child, 0)
print(folder, folder.is_dir())
"""


def test_the_private_folder_ends_with_its_process_and_not_with_a_fork():
    done = subprocess.run(
        [sys.executable, "-c", PRIVATE], capture_output=True, text=True, check=True
    )
    folder, there = done.stdout.split()
    assert there == "True"
    assert not Path(folder).exists()


FORK = """
import os, sys, threading, time
from multiact.kernels import compiler
holding = threading.Event()
def hold():
    with compiler._lock:
        holding.set()
        time.sleep(60)
threading.Thread(target=hold, daemon=True).start()
holding.wait()
child = os.fork()
if not child:
    import numpy as np, multiact_numpy as mn
    print(mn.talu(np.ones(3)).sum(), flush=True)
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


def test_a_fork_while_another_thread_compiles(cache):
    out, _ = processes.finished(processes.python("-c", FORK, MULTIACT_CACHE=str(cache)))
    assert out == "3.0\n"


def test_a_number_of_threads_that_int_does_not_know(monkeypatch):
    for given in ("²", "-1", "0", "two", ""):
        monkeypatch.setenv("MULTIACT_NUM_THREADS", given)
        assert kernel.available_threads() == len(os.sched_getaffinity(0))


@needs_compiler
def test_two_processes_repair_one_entry(cache):
    source = loop().source()
    apply(source, X)
    for entry in cache.glob("*.so"):
        entry.unlink()
        entry.write_bytes(b"\x7fELF")
    running = [child(MULTIACT_CACHE=str(cache)) for _ in range(2)]
    for process in running:
        total, err = finished(process)
        assert total == pytest.approx(TALU.sum(), rel=1e-5)
        assert not err


def test_a_package_brings_a_compiler(tmp_path, monkeypatch):
    """Where the system has none, that of the package ziglang, whose files stay in the cache."""
    package = tmp_path / "ziglang"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "zig").write_text('#!/bin/sh\necho "$ZIG_GLOBAL_CACHE_DIR" >> "$0.seen"; exit 1\n')
    (package / "zig").chmod(0o755)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("MULTIACT_CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    toolchain._ziglang.cache_clear()
    try:
        assert compiler.compiler() == [str(package / "zig"), "cc", "-fveclib=libmvec"]
        assert toolchain.libraries(compiler.compiler()) == ["-lm", "-lpthread"]
        monkeypatch.setenv("MULTIACT_CACHE", str(tmp_path / "cache"))
        with pytest.warns(RuntimeWarning, match="no fused kernels"):
            assert compiler.load(loop().source()) is None
        seen = (package / "zig.seen").read_text().split()
        assert seen[0] == str(tmp_path / "cache" / "zig")
    finally:
        toolchain._ziglang.cache_clear()


@pytest.mark.parametrize(
    ("features", "wide"),
    [
        ("model name : Intel(R) Xeon(R)\nflags : avx2 fma avx512f", False),
        ("model name : Intel(R) Xeon(R)\nflags : avx2 fma avx512f avx512_fp16", True),
        ("model name : AMD EPYC\nflags : avx2 fma avx512f", True),
        ("model name : AMD EPYC\nflags : avx2 fma", False),
    ],
)
def test_full_vectors_where_they_pay(features, wide, monkeypatch):
    monkeypatch.setattr(toolchain, "cpu", lambda: features)
    assert ("-DWIDE" in toolchain.flags.__wrapped__()) is wide
