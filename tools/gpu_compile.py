"""Compilation of the kernels for graphics processors that are not there, and what comes of it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from multiact.calculus.program import load_function
from multiact.kernels.triton_launch import launch_of
from multiact.kernels.triton_layout import DeviceSpace
from multiact.kernels.triton_source import DeviceLoop

#: what is compiled for: backend, architecture, threads of a warp
TARGETS: dict[str, tuple[str, int | str, int]] = {
    "sm_80": ("cuda", 80, 32),
    "sm_90": ("cuda", 90, 32),
    "sm_100": ("cuda", 100, 32),
    "gfx942": ("hip", "gfx942", 64),
}
_SPACES = {
    "flat": DeviceSpace(1, 1, 1 << 20, (1 << 20,) * 9),
    "rows": DeviceSpace(16, 64, 1 << 12, (1 << 18,) * 9),
    "columns": DeviceSpace(1 << 12, 256, 1, (256,) * 9),
}


class Compiled(NamedTuple):
    """What a kernel has become.

    Attributes
    ----------
    instructions
        How often each opcode occurs, for each element that a thread computes.
    loads
        The widest vector that is loaded, in bytes.
    spilled
        Bytes of registers that are kept in memory.
    registers
        Registers of a thread.
    """

    instructions: Mapping[str, float]
    loads: int
    spilled: int
    registers: int


def compile_for(target: str, loop: DeviceLoop, *, small_angles: bool = False) -> Compiled:
    """Compile a kernel for a graphics processor.

    Parameters
    ----------
    target
        One of `TARGETS`.
    loop
        The loop.
    small_angles
        Leave out what is computed for blocks with an angle beyond the arithmetic forms alone.
    """
    source = _without_far_angles(loop.source) if small_angles else loop.source
    made, per_thread = _compile(source, target, loop)
    if target.startswith("gfx"):
        return _of_amd(made.asm["amdgcn"], per_thread)
    return _of_nvidia(made.asm["cubin"], made.asm["ptx"], target, per_thread)


def _compile(source: str, target: str, loop: DeviceLoop) -> tuple[Any, float]:
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    launch = launch_of(_SPACES[loop.walk], loop.per_thread, bool(loop.reductions))
    signature = loop.signature()
    # aligned, as large arrays are
    aligned = {
        (i,): [["tt.divisibility", 16]]
        for i, (name, kind) in enumerate(signature.items())
        if kind.startswith("*") or kind == "i32" and (loop.walk == "flat" or name != "inner")
    }
    types = {**signature, **dict.fromkeys(launch.constants, "constexpr")}
    ast = ASTSource(load_function(source, "kernel"), types, launch.constants, aligned)
    options = {"enable_fp_fusion": False, "num_warps": launch.warps}
    made = triton.compile(ast, target=GPUTarget(*TARGETS[target]), options=options)
    elements = 1
    for n in launch.constants.values():
        elements *= n
    return made, elements / (launch.warps * TARGETS[target][2])


def _without_far_angles(source: str) -> str:
    return re.sub(r"    far = .*?\n    return y", "    return y", source, flags=re.DOTALL)


def _of_nvidia(cubin: bytes, ptx: str, target: str, per_thread: float) -> Compiled:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(cubin)
        text = _run("nvdisasm", "-c", str(path))
        usage = _run("cuobjdump", "-res-usage", str(path))
        spilled = 0
        if int(_number(r"STACK:(\d+)", usage)):
            (Path(folder) / "kernel.ptx").write_text(ptx)
            arch = _number(r"\.target (sm_\w+)", ptx)
            verbose = _run("ptxas", "-v", f"-arch={arch}", str(path.with_suffix(".ptx")), "-o", "/dev/null")
            spilled = int(_number(r"(\d+) bytes spill stores", verbose))
    opcodes = re.findall(r"/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z][A-Z0-9_.]*)", text)
    widths = re.findall(r"ld\.global(?:\.v(\d))?\.b(\d+)", ptx)
    return Compiled(
        {op: n / per_thread for op, n in Counter(opcodes).items() if op not in ("NOP", "BRA")},
        max((int(n or 1) * int(bits) // 8 for n, bits in widths), default=0),
        spilled,
        int(_number(r"REG:(\d+)", usage)),
    )


def _of_amd(text: str, per_thread: float) -> Compiled:
    opcodes = re.findall(r"^\s+([vs]_\w+|global_\w+|ds_\w+|buffer_\w+)", text, re.MULTILINE)
    widths = [int(n or 1) * 4 for n in re.findall(r"(?:global|buffer)_load_dword(?:x(\d))?\b", text)]
    spilled = sum(map(int, re.findall(r"\.[sv]gpr_spill_count:\s+(\d+)", text)))
    return Compiled(
        {op: n / per_thread for op, n in Counter(opcodes).items()},
        max(widths, default=0),
        4 * spilled,
        int(_number(r"\.vgpr_count:\s+(\d+)", text)),
    )


def _run(tool: str, *arguments: str) -> str:
    """Run a tool of Triton's wheel."""
    import triton

    path = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / tool
    done = subprocess.run([str(path), *arguments], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def _number(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "0"
