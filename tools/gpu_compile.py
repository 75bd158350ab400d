"""Compilation of the kernels for graphics processors that are not there, and what comes of it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from multiact.calculus.program import load_function
from multiact.kernels.triton_launch import Launch, launch_of
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
        How often each opcode is issued for each element: what is before and after a loop is
        shared by all elements of the loop.
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


def compile_for(
    target: str,
    loop: DeviceLoop,
    *,
    small_angles: bool = False,
    ones: Collection[str] = (),
    long: Collection[str] = (),
) -> Compiled:
    """Compile a kernel for a graphics processor.

    Parameters
    ----------
    target
        One of `TARGETS`.
    loop
        The loop.
    small_angles
        Leave out what is computed for blocks with an angle beyond the arithmetic forms alone.
    ones, long
        Integer arguments that are 1, which Triton makes constants, or have 64 bits.
    """
    source = _without_far_angles(loop.source) if small_angles else loop.source
    launch = launch_of(_SPACES[loop.walk], loop.per_thread, bool(loop.reductions))
    integers = dict.fromkeys(ones, "constexpr") | dict.fromkeys(long, "i64")
    made = _compile(source, target, loop, launch, integers)
    if target.startswith("gfx"):
        return _of_amd(made.asm["amdgcn"], loop.per_thread)
    steps = launch.constants.get("STEPS", 1)
    return _of_nvidia(made.asm["cubin"], made.asm["ptx"], loop.per_thread, steps)


def _compile(
    source: str, target: str, loop: DeviceLoop, launch: Launch, integers: Mapping[str, str]
) -> Any:
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    signature = loop.signature()
    # aligned, as large arrays are
    aligned = {
        (i,): [["tt.divisibility", 16]]
        for i, (name, kind) in enumerate(signature.items())
        if kind.startswith("*") or (kind == "i32" and (loop.walk != "columns" or name != "inner"))
    }
    ones = {name: 1 for name, kind in integers.items() if kind == "constexpr"}
    constants = {**launch.constants, **ones}
    types = {**signature, **integers, **dict.fromkeys(constants, "constexpr")}
    aligned = {k: v for k, v in aligned.items() if [*types][k[0]] not in ones}
    ast = ASTSource(load_function(source, "kernel"), types, constants, aligned)
    options = {"enable_fp_fusion": False, "num_warps": launch.warps}
    return triton.compile(ast, target=GPUTarget(*TARGETS[target]), options=options)


def _without_far_angles(source: str) -> str:
    return re.sub(r"    if far:\n.*\n", "", source)


def _of_nvidia(cubin: bytes, ptx: str, per_thread: int, steps: int) -> Compiled:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(cubin)
        text = _run("nvdisasm", "-c", str(path))
        usage = _run("cuobjdump", "-res-usage", str(path))
        stack = int(_number(r"STACK:(\d+)", usage))
        spilled = _spilled(path.with_suffix(".ptx"), ptx) if stack else 0
    widths = re.findall(r"ld\.global(?:\.v(\d))?\.b(\d+)", ptx)
    return Compiled(
        _issued(text, per_thread, steps),
        max((int(n or 1) * int(bits) // 8 for n, bits in widths), default=0),
        spilled,
        int(_number(r"REG:(\d+)", usage)),
    )


def _issued(text: str, per_thread: int, steps: int) -> dict[str, float]:
    """Count the opcodes; the longest branch back is that of the loop over steps."""
    lines = text.splitlines()
    labels = {line[:-1]: i for i, line in enumerate(lines) if re.match(r"\.L_\w+:$", line)}
    loops = [
        (labels[found[1]], i)
        for i, line in enumerate(lines)
        if (found := re.search(r"BRA `\((\.L_\w+)\)", line)) and labels.get(found[1], i) < i - 1
    ]
    first, last = max(loops, key=lambda ends: ends[1] - ends[0], default=(0, 0))
    counts: dict[str, float] = defaultdict(float)
    for i, line in enumerate(lines):
        found = _OPCODE.search(line)
        if found and found[1] not in ("NOP", "BRA"):
            shared = steps if steps > 1 and not first < i < last else 1
            counts[found[1]] += 1 / (per_thread * shared)
    return dict(counts)


_OPCODE = re.compile(r"/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+\s+)?([A-Z][A-Z0-9_.]*)")


def _spilled(path: Path, ptx: str) -> int:
    """Ask the assembler for the bytes that are spilled; large angles need some of the stack."""
    from triton.backends.nvidia.compiler import get_ptxas

    path.write_text(ptx)
    arch = _number(r"\.target sm_([0-9]+)", ptx)
    whole = f"-arch=sm_{_number(r'.target sm_([0-9a-z]+)', ptx)}"
    tool = Path(get_ptxas(int(arch)).path).name
    said = _run(tool, "-v", whole, "--fmad=false", str(path), "-o", str(path.with_suffix(".o")))
    return int(_number(r"(\d+) bytes spill stores", said))


def _of_amd(text: str, per_thread: int) -> Compiled:
    opcodes = re.findall(r"^\s+([vs]_\w+|global_\w+|ds_\w+|buffer_\w+)", text, re.MULTILINE)
    loads = re.findall(r"(?:global|buffer)_load_dword(?:x(\d))?\b", text)
    spilled = sum(map(int, re.findall(r"\.[sv]gpr_spill_count:\s+(\d+)", text)))
    return Compiled(
        {op: n / per_thread for op, n in Counter(opcodes).items()},
        max((4 * int(n or 1) for n in loads), default=0),
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
