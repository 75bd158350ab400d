"""Triton source of fused loops for graphics processors.

A program computes one block of elements, 16 bits in float32, and rounds once, where it stores.
The sums for gradients of parameters come from the same pass: each program leaves the sums of its
block, in the computing type, and adding those up is left to the caller, so that the results do
not depend on the order in which programs run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from multiact.calculus.graph import elements
from multiact.calculus.lower import Target, lowered, taken_apart
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr, symbol
from multiact.kernels.factoring import Factor, factor_reductions, hoist_invariants
from multiact.kernels.triton_block import WAVES, Statements
from multiact.special.arithmetic import WAVE_LIMIT, by_arithmetic
from multiact.special.devices import ON_DEVICES, OWN

_NARROW = frozenset({"float16", "bfloat16"})
_SHORT = {"float64": "fp64", "float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
#: operations above which compilation would take too long
TOO_LARGE = 4000
#: elements of a thread for kernels of up to as many operations: more would not fit into registers
_PER_THREAD = ((100, 8), (400, 4))

#: how a parameter is given: as a number, a tensor with one number or one for each element of an
#: array parameter, or as a tensor with one number for each channel
KINDS = ("number", "shared", "channel")


@dataclass(frozen=True)
class DeviceLoop:
    """The definition of one fused loop for a graphics processor.

    Attributes
    ----------
    outputs
        Expressions; those at `reductions` are summed over the elements instead of stored.
    inputs
        Arrays, then parameters.
    reductions
        Positions of the outputs that are reductions.
    dtype
        Name of the dtype in memory; 16-bit dtypes are computed in float32.
    kinds
        How each parameter is given, one of `KINDS`.
    walk
        How the arrays are traversed: see `DeviceSpace.walk`.
    """

    outputs: tuple[Expr, ...]
    inputs: Inputs
    reductions: tuple[int, ...]
    dtype: str
    kinds: tuple[str, ...]
    walk: str = "flat"

    @property
    def bits(self) -> int:
        """The width of the computing type, in bits."""
        return 64 if self.dtype == "float64" else 32

    @property
    def real(self) -> str:
        """The name of the computing type."""
        return "float64" if self.bits == 64 else "float32"

    @property
    def stored(self) -> tuple[int, ...]:
        """Positions of the outputs that are stored as arrays."""
        return tuple(k for k in range(len(self.outputs)) if k not in self.reductions)

    @cached_property
    def source(self) -> str:
        """The source of a module whose function `kernel` is the loop."""
        return self._printer.source()

    @property
    def operations(self) -> int:
        """The number of operations for each element."""
        return len(self._printer.block.lines)

    @property
    def per_thread(self) -> int:
        """The number of elements that a thread computes at a time."""
        return next((n for most, n in _PER_THREAD if self.operations <= most), 2)

    @cached_property
    def _printer(self) -> _Printer:
        return _Printer(self)

    def signature(self) -> dict[str, str]:
        """The types of the kernel's arguments, in order, as Triton's compiler spells them."""
        return self._printer.signature()


def target_of(dtype: str) -> Target:
    """Return what kernels of a dtype are made for."""
    bits = 64 if dtype == "float64" else 16 if dtype in _NARROW else 32
    own = OWN if bits < 64 else frozenset()
    return Target(bits, fma=True, own=own, arithmetic=ON_DEVICES, clamps=True)


class _Printer:
    """Prints a loop. Variables are named as in C kernels: x read, y written, q parameters."""

    def __init__(self, loop: DeviceLoop) -> None:
        self.loop = loop
        self.columns, self.flat = loop.walk == "columns", loop.walk == "flat"
        self.data, self.stored = range(len(loop.inputs.data)), loop.stored
        varies = loop.inputs.varies
        target = target_of(loop.dtype)
        plain = lowered(loop.outputs, replace(target, arithmetic=frozenset()))
        outputs = hoist_invariants(taken_apart(plain, target), varies)
        found, self.later = factor_reductions(outputs, loop.reductions, varies)
        self.parameters = dict(zip(loop.inputs.numbers, self._numbers(), strict=True))
        variables = {n: f"x{k}" for k, n in enumerate(loop.inputs.data)} | self.parameters
        self.block = Statements(found, variables, loop.bits, varies)
        if len(self.block.lines) > TOO_LARGE:
            raise NotImplementedError(f"{len(self.block.lines)} operations are too many")

    def _numbers(self) -> list[str]:
        """The variables of the parameters, one per number."""
        pairs = enumerate(self.loop.inputs.parameters)
        return [
            f"q{k}" if n is None else f"q{k}_{i}"
            for k, (name, n) in pairs
            for i, _ in enumerate(elements(name, n))
        ]

    def source(self) -> str:
        body = self.in_columns() if self.columns else self.in_blocks()
        arguments = ", ".join(self.signature())
        constants = ["ROWS", "COLUMNS", "STEPS"] if self.columns else ["BLOCK"]
        arguments += "".join(f", {c}: tl.constexpr" for c in constants)
        text = "".join(f"    {line}\n" for line in body)
        helpers = "".join(_wave(name) for name in sorted(self.block.waves))
        return f"{_HEAD}{helpers}\n\n@triton.jit\ndef kernel({arguments}):\n{text}"

    def signature(self) -> dict[str, str]:
        loop = self.loop
        element, real = f"*{_SHORT[loop.dtype]}", _SHORT[loop.real]
        found = {f"x{k}": element for k in self.data} | {f"y{k}": element for k in self.stored}
        found |= {"sums": f"*{real}"} if loop.reductions else {}
        for k, kind in enumerate(loop.kinds):
            found[f"p{k}"] = real if kind == "number" else f"*{real}"
        if not self.flat:
            names = [*(f"x{k}_step" for k in self.data), *(f"y{k}_step" for k in self.stored)]
            found |= dict.fromkeys([*names, "outer", "channels"], "i32")
        return found | {"inner": "i32"}

    def in_blocks(self) -> list[str]:
        """Print the body for blocks of neighbours, whose parameters are the same."""
        starts = [*(f"x{k}" for k in self.data), *(f"y{k}" for k in self.stored)]
        if self.flat:
            place = ["start = tl.program_id(0).to(tl.int64) * BLOCK", "left = inner - start"]
            moved = [f"{v}_at = {v} + start" for v in starts]
        else:
            place = [
                "chunks = tl.cdiv(inner, BLOCK)",
                "row = tl.program_id(0) // chunks",
                "start = (tl.program_id(0) % chunks) * BLOCK",
                "channel = row % channels",
                "left = inner - start",
                "within = channel.to(tl.int64) * inner + start",
                "above = (row // channels).to(tl.int64)",
            ]
            moved = [f"{v}_at = {v} + (above * {v}_step + within)" for v in starts]
        return [
            *place, *moved,
            "lane = tl.arange(0, BLOCK)",
            "here = lane < left",
            *self.loads("lane", "here"),
            *self.numbers("channel"),
            *self.block.lines,
            *self.stores("lane", "here"),
            *(self.sum_of_block(j, k) for j, k in enumerate(self.loop.reductions)),
        ]  # fmt: skip

    def in_columns(self) -> list[str]:
        """Print the body for a panel of columns, each with parameters of its own."""
        sums = self.loop.reductions
        step = [
            "row = (panel * STEPS + step) * ROWS + tl.arange(0, ROWS)[:, None]",
            "here = (row < outer) & inside",
            *(f"x{k}_at = x{k} + row.to(tl.int64) * x{k}_step" for k in self.data),
            *(f"y{k}_at = y{k} + row.to(tl.int64) * y{k}_step" for k in self.stored),
            *self.loads("column", "here"),
            *self.block.lines,
            *self.stores("column", "here"),
            *(f"s{k} += {self.masked(k)}" for k in sums),
        ]
        real = f"tl.{self.loop.real}"
        return [
            "width = channels * inner",
            "panels = tl.cdiv(width, COLUMNS)",
            "panel = tl.program_id(0) // panels",
            "column = (tl.program_id(0) % panels) * COLUMNS + tl.arange(0, COLUMNS)[None, :]",
            "inside = column < width",
            *self.numbers("(column // inner)", "inside"),
            *(f"s{k} = tl.zeros([ROWS, COLUMNS], {real})" for k in sums),
            "for step in range(STEPS):",
            *(f"    {line}" for line in step),
            "place = sums + panel.to(tl.int64) * width + column" if sums else "",
            "count = tl.num_programs(0) // panels" if sums else "",
            *(
                f"tl.store(place + {j} * count.to(tl.int64) * width,"
                f" tl.sum(s{k}, axis=0, keep_dims=True){self.factors(k)}, mask=inside)"
                for j, k in enumerate(sums)
            ),
        ]

    def loads(self, at: str, here: str) -> list[str]:
        """Print the loads of the arrays, in the computing type."""
        wide = f".to(tl.{self.loop.real})" if self.loop.dtype in _NARROW else ""
        return [f"x{k} = tl.load(x{k}_at + {at}, mask={here}, other=0.0){wide}" for k in self.data]

    def stores(self, at: str, here: str) -> list[str]:
        """Print the stores, which round."""
        stored = f".to(tl.{self.loop.dtype}), mask={here})"
        return [f"tl.store(y{k}_at + {at}, ({self.result(k)}){stored}" for k in self.stored]

    def result(self, k: int) -> str:
        """Print an output as a block, also where it does not depend on the arrays."""
        shape = "[ROWS, COLUMNS]" if self.columns else "[BLOCK]"
        varies = self.loop.inputs.varies(self.block.outputs[k])
        name = self.block.results[k]
        return name if varies else f"tl.zeros({shape}, tl.{self.loop.real}) + {name}"

    def numbers(self, channel: str, mask: str = "") -> list[str]:
        """Print the loads of the parameters; `channel` is the number of the elements' channel."""
        lines = []
        names = iter(self._numbers())
        real = f"tl.{self.loop.real}"
        pairs = zip(self.loop.inputs.parameters, self.loop.kinds, strict=True)
        for k, ((_, length), kind) in enumerate(pairs):
            for i in range(1 if length is None else length):
                if kind == "number":  # in an interpreter, it is of double precision
                    text = f"tl.full((), 0.0, {real}) + p{k}"
                elif kind == "shared":
                    text = f"tl.load(p{k} + {i})"
                else:
                    masked = f", mask={mask}, other=1.0" if mask else ""
                    text = f"tl.load(p{k} + {i} * channels + {channel}{masked})"
                lines.append(f"{next(names)} = {text}")
        return lines

    def masked(self, k: int) -> str:
        """Print an output, 0 in the lanes that are beyond the array's end."""
        return f"tl.where(here, {self.result(k)}, tl.full((), 0.0, tl.{self.loop.real}))"

    def sum_of_block(self, j: int, k: int) -> str:
        """Print the store of a sum over the block."""
        place = f"sums + {j} * tl.num_programs(0).to(tl.int64) + tl.program_id(0)"
        return f"tl.store({place}, tl.sum({self.masked(k)}, axis=0){self.factors(k)})"

    def factors(self, k: int) -> str:
        """Print the factors and divisors that are applied to the sum of an output."""
        later: list[Factor] = self.later.get(k, [])
        return "".join(
            f" {'/' if divides else '*'} {self.parameters.get(str(e.value), e.value)}"
            for e, divides in later
        )


def _wave(name: str) -> str:
    """Print a sine of any angle: the arithmetic form for small angles, else the compiler's own.

    The latter takes four times as long, and is computed only for blocks with a large angle, but
    then for these alone: a number shall not depend on its neighbours.
    """
    u = symbol("u")
    rules = by_arithmetic(*WAVES)
    (form,) = lowered((Expr.of(name, (u,)),), Target(32, fma=True, arithmetic=rules))
    lines = Statements((form,), {"u": "u"}, 32, lambda e: bool(e.symbols), "w")
    body = "".join(f"    {line}\n" for line in lines.lines)
    return (
        f"\n\n@triton.jit\ndef wide_{name}(u):\n{body}    y = {lines.results[0]}\n"
        f"    far = tl.abs(u) > {WAVE_LIMIT}\n"
        "    if tl.max(far.to(tl.int32)) > 0:\n"
        f"        y = tl.where(far, tl.{name}(u), y)\n"
        "    return y\n"
    )


_HEAD = "import triton\nimport triton.language as tl\n"
