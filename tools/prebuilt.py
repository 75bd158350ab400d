"""The kernels that a wheel carries: `python -m tools.prebuilt` compiles them.

They are what plain calls and backward passes of the catalogue's elementwise activations use, in
float32, float64 and bfloat16. It needs torch, whose adapter makes the loops of backward passes.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import multiact_torch
import torch

import multiact
from multiact.kernels import compiler, kernel, prebuilt, toolchain

DTYPES = ("float32", "float64", "bfloat16")


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile the shared object of each level."""
    parser = argparse.ArgumentParser(prog="python -m tools.prebuilt", description=main.__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these activations")
    parser.add_argument("--out", type=Path, default=prebuilt.FOLDER, help="the folder")
    options = parser.parse_args(arguments)
    command = compiler.compiler()
    if command is None:
        parser.error("there is no C compiler")
    names = options.names or multiact.names(kind="elementwise")
    sources = sorted({source for name in names for source in _sources(name)})
    options.out.mkdir(parents=True, exist_ok=True)
    for level in prebuilt.LEVELS:
        path = options.out / f"{level}.so"
        _compile(sources, command, level, path)
        print(f"{path}: {len(sources)} kernels, {path.stat().st_size / 1e6:.1f} MB")
    return 0


def _sources(name: str) -> Iterator[str]:
    """Yield the sources that forward and backward passes at the defaults use."""
    act = multiact.get(name)
    if act.noise or not act.is_graph or any(p.shaped for p in act.parameters):
        return
    for dtype in DTYPES:
        with _recorded() as sources:
            for learnable in {(), act.learnable}:
                module = multiact_torch.module_class(act)(learnable=learnable)
                x = torch.linspace(-3, 3, 300, dtype=getattr(torch, dtype), requires_grad=True)
                y = module.to(x.dtype)(x)
                y.sum().backward()
        yield from sources


@contextmanager
def _recorded() -> Iterator[list[str]]:
    """Note the sources that are compiled for the first time."""
    found: list[str] = []
    load = compiler.load

    def noting(source: str) -> Any:
        found.append(source)
        return load(source)

    kernel.kernel.cache_clear()
    compiler.load = noting
    try:
        yield found
    finally:
        compiler.load = load


def _compile(sources: list[str], command: list[str], level: str, path: Path) -> None:
    flags = [f for f in toolchain.flags() if f not in ("-shared", "-march=native", *toolchain.WIDE)]
    with tempfile.TemporaryDirectory() as folder:
        objects = [f"{folder}/{i}.o" for i in range(len(sources))]
        for source, output in zip(sources, objects, strict=True):
            key = prebuilt.key(source)
            names = [f"-D{entry}={entry}_{key}" for entry in prebuilt.ENTRY_POINTS]
            compiling = [*command, *flags, f"-march={level}", *names, "-x", "c", "-c", "-"]
            subprocess.run([*compiling, "-o", output], input=source.encode(), check=True)
        linking = [*command, "-shared", *objects, *toolchain.libraries(command)]
        subprocess.run([*linking, "-s", "-o", str(path)], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
