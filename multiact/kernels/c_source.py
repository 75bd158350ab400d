"""Expressions as the C source of one fused loop.

The loop runs over blocks of a fixed length, the last one padded, so that every call of
the mathematical library can be vectorised and a scalar call in the object's symbols
means that one was not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from multiact.calculus.graph import Expr
from multiact.calculus.lower import Target, lowered
from multiact.calculus.program import Inputs
from multiact.kernels.c_block import INLINED, NEED_FMA, WAVES, Block
from multiact.kernels.factoring import hoisted, summed
from multiact.kernels.machine import has_fma

BLOCK = 128
FLUSH = 32  # blocks whose sums are kept in the compute type, lane by lane
_NARROW = frozenset({"float16", "bfloat16"})


@cache
def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


@dataclass(frozen=True)
class Loop:
    """What one fused loop computes.

    Attributes
    ----------
    outputs
        Expressions; those at `sums` are summed over the elements instead of stored.
    inputs
        Arrays, then parameters; an array parameter counts as one number per element.
    sums
        Positions among the outputs.
    dtype
        Name of the dtype in memory; 16-bit dtypes are computed in float32.
    rows
        Whether parameters vary along the fastest axis, one value per column.
    """

    outputs: tuple[Expr, ...]
    inputs: Inputs
    sums: tuple[int, ...]
    dtype: str
    rows: bool = False

    @property
    def bits(self) -> int:
        """The precision it computes in."""
        return 64 if self.dtype == "float64" else 32

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Symbols of the parameters, one per number."""
        names: list[str] = []
        for name, n in self.inputs.parameters:
            names.extend([name] if n is None else [f"{name}_{i}" for i in range(n)])
        return tuple(names)

    @property
    def stored(self) -> tuple[int, ...]:
        """Positions of the outputs that are arrays."""
        return tuple(k for k in range(len(self.outputs)) if k not in self.sums)

    def source(self) -> str:
        """The C source; the entry point is `run`."""
        return _Printer(self).source()


