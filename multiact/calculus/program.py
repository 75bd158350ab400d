"""Programs: expressions as one straight-line Python function of array operations."""

from __future__ import annotations

import linecache
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from multiact.calculus.graph import elements, topological, users
from multiact.calculus.lower import Target, lowered
from multiact.calculus.tracing import Expr

_OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "lt": "<", "le": "<=",
    "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "logical_and": "&", "logical_or": "|",
}  # fmt: skip
_INLINE = 60  # characters of an expression that is still written in place


@dataclass(frozen=True)
class Inputs:
    """What a program takes: arrays with elements, then parameters with their lengths."""

    data: tuple[str, ...]
    parameters: tuple[tuple[str, int | None], ...] = ()  # length None: a scalar

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the operands, in order."""
        return (*self.data, *(name for name, _ in self.parameters))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Symbols of the parameters, one per number."""
        return tuple(n for name, length in self.parameters for n in elements(name, length))

    def varies(self, e: Expr) -> bool:
        """Whether it differs between elements: it has something of the arrays."""
        return not e.symbols.isdisjoint(self.data)


@dataclass(frozen=True)
class Program:
    """A compiled program; call it as `program(*data, *parameters, xp=namespace)`.

    `as_arrays` names the parameters that must come as arrays of the computing
    dtype, because a function is applied to them; the others may be Python numbers.
    """

    function: Callable[..., tuple[Any, ...]]
    source: str
    as_arrays: frozenset[str]

    def __call__(self, *operands: Any, xp: Any) -> tuple[Any, ...]:
        """The values of all the outputs, each of the broadcast shape of the operands."""
        return self.function(*operands, xp)


@lru_cache(maxsize=2048)
def program(
    outputs: tuple[Expr, ...], inputs: Inputs, target: Target, name: str = "program"
) -> Program:
    """The program of `outputs` for a target."""
    writer = _Writer(lowered(outputs, target), inputs)
    source = writer.write(name)
    return Program(load_function(source, name), source, frozenset(writer.as_arrays))


def load_function(source: str, name: str) -> Any:
    """Run printed source; return the function of this name, whose text tracebacks can show."""
    from hashlib import sha256  # not at the top: it takes a tenth of `import multiact`

    filename = f"<multiact {name} {sha256(source.encode()).hexdigest()[:16]}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    scope: dict[str, Any] = {"__name__": name}
    # our own text: `Activation` lets nothing but Python names, which are not keywords, into it
    exec(compile(source, filename, "exec", dont_inherit=True), scope)  # annotations are values
    weakref.finalize(scope[name], linecache.cache.pop, filename, None)
    return scope[name]


def _number(value: object) -> str:
    """A constant; `inf` alone might be the name of a parameter."""
    text = repr(value)
    return text.replace("inf", "xp.inf").replace("nan", "xp.nan")


@dataclass
class _Writer:
    outputs: tuple[Expr, ...]
    inputs: Inputs
    as_arrays: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    text: dict[Expr, str] = field(default_factory=dict)

    def write(self, name: str) -> str:
        order = topological(self.outputs)
        taken = {str(e.value) for e in order if e.op == "symbol"}
        free = (t for t in map("t{}".format, count()) if t not in taken)
        uses = users(self.outputs)
        self.unpack_vectors(taken)
        for e in order:
            self.text[e] = self.expression(e)
            if e.args and (uses[e] > 1 or len(self.text[e]) > _INLINE):
                temporary = next(free)
                self.lines.append(f"{temporary} = {self.text[e]}")
                self.text[e] = temporary
        results = "".join(f"{self.result(e)}, " for e in self.outputs)
        arguments = [*self.inputs.names, "xp"]
        body = "".join(f"    {line}\n" for line in self.lines)
        return f"def {name}({', '.join(arguments)}):\n{body}    return ({results})\n"

    def unpack_vectors(self, used: set[str]) -> None:
        for name, length in self.inputs.parameters:
            if length is not None:
                self.as_arrays.add(name)
                names = enumerate(elements(name, length))
                self.lines.extend(f"{n} = {name}[{i}]" for i, n in names if n in used)

    def expression(self, e: Expr) -> str:
        if e.op == "const":
            text = _number(e.value)
            return f"({text})" if text.startswith("-") else text
        if e.op == "symbol":
            return str(e.value)
        args = [self.text[a] for a in e.args]
        if e.op == "where":
            self.require_arrays(e.args[0])
            if not any(self.is_array(a) for a in e.args[1:]):
                args[1] = self.filled(e.args[1])
        elif e.op not in ("add", "sub", "mul", "div", "neg"):
            self.require_arrays(*e.args)
        if e.op in _OPERATORS:
            return f"({args[0]} {_OPERATORS[e.op]} {args[1]})"
        if e.op == "neg":
            return f"(-{args[0]})"
        return f"xp.{e.op}({', '.join(args)})"

    def is_array(self, e: Expr) -> bool:
        return self.inputs.varies(e)

    def require_arrays(self, *operands: Expr) -> None:
        """A function of parameters alone needs them as arrays: a number has no dtype."""
        if not any(map(self.is_array, operands)):
            for e in operands:
                self.as_arrays |= e.symbols

    def filled(self, e: Expr) -> str:
        """`e` as an array like the data, where the library would see only numbers."""
        like = self.inputs.data[0]
        if e.op == "const":
            return f"xp.full_like({like}, {_number(e.value)})"
        return f"(xp.zeros_like({like}) + {self.text[e]})"

    def result(self, e: Expr) -> str:
        if e.op == "symbol" and self.is_array(e):
            return f"(1.0 * {e.value})"  # a new array: results never alias the inputs
        return self.text[e] if self.is_array(e) else self.filled(e)
