"""The page about graphics processors: `python -m tools.gpu_table` compiles every kernel.

Nothing runs on a device: instructions are counted in what the compiler makes, and a stated
model tells what will limit each kernel.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

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
    target
        The architecture that is compiled for.
    bandwidth
        Bytes of memory per second.
    cycles
        Cycles per second of all multiprocessors together.
    lanes
        Results per cycle of each kind of unit of a multiprocessor; "issue" is of all kinds.
    """

    target: str
    bandwidth: float
    cycles: float
    lanes: Mapping[str, int]


DEVICES = {
    "A100": Device(
        "sm_80", 2.04e12, 108 * 1.41e9,
        {"issue": 128, "products": 64, "comparisons": 64, "reciprocals": 16, "double": 32},
    ),
    "H200": Device(
        "sm_90", 4.8e12, 132 * 1.98e9,
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
    """One kernel on one device.

    Attributes
    ----------
    name, what, device
        The activation, "value" or "gradient", the device.
    bytes
        Of memory, for each element.
    instructions
        Issued for each element.
    load
        Bytes of the widest load.
    spilled, registers
        Bytes of registers kept in memory, registers of a thread.
    limit
        What limits it: "bandwidth", or a kind of unit.
    share
        The time that the busiest unit takes, over that of the memory.
    """

    name: str
    what: str
    device: str
    bytes: int
    instructions: float
    load: int
    spilled: int
    registers: int
    limit: str
    share: float


def rows(names: Iterable[str]) -> Iterable[Row]:
    """Compile the kernels of some activations and judge them."""
    for name in names:
        for what, loop in kernels(name):
            for device in DEVICES:
                yield row(name, what, loop, device)


def row(name: str, what: str, loop: DeviceLoop, device: str) -> Row:
    """Compile one kernel for a device and judge it."""
    model = DEVICES[device]
    # for angles of a usual size: others are rare
    made = compile_for(model.target, loop, small_angles=True)
    used: dict[str, float] = {"issue": sum(made.instructions.values())}
    for opcode, n in made.instructions.items():
        kind = unit(opcode)
        if kind is not None:
            used[kind] = used.get(kind, 0.0) + n
    moved = _BYTES * (len(loop.inputs.data) + len(loop.stored))
    memory = moved / model.bandwidth
    times = {kind: n / (model.lanes[kind] * model.cycles) for kind, n in used.items()}
    busiest = max(times, key=lambda kind: times[kind])
    share = times[busiest] / memory
    return Row(
        name, what, device, moved, round(used["issue"], 1), made.loads, made.spilled,
        made.registers, busiest if share > 1 else "bandwidth", round(share, 2),
    )  # fmt: skip


def page(found: Sequence[Row]) -> str:
    """Return the table, and what it comes to, in Markdown."""
    lines = [f"{len({r.name for r in found})} activations, float32.", ""]
    for device in DEVICES:
        for what in ("value", "gradient"):
            some = [r for r in found if r.device == device and r.what == what]
            limited = sorted((r for r in some if r.share > 1), key=lambda r: -r.share)
            named = ", ".join(f"`{r.name}` ({r.share:g})" for r in limited) or "none"
            count = f"{len(limited)} of {len(some)}"
            lines += [f"{device}, {what}: arithmetic limits {count}: {named}.", ""]
    spilled = sorted({f"`{r.name}`" for r in found if r.spilled})
    lines += [f"Registers are spilled by {', '.join(spilled) or 'none'}.", ""]
    head = ["activation", "kernel", "bytes", "load", "registers"]
    head += [f"{device} {what}" for device in DEVICES for what in ("instructions", "share")]
    lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, what in dict.fromkeys((r.name, r.what) for r in found):
        pair = {r.device: r for r in found if (r.name, r.what) == (name, what)}
        first = next(iter(pair.values()))
        cells: list[Any] = [name, what, first.bytes, first.load, first.registers]
        for device in DEVICES:
            cells += [pair[device].instructions, pair[device].share] if device in pair else ["", ""]
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
    for name in options.names or graphs():
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
