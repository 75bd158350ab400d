"""Expressions as the C source of one fused loop.

The loop runs over blocks of a fixed length, the last one padded, so that every call of
the mathematical library can be vectorised and a scalar call in the object's symbols
means that one was not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from multiact.calculus.graph import Expr, topological
from multiact.calculus.lower import Target, lower
from multiact.calculus.program import Inputs
from multiact.kernels.machine import has_fma
from multiact.kernels.stages import Stage, stages

BLOCK = 128
FLUSH = 32  # blocks whose sums are kept in the compute type, lane by lane
_INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "eq": "==", "ne": "!=", "logical_and": "&", "logical_or": "|",
}  # fmt: skip
_MASKS = frozenset("lt le gt ge eq ne logical_and logical_or logical_not isnan".split())
#: functions with a vectorised form in libmvec
LIBRARY = frozenset(
    "exp log log1p sin cos tan atan tanh sinh cosh asinh acosh atanh pow expm1".split()
)
#: functions of elementary.h, in float32
INLINED = frozenset("exp expm1 tanh log1p".split())
_BUILT_IN = {"sqrt": "sqrt", "abs": "fabs", "floor": "floor", "fma": "fma"}

_HEADER = """\
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
typedef {compute} T;
#define B {block}
/* What branches that are not selected raise must not become a warning of NumPy's. */
#ifdef __SSE2__
#define CLEAR_FLAGS __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() & ~0x3fu)
#else
#include <fenv.h>
#define CLEAR_FLAGS feclearexcept(FE_ALL_EXCEPT)
#endif
"""

_CONVERSIONS = {
    "bfloat16": """\
