"""Description of the machine and the software that were used for the measurements."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import multiact
from multiact.kernels.compiler import compiler

_PACKAGES = ("numpy", "torch", "jax", "jaxlib", "flax", "scipy", "torch-activation")
_CPU = Path("/sys/devices/system/cpu/cpu0/cache")
_HUGE = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def facts() -> Iterator[tuple[str, str]]:
    """Yield rows of (what, value)."""
    yield "processor", f"{_model()}, {os.cpu_count()} logical cores; {_caches()}"
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}"
    yield "load when measured", ", ".join(f"{v:.1f}" for v in os.getloadavg())
    yield "Python", platform.python_version()
    yield "multiact", f"{multiact.__version__}, {_revision()}"
    yield "packages", ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    command = compiler()
    yield "compiler", _run([*command, "--version"]).partition("\n")[0] if command else "none"
    yield "allocator", allocator()


def allocator() -> str:
    """Describe `malloc`, its settings and its pages, which determine the times of large arrays."""
    library, number = platform.libc_ver()
    settings = [n for n in sorted(os.environ) if n.startswith(("MALLOC_", "GLIBC_TUNABLES"))]
    preload = os.environ.get("LD_PRELOAD")
    parts = [f"{library or 'libc'} {number} malloc".strip()]
    parts.append(f"LD_PRELOAD={preload}" if preload else "nothing preloaded")
    parts += [f"{name}={os.environ[name]}" for name in settings]
    if _HUGE.exists():
        parts.append(f"transparent huge pages: {_HUGE.read_text().split('[')[1].split(']')[0]}")
    return ", ".join(parts)


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _caches() -> str:
    caches = []
    for folder in sorted(_CPU.glob("index*")):
        try:
            fields = [(folder / name).read_text().strip() for name in ("level", "type", "size")]
        except OSError:
            continue
        if fields[1] != "Instruction":
            caches.append(f"L{fields[0]} {fields[2]}")
    return ", ".join(caches) or "caches unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _revision() -> str:
    name = _run(["git", "describe", "--always", "--dirty", "--abbrev=10"]).strip()
    return f"revision {name}" if name else "no revision"


def _run(command: list[str]) -> str:
    try:
        process = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return process.stdout
