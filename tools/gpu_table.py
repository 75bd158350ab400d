"""The page about graphics processors: `python -m tools.gpu_table` compiles every kernel.

Nothing runs on a device: instructions are counted in what the compiler makes, and a stated
model tells what will limit each kernel.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from multiact.kernels.triton_source import DeviceLoop
from tools.gpu_compile import compile_for
from tools.gpu_kernels import graphs, kernels

PAGE = Path("docs/gpu.md")
MARK = "<!-- the table, by python -m tools.gpu_table -->\n"
_BYTES = 4  # of an element in float32


class Device(NamedTuple):
    """What a graphics processor can do at most, by its data sheet.

    Attributes
    ----------
    bandwidth
        Bytes of memory per second.
    cycles
        Cycles per second of all multiprocessors together.
    lanes
        Results per cycle of each kind of unit of a multiprocessor; "issue" is of all kinds.
    """

    bandwidth: float
    cycles: float
    lanes: Mapping[str, int]


#: what is compiled for: the instructions for an A100 are the same to a few in a hundred
TARGET = "sm_90"
DEVICES = {
    "A100": Device(
        2.04e12, 108 * 1.41e9,
        {"issue": 128, "products": 64, "comparisons": 64, "reciprocals": 16, "double": 32},
    ),
    "H200": Device(
        4.8e12, 132 * 1.98e9,
        {"issue": 128, "products": 128, "comparisons": 64, "reciprocals": 16, "double": 64},
    ),
}  # fmt: skip
_PRODUCTS = ("FFMA", "FMUL", "FADD", "IMAD", "HFMA2", "FSWZADD")
_SLOW = ("MUFU", "F2F", "F2I", "I2F.", "FRND", "I2FP")
_OUTSIDE = ("LD", "ST", "U", "S2R", "CS2R", "BAR", "SHFL", "EXIT", "R2UR", "BS", "B", "CALL", "RET")


def unit(opcode: str) -> str | None:
    """Return the kind of unit that an instruction occupies; None for others."""
    if opcode.startswith(_OUTSIDE):
        return None
    if opcode.startswith(("DADD", "DMUL", "DFMA", "DSETP")):
        return "double"
    if opcode.startswith(_SLOW):
        return "reciprocals"
    return "products" if opcode.startswith(_PRODUCTS) else "comparisons"


@dataclass(frozen=True)
class Row:
    """One kernel.

    Attributes
    ----------
    name, what
        The activation; "value" or "gradient".
    bytes
        Of memory, for each element.
    instructions
        Issued for each element.
    load
        Bytes of the widest load.
    spilled, registers
        Bytes of registers kept in memory, registers of a thread.
    shares
        For each device, the time that the busiest kind of unit takes, over that of the memory.
    """

    name: str
    what: str
    bytes: int
    instructions: float
    load: int
    spilled: int
    registers: int
    shares: Mapping[str, float]


def rows(names: Iterable[str]) -> Iterable[Row]:
    """Compile the kernels of some activations and judge them."""
    for name in names:
        for what, loop in kernels(name):
            yield row(name, what, loop)


def row(name: str, what: str, loop: DeviceLoop) -> Row:
    """Compile one kernel and judge it."""
    # for angles of a usual size: others are rare
    made = compile_for(TARGET, loop, small_angles=True)
    used: dict[str, float] = {"issue": sum(made.instructions.values())}
    for opcode, n in made.instructions.items():
        kind = unit(opcode)
        if kind is not None:
            used[kind] = used.get(kind, 0.0) + n
    moved = _BYTES * (len(loop.inputs.data) + len(loop.stored))
    shares = {}
    for device, (bandwidth, cycles, lanes) in DEVICES.items():
        busiest = max(n / lanes[kind] for kind, n in used.items()) / cycles
        shares[device] = round(busiest / (moved / bandwidth), 2)
    issued = round(used["issue"], 1)
    return Row(name, what, moved, issued, made.loads, made.spilled, made.registers, shares)


def page(found: Sequence[Row]) -> str:
    """Return the table, and what it comes to, in Markdown."""
    lines = [f"{len({r.name for r in found})} activations, float32.", ""]
    for device in DEVICES:
        for what in ("value", "gradient"):
            some = [r for r in found if r.what == what]
            limited = [r for r in some if r.shares[device] > 1]
            limited.sort(key=lambda r: -r.shares[device])
            named = ", ".join(f"`{r.name}` ({r.shares[device]:g})" for r in limited) or "none"
            count = f"{len(limited)} of {len(some)}"
            lines += [f"{device}, {what}: arithmetic limits {count}: {named}.", ""]
    spilled = sorted({f"`{r.name}`" for r in found if r.spilled})
    lines += [f"Registers are spilled by {', '.join(spilled) or 'none'}.", ""]
    head = ["activation", "kernel", "bytes", "instructions", "load", "registers", *DEVICES]
    lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for r in found:
        cells = [r.name, r.what, r.bytes, r.instructions, r.load, r.registers, *r.shares.values()]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile kernels, judge them, and write the table of the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.gpu_table", description=main.__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these activations")
    parser.add_argument("--print", action="store_true", help="write nothing")
    parser.add_argument("--keep", type=Path, help="a file for results, to go on with later")
    options = parser.parse_args(arguments)
    known = _stored(options.keep) if options.keep and options.keep.exists() else {}
    names = options.names or random.Random(0).sample(graphs(), len(graphs()))
    for name in names:  # in no order: a part of them stands for all
        if name not in known:
            known[name] = list(rows([name]))
            if options.keep:
                kept = {n: [asdict(r) for r in some] for n, some in known.items()}
                options.keep.write_text(json.dumps(kept), "utf-8")
    text = page([r for name in sorted(known) for r in known[name]])
    if options.print:
        print(text)
    else:
        PAGE.write_text(PAGE.read_text("utf-8").split(MARK)[0] + MARK + "\n" + text, "utf-8")
    return 0


def _stored(file: Path) -> dict[str, list[Row]]:
    stored = json.loads(file.read_text("utf-8"))
    return {name: [Row(**r) for r in some] for name, some in stored.items()}


if __name__ == "__main__":
    raise SystemExit(main())
