"""The kernels that a wheel carries: `python -m tools.prebuilt` compiles them.

They are what plain calls and backward passes use in float32, float64 and bfloat16, of the
elementwise activations that other libraries have, too. It needs torch, whose adapter makes the
loops of backward passes.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from multiact_torch._operation import Operation

import multiact
from multiact.kernels import compiler, prebuilt, toolchain
from multiact.kernels.c_source import Loop
from multiact.libraries import libraries, table

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
    names = options.names or _common()
    sources = sorted({source for name in names for source in _sources(name)})
    options.out.mkdir(parents=True, exist_ok=True)
    for level in prebuilt.LEVELS:
        path = options.out / f"{level}.so"
        _compile(sources, command, level, path)
        print(f"{path}: {len(sources)} kernels, {path.stat().st_size / 1e6:.1f} MB")
    return 0


def _common() -> list[str]:
    """List the activations that other libraries have, and those of the README."""
    found = {"talu", "exlu"}
    for library in libraries():
        names = table(library)
        found |= {names.configuration(name)["name"] for name in names.names}
    return sorted(found)


def _sources(name: str) -> Iterator[str]:
    """Yield the sources that forward and backward passes at the defaults use."""
    act = multiact.get(name)
    if act.kind != "elementwise" or act.noise or any(p.shaped for p in act.parameters):
        return
    form = act.example_specialization
    op = Operation((act.expression(form),), form.inputs, act.key)
    learned = tuple(p.learnable for p in act.parameters)
    trained = dict.fromkeys([(True, *learned), (True, *[False] * len(learned))])
    loops = [op.fused, *map(op.fused_backward, trained)]
    for dtype in DTYPES:
        for loop in loops:
            yield Loop(loop.outputs, loop.inputs, loop.reductions, dtype).source()


def _compile(sources: list[str], command: list[str], level: str, path: Path) -> None:
    flags = [f for f in toolchain.flags() if f not in ("-shared", "-march=native", *toolchain.WIDE)]
    flags += [f"-march={level.removesuffix('-wide')}"]
    flags += toolchain.WIDE if level.endswith("wide") else []
    with tempfile.TemporaryDirectory() as folder:
        objects = [f"{folder}/{i}.o" for i in range(len(sources))]
        for source, output in zip(sources, objects, strict=True):
            key = prebuilt.key(source)
            names = [f"-D{entry}={entry}_{key}" for entry in prebuilt.ENTRY_POINTS]
            compiling = [*command, *flags, *names, "-x", "c", "-c", "-"]
            subprocess.run([*compiling, "-o", output], input=source.encode(), check=True)
        linking = [*command, "-shared", *objects, *toolchain.libraries(command)]
        subprocess.run([*linking, "-s", "-o", str(path)], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