typedef uint16_t S;
static inline void widen(const S *restrict s, T *restrict t) {
  uint32_t u[B];
  for (int i = 0; i < B; i++) u[i] = (uint32_t)s[i] << 16;
  memcpy(t, u, sizeof u);
}
static inline void narrow(const T *restrict t, S *restrict s) {
  uint32_t u[B];
  memcpy(u, t, sizeof u);
  for (int i = 0; i < B; i++) {
    uint32_t rounded = (u[i] + 0x7fffu + ((u[i] >> 16) & 1u)) >> 16;
    s[i] = (uint16_t)((u[i] & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded);
  }
}
""",
    "float16": """\
typedef _Float16 S;
#ifdef __F16C__
#include <immintrin.h>
static inline void widen(const S *restrict s, T *restrict t) {
  for (int i = 0; i < B; i += 8)
    _mm256_storeu_ps(t + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(s + i))));
}
static inline void narrow(const T *restrict t, S *restrict s) {
  for (int i = 0; i < B; i += 8)
    _mm_storeu_si128((__m128i *)(s + i), _mm256_cvtps_ph(_mm256_loadu_ps(t + i), 0));
}
#else
static inline void widen(const S *restrict s, T *restrict t) {
  for (int i = 0; i < B; i++) t[i] = s[i];
}
static inline void narrow(const T *restrict t, S *restrict s) {
  for (int i = 0; i < B; i++) s[i] = (S)t[i];
}
#endif
""",
}


@cache
def _elementary() -> str:
    return Path(__file__).with_name("elementary.h").read_text("utf-8")


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
        self.narrow = loop.dtype in _CONVERSIONS
        self.suffix = "" if loop.bits == 64 else "f"
        self.inlined = INLINED if loop.bits == 32 else frozenset[str]()
        target = Target(loop.bits, has_fma(), self.inlined, frozenset({"log1p"}))
        self.lowered = tuple(lower(e, target) for e in loop.outputs)
        # numbered: a Python name need not be one of C
        symbols = (*loop.inputs.data, *loop.numbers)
        self.variables = {name: f"v{k}" for k, name in enumerate(symbols)}
        self.names: dict[Expr, str] = {}

    def source(self) -> str:
        compute = "double" if self.loop.bits == 64 else "float"
        header = _HEADER.format(compute=compute, block=BLOCK)
        storage = _CONVERSIONS.get(self.loop.dtype, "typedef T S;\n")
        return header + storage + self.declarations() + self.block() + self.run()

    def declarations(self) -> str:
        ops = {e.op for e in topological(self.lowered)}
        used = (ops & LIBRARY) - self.inlined
        simd = '__attribute__((simd("notinbranch"), const))'
        lines = [_elementary()] if ops & self.inlined else []
        for op in sorted(used):
            arguments = "T, T" if op == "pow" else "T"
            lines.append(f"{simd} T {op}{self.suffix}({arguments});\n")
        return "".join(lines)

    def block(self) -> str:
        for e in topological(self.lowered):
            self.names[e] = {
                "symbol": self.variables.get(str(e.value), ""),
                "const": self.literal(e.value) if isinstance(e.value, float) else "",
            }.get(e.op, f"t{len(self.names)}")
        plan = stages(self.lowered, self.is_call, lambda e: e.op in _MASKS)
        kept = {e: None for stage in plan for e in (*stage.kept, *stage.calls)}
        buffers = "".join(f"  T k_{self.names[e]}[B];\n" for e in kept)
        loops = "".join(self.loop_of(stage, stage is plan[-1]) for stage in plan)
        return f"static inline void block({self.block_arguments()}) {{\n{buffers}{loops}}}\n"

    def is_call(self, e: Expr) -> bool:
        """Whether it calls the library for every element (not once, for parameters alone)."""
        varying = self.loop.rows or not e.symbols.isdisjoint(self.loop.inputs.data)
        return e.op in LIBRARY - self.inlined and varying

    def block_arguments(self) -> str:
        kind = "const T *restrict" if self.loop.rows else "const T"
        return ", ".join(
            [f"const T *restrict d{k}" for k in range(len(self.loop.inputs.data))]
            + [f"{kind} q{k}" for k in range(len(self.loop.numbers))]
            + [f"T *restrict o{k}" for k in range(len(self.lowered))]
        )

    def loop_of(self, stage: Stage, last: bool) -> str:
        first, rest = stage.calls[:1], stage.calls[1:]
        lines = [
            *self.inputs(),
            *(f"const T {self.names[e]} = k_{self.names[e]}[i];" for e in stage.loaded),
            *(
                f"const {'int' if e.op in _MASKS else 'T'} {self.names[e]} = {self.expression(e)};"
                for e in stage.computed
            ),
            *(f"k_{self.names[e]}[i] = {self.names[e]};" for e in stage.kept),
            *(f"k_{self.names[e]}[i] = {self.expression(e)};" for e in first),
        ]
        if last:
            lines += [
                f"o{k}[i] {'+=' if k in self.loop.sums else '='} {self.names[e]};"
                for k, e in enumerate(self.lowered)
            ]
        text = self.for_each(lines)
        for e in rest:
            arguments = dict.fromkeys(a for a in e.args if a.op not in ("symbol", "const"))
            loads = [f"const T {self.names[a]} = k_{self.names[a]}[i];" for a in arguments]
            store = f"k_{self.names[e]}[i] = {self.expression(e)};"
            text += self.for_each([*self.inputs(), *loads, store])
        return text

    def for_each(self, lines: Iterable[str]) -> str:
        body = "".join(f"    {line}\n" for line in lines)
        return f"  for (int i = 0; i < B; i++) {{\n{body}  }}\n"

    def inputs(self) -> Iterable[str]:
        for k, name in enumerate(self.loop.inputs.data):
            yield f"const T {self.variables[name]} = d{k}[i];"
        for k, name in enumerate(self.loop.numbers):
            yield f"const T {self.variables[name]} = q{k}{'[i]' if self.loop.rows else ''};"

    def literal(self, value: float) -> str:
        if math.isnan(value):
            return "((T)NAN)"
        if math.isinf(value):
            return f"({'-' if value < 0 else ''}(T)INFINITY)"
        return f"((T){value!r})"

    def expression(self, e: Expr) -> str:
        args = [self.names[a] for a in e.args]
        if e.op in _INFIX:
            return f"{args[0]} {_INFIX[e.op]} {args[1]}"
        if e.op == "where":
            return f"{args[0]} ? {args[1]} : {args[2]}"
        simple = {
            "neg": "-{0}",
            "logical_not": "!{0}",
            "isnan": "{0} != {0}",
            "sign": "{0} > 0 ? (T)1 : {0} < 0 ? (T)-1 : {0}",
        }.get(e.op)
        if simple is not None:
            return simple.format(*args)
        if e.op not in LIBRARY and e.op not in _BUILT_IN:
            raise NotImplementedError(f"no C form of {e.op}")
        name = f"inline_{e.op}" if e.op in self.inlined else _BUILT_IN.get(e.op, e.op)
        return f"{name}{self.suffix}({', '.join(args)})"

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
            *(self.flush(k, "B") for k in sums),
            *self.last_block(data, stored, sums, numbers),
            "      }",
            "    }",
            *(self.flush(k, "B") for k in sums),
            *(f"    totals[{j} * channels + c] += s{k};" for j, k in enumerate(sums)),
            "  }",
            "  CLEAR_FLAGS;",
            "}",
            *self.flat(data, len(stored)),
        ]
        return "\n".join(lines) + "\n"

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
        lines.append(f"        block({', '.join([*x, *self.parameters(numbers), *y])});")
        if self.narrow:
            lines += [f"        narrow(z{k}, y{k});" for k in stored]
        if sums:
            lines += [f"        if (++blocks == {FLUSH}) {{ blocks = 0;"]
            lines += [self.flush(k, "B") for k in sums]
            lines += ["        }"]
        return lines

    def flush(self, k: int, count: str) -> str:
        """Move the lanes' sums to double: float would lose digits over a long array."""
        return (
            f"        for (int j = 0; j < {count}; j++) s{k} += a{k}[j];"
            f" memset(a{k}, 0, sizeof a{k});"
        )

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
        lines.append(f"        block({', '.join([*x, *parameters, *y])});")
        for k in stored:
            if self.narrow:
                lines.append(f"        S u{k}[B]; narrow(z{k}, u{k});")
            name = f"u{k}" if self.narrow else f"z{k}"
            lines.append(f"        memcpy(y{k}, {name}, left * sizeof(S));")
        # only the lanes that are not padding count
        lines += [self.flush(k, "left") for k in sums]
        return lines
