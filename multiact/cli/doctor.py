"""Report versions, the available backends, and the engine."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from typing import Any

import multiact
from multiact.adapters.frameworks import KNOWN, Unavailable
from multiact.cli.console import UsageError, print_json
from multiact.declare.plugins import GROUP, failures
from multiact.kernels import cache, engine, prebuilt
from multiact.kernels.compiler import TIMEOUT, compiler
from multiact.kernels.toolchain import is_zig
from multiact.testing.backend import load

_PACKAGES = ("numpy", "array-api-compat", "mpmath", "rich", "torch", "jax", "flax", "triton")


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add no arguments."""


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    report = _report()
    if args.json:
        print_json(report)
        return 0
    for what, value in report.items():
        states = value if isinstance(value, dict) else {"": value}
        longest = max(map(len, states))
        for i, (name, state) in enumerate(states.items()):
            column = f"{name:<{max(longest, 16)}}  " if name else ""
            print(f"{what if i == 0 else '':<12}{column}{state}")
    return 0


def _report() -> dict[str, Any]:
    return {
        "multiact": multiact.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "backends": {framework: _state(framework) for framework in KNOWN},
        "plugins": _plugins(),
        "compiler": _compiler(),
        "cache": cache.state(),
        "engine": _engine(),
        "on GPUs": _on_gpus(),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _state(framework: str) -> str:
    try:
        return "found: " + ", ".join(backend.name for backend in load(framework))
    except Unavailable as error:
        return f"missing: {error}"
    except Exception as error:  # an installation may be broken in any way; report it
        return f"broken: {type(error).__name__}: {(str(error) or 'no message').splitlines()[0]}"


def _plugins() -> dict[str, str] | str:
    """List the modules of other packages that declare activations, and whether they load."""
    broken = failures()
    plugins = sorted(f"{p.name} = {p.value}" for p in entry_points(group=GROUP))
    return {p: f"broken: {broken[p]}" if p in broken else "found" for p in plugins} or "none"


def _compiler() -> str:
    command = compiler()
    if command is None:
        if prebuilt.level() is not None:
            return f"none; the package brings common kernels for {prebuilt.level()}"
        return "none that multiact can use: pip install 'multiact[compiler]' (x86-64 Linux)"
    try:
        program = command[:2] if is_zig(command) else command[:1]
        result = subprocess.run(
            [*program, "--version"], capture_output=True, text=True, check=False, timeout=TIMEOUT,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return f"{' '.join(command)}: broken: {error}"
    return f"{' '.join(command)}: {(result.stdout.splitlines() or ['no version'])[0]}"


def _engine() -> str:
    """Describe what evaluates programs on NumPy arrays and CPU tensors, and why."""
    try:
        name = engine()
    except ValueError as error:
        raise UsageError(f"MULTIACT_ENGINE: {error}") from error
    if name != "auto":
        return f"{name}, chosen by MULTIACT_ENGINE"
    if compiler() is None:
        if prebuilt.level() is not None:
            return "auto: the package's own kernels; other large arrays in blocks"
        return "auto: large arrays in blocks, since there is no C compiler"
    return "auto: fused C kernels, since there is a C compiler"


def _on_gpus() -> str:
    """Describe what evaluates programs on CUDA tensors, and why; JAX compiles its own loops."""
    if engine() not in ("auto", "native"):
        return f"{engine()}: operation by operation"
    if find_spec("triton") is None:
        return "operation by operation, since Triton is not installed"
    if os.environ.get("TRITON_INTERPRET") == "1":
        return "fused Triton kernels, by Triton's interpreter, on CPU tensors too"
    return "fused Triton kernels"
