"""C code of the body of a fused loop, which computes one block of elements."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from multiact.calculus.bounds import clamp_of, interval
from multiact.calculus.graph import topological
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr
from multiact.kernels.loop_fission import Stage, stages
from multiact.kernels.underflow import Use, uses

#: operators of C; those of other languages that are printed differ from them in a few
INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "eq": "==", "ne": "!=", "logical_and": "&", "logical_or": "|",
}  # fmt: skip
#: the largest argument of exp_below
EXP_BELOW = {"exp_below": 88.0, "deep_exp_below": 71.0}
_MASKS = frozenset("lt le gt ge eq ne logical_and logical_or logical_not isnan".split())
#: functions of which libmvec has vectorised versions
LIBRARY = frozenset(
    "exp log log1p log2 log10 expm1 pow sin cos tan atan atan2".split()
    + "tanh sinh cosh asinh acosh atanh".split()
)
#: float32 functions of elementary.h
INLINED = frozenset("exp expm1 tanh log1p bell narrow_bell sin cos".split())
#: bounds to which their versions clamp the argument
_CLAMPS = {
    "exp": (-87.3, 89.0), "exp_below": (-88.0,), "expm1": (-18.0, 89.0), "tanh": (20.0,),
    "deep_exp": (-104.0, 89.0), "deep_exp_below": (-104.0,),
}  # fmt: skip
TRIG = frozenset({"sin", "cos"})  # inlined for angles up to WAVE_LIMIT
_INLINED_OPERATIONS = 16  # the approximate number of operations in each of them
NEED_FMA = TRIG | {"bell", "narrow_bell"}  # inaccurate without the rounding error of a product
_TWICE = frozenset({"tanh"})  # clamps twice its argument
_BUILT_IN = {
    "sqrt": "sqrt", "abs": "fabs", "floor": "floor", "ceil": "ceil", "trunc": "trunc",
    "round": "rint", "fma": "fma",
}  # fmt: skip


class Block:
    """A C function that computes one block.

    Parameters
    ----------
    name, hot
        The function's name, and whether the compiler may inline it.
    outputs
        Lowered expressions.
    inputs
        Arrays and parameters.
    reductions
        Positions of the outputs that are summed.
    rows
        Whether parameters are arrays with one value per element of the block.
    inlined
        The functions that are taken from elementary.h.
    wide
        The functions that are also the library's, for angles beyond WAVE_LIMIT.
    suffix
        Suffix of the C library's functions for the compute type.
    """

    def __init__(
        self,
        name: str,
        hot: bool,
        outputs: Sequence[Expr],
        inputs: Inputs,
        reductions: Sequence[int],
        rows: bool,
        inlined: frozenset[str],
        wide: frozenset[str],
        suffix: str,
    ) -> None:
        self.name, self.hot, self.outputs, self.inputs = name, hot, outputs, inputs
        self.numbers, self.reductions, self.rows = inputs.numbers, reductions, rows
        self.inlined, self.wide, self.suffix = inlined - wide, wide, suffix
        ops = {e.op for e in topological(outputs)}
        self.library = (ops & LIBRARY) - self.inlined
        self.elementary = ops & inlined
        self.trig = ops & TRIG & self.inlined
        self.uses = uses(outputs)
        # numbered, because a Python name may not be valid in C
        self.variables = {n: f"v{k}" for k, n in enumerate((*inputs.data, *inputs.numbers))}
        self.names: dict[Expr, str] = {}
        self.bounds: dict[float, str] = {}  # clamp bound -> name of its C variable

    def source(self) -> str:
        """Return the C function.

        With inlined sines and cosines, the C function returns whether an angle was too large
        for them.
        """
        for e in topological(self.outputs):
            self.names[e] = {
                "symbol": self.variables.get(str(e.value), ""),
                "const": self._literal(e.value) if isinstance(e.value, float) else "",
            }.get(e.op, f"t{len(self.names)}")
        plan = stages(self.outputs, self._is_call, lambda e: e.op in _MASKS, self._weight)
        kept = {e: None for stage in plan for e in (*stage.kept, *stage.calls)}
        buffers = "".join(f"  T k_{self.names[e]}[B];\n" for e in kept)
        loops = "".join(map(self._print_loop, plan))
        bounds = "".join(
            f"  const T {name} = variable({self._literal(c)});\n" for c, name in self.bounds.items()
        )
        kind = "inline" if self.hot else "__attribute__((noinline))"
        result = "int" if self.trig else "void"
        head = f"static {kind} {result} {self.name}({self._arguments()})"
        if self.trig:
            buffers, loops = buffers + "  int too_large = 0;\n", loops + "  return too_large;\n"
        return f"{head} {{\n{buffers}{bounds}{loops}}}\n"

    def _is_call(self, e: Expr) -> bool:
        """Whether a node calls the C library for every element, not once for parameters alone."""
        varying = self.rows or self.inputs.varies(e)
        return e.op in LIBRARY - self.inlined and varying

    @property
    def operations(self) -> int:
        """The number of operations per element."""
        return sum(map(self._weight, topological(self.outputs)))

    def _weight(self, e: Expr) -> int:
        """Return the number of operations that a node stands for."""
        return _INLINED_OPERATIONS if e.op in self.inlined else 1

    def _arguments(self) -> str:
        kind = "const T *restrict" if self.rows else "const T"
        return ", ".join(
            [f"const T *restrict d{k}" for k in range(len(self.inputs.data))]
            + [f"{kind} q{k}" for k in range(len(self.numbers))]
            + [f"T *restrict o{k}" for k in range(len(self.outputs))]
        )

    def _print_loop(self, stage: Stage) -> str:
        first, rest = stage.calls[:1], stage.calls[1:]
        outputs = [self.outputs[k] for k in stage.stored]
        lines = [
            *self._loads([*stage.computed, *first], outputs),
            *(f"const T {self.names[e]} = k_{self.names[e]}[i];" for e in stage.loaded),
            *(line for e in stage.computed for line in self._statements(e)),
            *(f"k_{self.names[e]}[i] = {self.names[e]};" for e in stage.kept),
            *(f"k_{self.names[e]}[i] = {self._expression(e)};" for e in first),
        ]
        lines += [
            f"o{k}[i] {'+=' if k in self.reductions else '='} {self.names[self.outputs[k]]};"
            for k in stage.stored
        ]
        text = self._print_for(lines)
        for e in rest:
            arguments = dict.fromkeys(a for a in e.args if a.op not in ("symbol", "const"))
            values = [f"const T {self.names[a]} = k_{self.names[a]}[i];" for a in arguments]
            store = f"k_{self.names[e]}[i] = {self._expression(e)};"
            text += self._print_for([*self._loads([e]), *values, store])
        return text

    def _statements(self, e: Expr) -> Iterable[str]:
        kind = "int" if e.op in _MASKS else "T"
        yield f"const {kind} {self.names[e]} = {self._expression(e)};"
        if e.op in self.trig:
            yield f"too_large |= fabs{self.suffix}({self.names[e.args[0]]}) > WAVE_LIMIT;"

    def _print_for(self, lines: Iterable[str]) -> str:
        body = "".join(f"    {line}\n" for line in lines)
        return f"  for (int i = 0; i < B; i++) {{\n{body}  }}\n"

    def _loads(self, nodes: Iterable[Expr], outputs: Iterable[Expr] = ()) -> Iterable[str]:
        """Load the inputs that a loop reads; loading all in every loop would compile slowly."""
        used = {a.value for e in nodes for a in e.args} | {e.value for e in outputs}
        for k, name in enumerate(self.inputs.data):
            if name in used:
                yield f"const T {self.variables[name]} = d{k}[i];"
        for k, name in enumerate(self.numbers):
            if name in used:
                yield f"const T {self.variables[name]} = q{k}{'[i]' if self.rows else ''};"

    def _literal(self, value: float) -> str:
        if math.isnan(value):
            return "((T)NAN)"
        if math.isinf(value):
            return f"({'-' if value < 0 else ''}(T)INFINITY)"
        return f"((T){value!r})"

    def _expression(self, e: Expr) -> str:
        args = [self.names[a] for a in e.args]
        if e.op in INFIX:
            return f"{args[0]} {INFIX[e.op]} {args[1]}"
        if e.op == "where":
            return self._clamp(e) or f"{args[0]} ? {args[1]} : {args[2]}"
        simple = {
            "neg": "-{0}",
            "logical_not": "!{0}",
            "isnan": "{0} != {0}",
            # with two conditions gcc would branch, and not vectorise the loop
            "sign": f"fabs{self.suffix}({{0}}) > 0 ? copysign{self.suffix}((T)1, {{0}}) : {{0}}",
        }.get(e.op)
        if simple is not None:
            return simple.format(*args)
        if e.op not in LIBRARY and e.op not in _BUILT_IN and e.op not in self.inlined:
            raise NotImplementedError(f"no C form of {e.op}")
        if e.op in self.inlined:
            op = self._inlined(e)
            return f"inline_{op}f({', '.join([*args, *self._limits(op, e.args[0])])})"
        called = f"{_BUILT_IN.get(e.op, e.op)}{self.suffix}({', '.join(args)})"
        if e.op in self.wide:  # the neighbours of a large angle have the digits they have elsewhere
            return f"fabsf({args[0]}) <= WAVE_LIMIT ? inline_{e.op}f({args[0]}) : {called}"
        return called

    def _inlined(self, e: Expr) -> str:
        """Return the version of an inlined function that suits its argument and its use."""
        use, high = self.uses.get(e, Use.ABSORBED), interval(e.args[0]).high
        below = high <= EXP_BELOW.get(f"{e.op}_below", -math.inf)
        # without a bound, exp computes half of its result, which underflows earlier
        if use == Use.ABSORBED or (use == Use.KEPT and (below or e.op != "exp")):
            return f"{e.op}_below" if below else e.op
        deep = f"deep_{e.op}"
        return f"{deep}_below" if high <= EXP_BELOW.get(f"{deep}_below", -math.inf) else deep

    def _limits(self, op: str, argument: Expr) -> Iterable[str]:
        """Return the clamp bounds of an inlined function's argument; infinite if unnecessary."""
        values = interval(argument)
        for c in _CLAMPS.get(op, ()):
            unnecessary = values.low >= c if c < 0 else op not in _TWICE and values.high <= c
            yield self._literal(math.copysign(math.inf, c)) if unnecessary else self._bound(c)

    def _clamp(self, e: Expr) -> str | None:
        """Print `where(x < c, c, x)` and similar clamps; return None for any other selection."""
        clamp = clamp_of(e)
        if clamp is None or (clamp[2].value == 0 and e.args[0].op in ("le", "ge")):
            return None  # at 0, < would select the zero of the other sign
        x, c = self.names[clamp[1]], self._bound(float(clamp[2].value or 0))
        return f"{x} {'<' if clamp[0] == 'maximum' else '>'} {c} ? {c} : {x}"

    def _bound(self, c: float) -> str:
        """Return the variable that holds a clamp bound."""
        return self.bounds.setdefault(c, f"c{len(self.bounds)}")
