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
from multiact.kernels.triton_block import Statements
from multiact.special.devices import ON_DEVICES, OWN, WAVE_LIMIT, near_cos, near_sin

_NARROW = frozenset({"float16", "bfloat16"})
_SHORT = {"float64": "fp64", "float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
#: operations above which compilation would take too long
TOO_LARGE = 4000
#: elements of a thread for kernels of up to as many operations: more would not fit into registers
_PER_THREAD = ((100, 8), (400, 4))

_SUMS = 64  # of a thread, each in a register of its own
_OF_WAVES = 20  # operations of a sine
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
        """The number of operations for each element, those of sines among them."""
        block = self._printer.block
        return len(block.lines) + _OF_WAVES * sum(map(block.is_wave, block.order))

    @cached_property
    def per_thread(self) -> int:
        """The number of elements that a thread computes at a time."""
        found = next((n for most, n in _PER_THREAD if self.operations <= most), 2)
        while found > 2 and found * len(self.reductions) > _SUMS:
            found //= 2
        return found

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
    """Prints a loop.

    The names of variables start with a letter and end with the index of an array, parameter or
    output: x arrays read, v their elements, y arrays written, p parameters, q their numbers, s
    sums.
    """

    def __init__(self, loop: DeviceLoop) -> None:
        self.loop = loop
        self.columns, self.flat = loop.walk == "columns", loop.walk == "flat"
        self.data, self.stored = range(len(loop.inputs.data)), loop.stored
        varies = loop.inputs.varies
        target = target_of(loop.dtype)
        plain = lowered(loop.outputs, replace(target, arithmetic=frozenset()))
        # of the forms, no rounding error is asked for
        apart = taken_apart(plain, replace(target, fma=False))
        outputs = hoist_invariants(apart, varies)
        found, self.later = factor_reductions(outputs, loop.reductions, varies)
        self.parameters = dict(zip(loop.inputs.numbers, self._numbers(), strict=True))
        variables = {n: f"v{k}" for k, n in enumerate(loop.inputs.data)} | self.parameters
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
        # untold, a number would be of single precision
        told = {f"p{k}" for k, kind in enumerate(self.loop.kinds) if kind == "number"}
        arguments = ", ".join(
            f'{name}: "{kind}"' if name in told else name for name, kind in self.signature().items()
        )
        constants = ["ROWS", "COLUMNS"] if self.columns else ["BLOCK"]
        constants += ["STEPS"] if self.loop.reductions else []
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
        sums = self.loop.reductions
        if self.flat:
            first = "tl.program_id(0).to(tl.int64)"
            number = f"({first} * STEPS + step)" if sums else first
            head, place = [], [f"start = {number} * BLOCK", "left = inner - start"]
            moved = {v: f"{v} + start" for v in self.arrays}
        else:
            head = [
                "chunks = tl.cdiv(inner, BLOCK)",
                "row = tl.program_id(0) // chunks",
                "channel = row % channels",
                "above = (row // channels).to(tl.int64)",
            ]
            place = [
                f"start = (tl.program_id(0) % chunks{' + step' * bool(sums)}) * BLOCK",
                "left = inner - start",
                "within = channel.to(tl.int64) * inner + start",
            ]
            moved = {v: f"{v} + (above * {v}_step + within)" for v in self.arrays}
        head += ["lane = tl.arange(0, BLOCK)", *self.numbers("channel")]
        step = [*place, "here = lane < left", *self.step(moved, "lane")]
        stores = [
            "size = tl.num_programs(0).to(tl.int64)",
            "place = sums + tl.program_id(0)",
            *(
                f"tl.store(place + {j} * size, tl.sum(s{k}, axis=0){self.factors(k)})"
                for j, k in enumerate(sums)
            ),
        ]
        return [*head, *self.repeated(step, "[BLOCK]"), *(stores if sums else [])]

    def in_columns(self) -> list[str]:
        """Print the body for a panel of columns, each with parameters of its own."""
        sums = self.loop.reductions
        step = [
            f"row = (panel{' * STEPS + step' * bool(sums)}) * ROWS + tl.arange(0, ROWS)[:, None]",
            "here = (row < outer) & inside",
            *self.step({v: f"{v} + row.to(tl.int64) * {v}_step" for v in self.arrays}, "column"),
        ]
        stores = [
            "place = sums + panel.to(tl.int64) * width + column",
            "size = (tl.num_programs(0) // panels).to(tl.int64) * width",
            *(
                f"tl.store(place + {j} * size, tl.sum(s{k}, axis=0, keep_dims=True)"
                f"{self.factors(k)}, mask=inside)"
                for j, k in enumerate(sums)
            ),
        ]
        return [
            "width = channels * inner",
            "panels = tl.cdiv(width, COLUMNS)",
            "panel = tl.program_id(0) // panels",
            "column = (tl.program_id(0) % panels) * COLUMNS + tl.arange(0, COLUMNS)[None, :]",
            "inside = column < width",
            *self.numbers("(column // inner)", "inside"),
            *self.repeated(step, "[ROWS, COLUMNS]"),
            *(stores if sums else []),
        ]

    def step(self, moved: dict[str, str], at: str) -> list[str]:
        """Print the computation of one block; `moved` are the arrays' pointers to it."""
        return [
            *(f"{v}_at = {pointer}" for v, pointer in moved.items()),
            *self.loads(at, "here"),
            *self.block.lines,
            *self.stores(at, "here"),
            *(f"s{k} += {self.masked(k)}" for k in self.loop.reductions),
        ]

    def repeated(self, step: list[str], shape: str) -> list[str]:
        """Print several steps, whose sums a program adds up before it stores them."""
        sums = self.loop.reductions
        if not sums:
            return step
        zeros = [f"s{k} = tl.zeros({shape}, tl.{self.loop.real})" for k in sums]
        return [*zeros, "for step in range(STEPS):", *(f"    {line}" for line in step)]

    @property
    def arrays(self) -> list[str]:
        """The arguments that point to arrays, read and written."""
        return [*(f"x{k}" for k in self.data), *(f"y{k}" for k in self.stored)]

    def loads(self, at: str, here: str) -> list[str]:
        """Print the loads of the arrays, in the computing type."""
        wide = f".to(tl.{self.loop.real})" if self.loop.dtype in _NARROW else ""
        return [f"v{k} = tl.load(x{k}_at + {at}, mask={here}, other=0.0){wide}" for k in self.data]

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
                    text = f"tl.load(p{k} + {i}).to({real})"
                else:
                    masked = f", mask={mask}, other=1.0" if mask else ""
                    text = f"tl.load(p{k} + {i} * channels + {channel}{masked}).to({real})"
                lines.append(f"{next(names)} = {text}")
        return lines

    def masked(self, k: int) -> str:
        """Print an output, 0 in the lanes that are beyond the array's end."""
        return f"tl.where(here, {self.result(k)}, tl.full((), 0.0, tl.{self.loop.real}))"

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
    form = {"sin": near_sin, "cos": near_cos}[name](u)
    lines = Statements((form,), {"u": "u"}, 32, lambda e: bool(e.symbols), "w")
    body = "".join(f"    {line}\n" for line in lines.lines)
    return (
        f"\n\n@triton.jit\ndef wide_{name}(u, far):\n{body}    y = {lines.results[0]}\n"
        "    if far:\n"
        f"        y = tl.where(tl.abs(u) > {WAVE_LIMIT}, tl.{name}(u), y)\n"
        "    return y\n"
    )


_HEAD = "import triton\nimport triton.language as tl\n"