class _Printer:
    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.narrow = loop.dtype in _NARROW
        inlined = frozenset(INLINED if loop.bits == 32 else ())
        if not has_fma():
            inlined -= NEED_FMA
        target = Target(16 if self.narrow else loop.bits, has_fma(), inlined, frozenset({"log1p"}))
        outputs = hoisted(lowered(loop.outputs, target), self.varies)
        self.lowered, self.later = summed(outputs, loop.sums, self.varies)
        self.main = self.block("block", True, inlined)
        self.blocks = [self.main]
        if self.main.waves:
            self.blocks.append(self.block("wide_block", False, inlined - WAVES))

    def varies(self, e: Expr) -> bool:
        """Whether it differs between elements."""
        return self.loop.rows or self.loop.inputs.varies(e)

    def block(self, name: str, hot: bool, inlined: frozenset[str]) -> Block:
        return Block(
            name, hot, self.lowered, self.loop.inputs, self.loop.numbers, self.loop.sums,
            self.loop.rows, inlined, "" if self.loop.bits == 64 else "f",
        )  # fmt: skip

    def source(self) -> str:
        defined = [f"B {BLOCK}", self.loop.dtype.upper(), *(["SUMS"] if self.loop.sums else [])]
        macros = "".join(f"#define {macro}\n" for macro in defined)
        blocks = "".join(block.source() for block in self.blocks)
        return macros + _text("frame.h") + self.declarations() + blocks + self.run()

    def declarations(self) -> str:
        simd = '__attribute__((simd("notinbranch"), const))'
        lines = [_text("elementary.h")] if self.main.elementary else []
        for op in sorted(set().union(*(block.library for block in self.blocks))):
            arguments = "T, T" if op == "pow" else "T"
            lines.append(f"{simd} T {op}{self.main.suffix}({arguments});\n")
        return "".join(lines)

    def compute(self, arguments: str) -> list[str]:
        """The lines that compute a block, by the library where angles are large."""
        if not self.main.waves:
            return [f"        block({arguments});"]
        sums = self.loop.sums
        return [
            *(f"        T b{k}[B]; memcpy(b{k}, a{k}, sizeof a{k});" for k in sums),
            f"        if (block({arguments})) {{",
            *(f"          memcpy(a{k}, b{k}, sizeof a{k});" for k in sums),
            f"          wide_block({arguments});",
            "        }",
        ]

    def run(self) -> str:
        data, numbers = len(self.loop.inputs.data), len(self.loop.numbers)
        sums, stored = self.loop.sums, self.loop.stored
        lines = [
            "void run(ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner,",
            "         const S *const *data, const ptrdiff_t *strides,",
            "         const T *parameters, S *const *out, double *totals) {",
            *(f"  T a{k}[B];" for k in sums),
            "  for (ptrdiff_t o = 0; o < outer; o++)",
            "  for (ptrdiff_t c = 0; c < channels; c++) {",
            *(f"    memset(a{k}, 0, sizeof a{k});" for k in sums),
            *(f"    double s{k} = 0;" for k in sums),
            *(["    int blocks = 0;"] if sums else []),
            "    for (ptrdiff_t i = 0; i < inner; i += B) {",
            "      const ptrdiff_t left = inner - i;",
            *(
                f"      const S *x{k} = data[{k}] + o * strides[{k}] + c * inner + i;"
                for k in range(data)
            ),
            *(
                f"      S *y{k} = out[{j}] + o * strides[{data + j}] + c * inner + i;"
                for j, k in enumerate(stored)
            ),
            "      if (left >= B) {",
            *self.full_block(data, stored, sums, numbers),
            "      } else {",
            *map(self.flush, sums),
            *self.last_block(data, stored, sums, numbers),
            "      }",
            "    }",
            *map(self.flush, sums),
            *(
                f"    totals[{j} * channels + c] += s{k}{self.factors(k)};"
                for j, k in enumerate(sums)
            ),
            "  }",
            "  CLEAR_FLAGS;",
            "}",
            *self.flat(data, len(stored)),
        ]
        return "\n".join(lines) + "\n"

    def factors(self, k: int) -> str:
        """What the sum of an output is multiplied by and divided by."""
        names = self.loop.numbers
        values = dict(zip(names, self.parameters(len(names)), strict=True))
        return "".join(
            f" {'/' if below else '*'} {values.get(str(e.value), e.value)}"
            for e, below in self.later.get(k, [])
        )

    def flat(self, data: int, stored: int) -> list[str]:
        """An entry for arrays without channels whose call needs no tables of pointers."""
        x = [f"const S *x{k}" for k in range(data)]
        y = [f"S *y{k}" for k in range(stored)]
        arguments = ", ".join(["ptrdiff_t n", "const T *parameters", "double *totals", *x, *y])
        return [
            f"void flat({arguments}) {{",
            f"  const S *data[] = {{{', '.join(f'x{k}' for k in range(data))}}};",
            f"  S *out[] = {{{', '.join([f'y{k}' for k in range(stored)] or ['0'])}}};",
            f"  const ptrdiff_t strides[{data + stored}] = {{0}};",
            "  run(1, 1, n, data, strides, parameters, out, totals);",
            "}",
        ]

    def parameters(self, numbers: int) -> list[str]:
        if self.loop.rows:
            return [f"parameters + {k} * inner + i" for k in range(numbers)]
        return [f"parameters[{k} * channels + c]" for k in range(numbers)]

    def full_block(
        self, data: int, stored: Iterable[int], sums: tuple[int, ...], numbers: int
    ) -> list[str]:
        x = [f"w{k}" if self.narrow else f"x{k}" for k in range(data)]
        y = [
            f"a{k}" if k in sums else f"z{k}" if self.narrow else f"y{k}"
            for k in range(len(self.lowered))
        ]
        lines = []
        if self.narrow:
            lines += [f"        T w{k}[B]; widen(x{k}, w{k});" for k in range(data)]
            lines += [f"        T z{k}[B];" for k in stored]
        lines += self.compute(", ".join([*x, *self.parameters(numbers), *y]))
        if self.narrow:
            lines += [f"        narrow(z{k}, y{k});" for k in stored]
        if sums:
            lines += [f"        if (++blocks == {FLUSH}) {{ blocks = 0;"]
            lines += map(self.flush, sums)
            lines += ["        }"]
        return lines

    def flush(self, k: int) -> str:
        return f"        s{k} += total(a{k});"

    def last_block(
        self, data: int, stored: Iterable[int], sums: tuple[int, ...], numbers: int
    ) -> list[str]:
        lines = []
        for k in range(data):
            lines.append(f"        S p{k}[B] = {{0}}; memcpy(p{k}, x{k}, left * sizeof(S));")
            if self.narrow:
                lines.append(f"        T w{k}[B]; widen(p{k}, w{k});")
        x = [f"w{k}" if self.narrow else f"p{k}" for k in range(data)]
        parameters = self.parameters(numbers)
        if self.loop.rows:
            lines += [
                f"        T r{k}[B] = {{0}}; memcpy(r{k}, {parameters[k]}, left * sizeof(T));"
                for k in range(numbers)
            ]
            parameters = [f"r{k}" for k in range(numbers)]
        lines += [f"        T z{k}[B];" for k in stored]
        y = [f"a{k}" if k in sums else f"z{k}" for k in range(len(self.lowered))]
        lines += self.compute(", ".join([*x, *parameters, *y]))
        for k in stored:
            if self.narrow:
                lines.append(f"        S u{k}[B]; narrow(z{k}, u{k});")
            name = f"u{k}" if self.narrow else f"z{k}"
            lines.append(f"        memcpy(y{k}, {name}, left * sizeof(S));")
        # only the lanes that are not padding count
        lines += [f"        memset(a{k} + left, 0, (B - left) * sizeof(T));" for k in sums]
        return lines
