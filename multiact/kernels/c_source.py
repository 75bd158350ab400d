"""C source of fused loops.

A loop runs over blocks of a fixed length, the last one padded, so that every call of the
mathematical library can be vectorised; a scalar function among the object's undefined
symbols reveals a call that was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from multiact.calculus.lower import Target, lowered, with_wide_angles
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.kernels.c_block import INLINED, NEED_FMA, TRIG, Block
from multiact.kernels.factoring import factor_reductions, hoist_invariants
from multiact.kernels.machine import has_fma
from multiact.special.arithmetic import by_arithmetic

BLOCK = 128
FLUSH = 32  # blocks, or rows, whose sums accumulate per lane in the compute type
PANEL = 8 * BLOCK  # columns
LARGE = 400  # operations above which the compiler is told to optimise less
HEAD = 7  # numbers at the start of a layout, before the strides
TOO_LARGE = 40_000  # operations above which compilation would take too long
_NARROW = frozenset({"float16", "bfloat16"})


@cache
def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


@dataclass(frozen=True)
class Loop:
    """The definition of one fused loop.

    Attributes
    ----------
    outputs
        Expressions; those at `reductions` are summed over the elements instead of stored.
    inputs
        Arrays, then parameters; an array parameter counts as one number per element.
    reductions
        Positions of the outputs that are reductions.
    dtype
        Name of the dtype in memory; 16-bit dtypes are computed in float32.
    rows
        Whether parameters vary along the fastest axis, with one value per column.
    """

    outputs: tuple[Expr, ...]
    inputs: Inputs
    reductions: tuple[int, ...]
    dtype: str
    rows: bool = False

    @property
    def bits(self) -> int:
        """The width of the compute type, in bits."""
        return 64 if self.dtype == "float64" else 32

    @property
    def stored(self) -> tuple[int, ...]:
        """Positions of the outputs that are stored as arrays."""
        return tuple(k for k in range(len(self.outputs)) if k not in self.reductions)

    def source(self) -> str:
        """Return the C source; its entry points are `call` and, without rows, `flat`."""
        return _Printer(self).source()


def target_of(bits: int, fma: bool) -> Target:
    """Return what kernels are made for, on a machine with or without fused multiply-add."""
    inlined = frozenset() if bits == 64 else INLINED if fma else INLINED - NEED_FMA
    arithmetic = by_arithmetic("log1p", *({"expm1"} - inlined))
    # inlined, they leave angles that overflow to the library
    wide_angles = not TRIG & inlined
    return Target(bits, fma=fma, own=inlined, arithmetic=arithmetic, wide_angles=wide_angles)


class _Printer:
    """Prints the C source of a loop.

    The names of C variables start with a letter and end with the index of an array, parameter
    or output: x arrays read, y arrays written, q parameters, a sums per lane; w and z arrays
    read and written, in the compute type; p arrays and r parameters, padded to a block.
    """

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.narrow = loop.dtype in _NARROW
        self.data, self.numbers = range(len(loop.inputs.data)), range(len(loop.inputs.numbers))
        target = target_of(16 if self.narrow else loop.bits, has_fma())
        inlined = target.own
        outputs = hoist_invariants(lowered(loop.outputs, target), self.varies)
        self.lowered, self.later = factor_reductions(outputs, loop.reductions, self.varies)
        self.main = self.block("block", True, self.lowered, inlined)
        self.main.hot = self.main.operations <= LARGE  # inlined, it would be compiled twice
        self.blocks = [self.main]
        if self.main.trig:
            wide = with_wide_angles(self.lowered)
            self.blocks.append(self.block("library_block", False, wide, inlined, TRIG))

        if self.main.operations > TOO_LARGE:
            raise NotImplementedError(f"{self.main.operations} operations are too many")

    def varies(self, e: Expr) -> bool:
        """Whether an expression differs between elements."""
        return self.loop.rows or self.loop.inputs.varies(e)

    def block(
        self,
        name: str,
        hot: bool,
        outputs: tuple[Expr, ...],
        inlined: frozenset[str],
        wide: frozenset[str] = frozenset(),
    ) -> Block:
        return Block(
            name, hot, outputs, self.loop.inputs, self.loop.reductions,
            self.loop.rows, inlined, wide, "" if self.loop.bits == 64 else "f",
        )  # fmt: skip

    def source(self) -> str:
        names = [f"B {BLOCK}", self.loop.dtype.upper()]
        names += ["SUMS"] if self.loop.reductions else []
        names += ["ROWS"] if self.loop.rows else []
        names += ["LARGE"] if self.main.operations > LARGE else []
        macros = "".join(f"#define {name}\n" for name in names)
        blocks = "".join(block.source() for block in self.blocks)
        run = self.run_rows() if self.loop.rows else self.run_channels()
        text = "\n".join([*run, *self.call(), *([] if self.loop.rows else self.flat())])
        return macros + _text("frame.h") + self.declarations() + blocks + text + "\n"

    def declarations(self) -> str:
        simd = '__attribute__((simd("notinbranch"), const))'
        lines = [_text("elementary.h")] if self.main.elementary else []
        for op in sorted(set().union(*(block.library for block in self.blocks))):
            arguments = "T, T" if op in ("pow", "atan2") else "T"
            lines.append(f"{simd} T {op}{self.main.suffix}({arguments});\n")
        return "".join(lines)

    def run_channels(self) -> list[str]:
        """Print `run` for parameters that `inner` neighbours share; sums are per channel."""
        sums = self.loop.reductions
        flush = [f"        s{k} += total(a{k});" for k in sums]
        return [
            *_HEAD,
            *(f"  T a{k}[B];" for k in sums),
            "  for (ptrdiff_t o = 0; o < outer; o++)",
            "  for (ptrdiff_t c = 0; c < channels; c++) {",
            *(f"    memset(a{k}, 0, sizeof a{k});" for k in sums),
            *(f"    double s{k} = 0;" for k in sums),
            *(["    int blocks = 0;"] if sums else []),
            *(f"    const T q{k} = parameters[{k}][c * steps[{k}]];" for k in self.numbers),
            "    for (ptrdiff_t i = 0; i < inner; i += B) {",
            *self.pointers("c * inner + i"),
            "      const ptrdiff_t left = inner - i;",
            "      if (left >= B) {",
            *self.full_block([f"q{k}" for k in self.numbers]),
            *self.flush_regularly(flush),
            "      } else {",
            *flush,
            *self.last_block([f"q{k}" for k in self.numbers]),
            # exclude the lanes that are padding
            *(f"        memset(a{k} + left, 0, (B - left) * sizeof(T));" for k in sums),
            "      }",
            "    }",
            *flush,
            *(
                f"    totals[{j} * channels + c] += s{k}{self.factors(k)};"
                for j, k in enumerate(sums)
            ),
            "  }",
            *_TAIL,
        ]

    def run_rows(self) -> list[str]:
        """Print `run` for parameters that differ between the `inner` columns; sums are per column.

        A panel of columns is computed row by row, so that its sums can accumulate per lane.
        """
        sums = self.loop.reductions
        add = [
            *(
                f"      for (ptrdiff_t i = 0; i < width; i++)"
                f" totals[{j} * inner + first + i] += l{k}[i];"
                for j, k in enumerate(sums)
            ),
            *(f"      memset(l{k}, 0, sizeof l{k});" for k in sums),
        ]
        last_row = f"o % {FLUSH} == {FLUSH - 1} || o == outer - 1"
        return [
            *_HEAD,
            f"  enum {{ PANEL = {PANEL} }};",
            *(f"  T l{k}[PANEL] = {{0}};" for k in sums),
            "  for (ptrdiff_t first = 0; first < inner; first += PANEL) {",
            "  const ptrdiff_t width = inner - first < PANEL ? inner - first : PANEL;",
            "  for (ptrdiff_t o = 0; o < outer; o++) {",
            "    for (ptrdiff_t i = first; i < first + width; i += B) {",
            *self.pointers("i"),
            *(f"      T *const a{k} = l{k} + i - first;" for k in sums),
            "      const ptrdiff_t left = inner - i;",
            "      if (left >= B) {",
            *self.full_block([f"parameters[{k}] + i" for k in self.numbers]),
            "      } else {",
            *(
                f"        T r{k}[B] = {{0}}; memcpy(r{k}, parameters[{k}] + i, left * sizeof(T));"
                for k in self.numbers
            ),
            *self.last_block([f"r{k}" for k in self.numbers]),
            "      }",
            "    }",
            *([f"    if ({last_row}) {{", *add, "    }"] if sums else []),
            "  }",
            "  }",
            *_TAIL,
        ]

    def pointers(self, offset: str) -> list[str]:
        """Print the pointers to the block's elements."""
        n = len(self.data)
        read = [f"const S *x{k} = data[{k}] + o * strides[{k}]" for k in self.data]
        written = [
            f"S *y{k} = out[{j}] + o * strides[{n + j}]" for j, k in enumerate(self.loop.stored)
        ]
        return [f"      {pointer} + {offset};" for pointer in (*read, *written)]

    def compute(self, arguments: list[str]) -> list[str]:
        """Print the computation of a block; large angles are left to the C library."""
        if not self.main.trig:
            return [f"        block({', '.join(arguments)});"]
        sums = self.loop.reductions
        return [
            *(f"        T b{k}[B]; memcpy(b{k}, a{k}, sizeof b{k});" for k in sums),
            f"        if (block({', '.join(arguments)})) {{",
            *(f"          memcpy(a{k}, b{k}, sizeof b{k});" for k in sums),
            f"          library_block({', '.join(arguments)});",
            "        }",
        ]

    def results(self, stored: str) -> list[str]:
        """Return the names of the block's results, in order."""
        sums = self.loop.reductions
        return [f"{'a' if k in sums else stored}{k}" for k in range(len(self.lowered))]

    def full_block(self, parameters: list[str]) -> list[str]:
        if not self.narrow:
            arrays = [f"x{k}" for k in self.data]
            return self.compute([*arrays, *parameters, *self.results("y")])
        arrays = [f"w{k}" for k in self.data]
        return [
            *(f"        T w{k}[B]; widen(x{k}, w{k});" for k in self.data),
            *(f"        T z{k}[B];" for k in self.loop.stored),
            *self.compute([*arrays, *parameters, *self.results("z")]),
            *(f"        narrow(z{k}, y{k});" for k in self.loop.stored),
        ]

    def last_block(self, parameters: list[str]) -> list[str]:
        lines = [
            f"        S p{k}[B] = {{0}}; memcpy(p{k}, x{k}, left * sizeof(S));" for k in self.data
        ]
        if self.narrow:
            lines += [f"        T w{k}[B]; widen(p{k}, w{k});" for k in self.data]
        arrays = [f"{'w' if self.narrow else 'p'}{k}" for k in self.data]
        lines += [f"        T z{k}[B];" for k in self.loop.stored]
        lines += self.compute([*arrays, *parameters, *self.results("z")])
        if self.narrow:
            lines += [f"        S u{k}[B]; narrow(z{k}, u{k});" for k in self.loop.stored]
        name = "u" if self.narrow else "z"
        return lines + [
            f"        memcpy(y{k}, {name}{k}, left * sizeof(S));" for k in self.loop.stored
        ]

    def flush_regularly(self, flush: list[str]) -> list[str]:
        """Print code that regularly adds the lanes to the sums, since float32 loses digits."""
        if not flush:
            return []
        return [f"        if (++blocks == {FLUSH}) {{ blocks = 0;", *flush, "        }"]

    def factors(self, k: int) -> str:
        """Print the factors and divisors that are applied to the sum of an output."""
        names = dict(zip(self.loop.inputs.numbers, self.numbers, strict=True))
        return "".join(
            f" {'/' if divides else '*'} {f'q{names[e.value]}' if e.value in names else e.value}"
            for e, divides in self.later.get(k, [])
        )

    def call(self) -> list[str]:
        """Print the entry point for the layouts of `Kernel.prepare`, which may share the work."""
        reads, writes, numbers = len(self.data), len(self.loop.stored), len(self.numbers)
        sums = len(self.loop.reductions)
        arguments = ", ".join(
            [
                *("const ptrdiff_t *layout", "ptrdiff_t threads", "distributor *share"),
                *("double *totals", "void *scratch"),
                *(f"const T *q{k}" for k in self.numbers),
                *(f"const S *x{k}" for k in self.data),
                *(f"S *y{k}" for k in range(writes)),
            ]
        )
        lists = {"const S *data": ("x", reads), "S *out": ("y", writes)}
        lists["const T *parameters"] = ("q", numbers)
        expand = [
            "  const ptrdiff_t owners = layout[3], repeats = layout[4];",
            f"  T *row = (T *)(sums + {sums} * inner);",
            f"  if (repeats) expand({numbers}, parameters, steps, owners, repeats, inner, row);",
        ]
        fold = [f"  if (repeats) fold({sums}, sums, owners, repeats, inner, totals);"]
        total = f"{sums} * {'inner' if self.loop.rows else 'channels'}"
        return [
            f"void call({arguments}) {{",
            *(
                f"  {name}[] = {{{', '.join([f'{v}{k}' for k in range(n)] or ['0'])}}};"
                for name, (v, n) in lists.items()
            ),
            "  const ptrdiff_t outer = layout[0], channels = layout[1], inner = layout[2];",
            f"  const ptrdiff_t *strides = layout + {HEAD}, *steps = strides + {reads + writes};",
            "  double *sums = scratch ? scratch : totals;",
            *(expand if self.loop.rows else []),
            "  if (share)",
            f"    share(threads, run, layout, sizeof(S), {reads}, {writes}, {total}, data,",
            "          parameters, out, sums);",
            "  else",
            "    run(outer, channels, inner, data, strides, parameters, steps, out, sums);",
            *(fold if self.loop.rows and sums else []),
            "}",
        ]

    def flat(self) -> list[str]:
        """Print the entry point for arrays without channels, which takes no tables of pointers."""
        data, stored = len(self.data), range(len(self.loop.stored))
        x = [f"const S *x{k}" for k in self.data]
        y = [f"S *y{k}" for k in stored]
        arguments = ", ".join(["ptrdiff_t n", "const T *numbers", "double *totals", *x, *y])
        pointers = ", ".join(f"numbers + {k}" for k in self.numbers) or "0"
        return [
            f"void flat({arguments}) {{",
            f"  const S *data[] = {{{', '.join(f'x{k}' for k in self.data)}}};",
            f"  S *out[] = {{{', '.join([f'y{k}' for k in stored] or ['0'])}}};",
            f"  const T *parameters[] = {{{pointers}}};",
            f"  const ptrdiff_t zeros[{max(data + len(stored), len(self.numbers))}] = {{0}};",
            "  run(1, 1, n, data, zeros, parameters, zeros, out, totals);",
            "}",
        ]


_HEAD = (
    "void run(ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner,",
    "         const S *const *data, const ptrdiff_t *strides,",
    "         const T *const *parameters, const ptrdiff_t *steps, S *const *out, double *totals) {",
)
_TAIL = ("  CLEAR_FLAGS;", "}")
