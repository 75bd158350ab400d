"""Statements of Triton for lowered expressions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from multiact.calculus.bounds import interval
from multiact.calculus.graph import topological, users
from multiact.calculus.simplify import transformed
from multiact.calculus.tracing import Expr, call, is_const
from multiact.kernels.c_block import INFIX
from multiact.special.arithmetic import WHOLE
from multiact.special.devices import WAVE_LIMIT

_INFIX = {**INFIX, "logical_and": "&", "logical_or": "|"}
_SIMPLE = {
    "neg": "-{0}",
    "logical_not": "~{0}",
    "isnan": "{0} != {0}",
    "abs": "tl.abs({0})",
    # off by one unit in the last place on devices; one that rounds takes eighteen instructions
    "sqrt": "tl.sqrt({0})",
    "floor": "tl.floor({0})",
    "ceil": "tl.ceil({0})",
    "trunc": "tl.where({0} < 0.0, tl.ceil({0}), tl.floor({0}))",
    "sign": "tl.where({0} > 0.0, 1.0, tl.where({0} < 0.0, -1.0, {0}))",
    "fma": "tl.fma({0}, {1}, {2})",
    # NaN stays, and it is one instruction
    "maximum": "tl.maximum({0}, {1}, propagate_nan=tl.PropagateNan.ALL)",
    "minimum": "tl.minimum({0}, {1}, propagate_nan=tl.PropagateNan.ALL)",
    "exp": "tl.exp({0})",
    "log": "tl.log({0})",
    "sin": "tl.sin({0})",
    "cos": "tl.cos({0})",
}
#: sines of angles of any size, functions that `triton_source` prints beside the kernel
WAVES = frozenset({"sin", "cos"})
_SMALLEST, _GREATEST = 2.0**-126, 3.4028234663852886e38
#: reciprocals of constants beyond these may not be normal
_MODERATE = (2.0**-100, 2.0**100)

Varies = Callable[[Expr], bool]


class Statements:
    """The statements that compute some expressions.

    What is multiplied once and then added is printed as one fused operation, and the compiler
    is told to fuse nothing: so it computes on every processor what an interpreter computes.

    Parameters
    ----------
    outputs
        Lowered expressions.
    variables
        The Triton variables of the symbols.
    bits
        The width of the computing type.
    varies
        Whether an expression differs between elements.
    prefix
        What the names of new variables start with.
    """

    def __init__(
        self,
        outputs: Sequence[Expr],
        variables: Mapping[str, str],
        bits: int,
        varies: Varies,
        prefix: str = "t",
    ) -> None:
        self.bits, self.varies, self.prefix = bits, varies, prefix
        self.dtype = "tl.float64" if bits == 64 else "tl.float32"
        self.outputs = tuple(outputs) if bits == 64 else _multiplied(outputs, varies)
        self.order = topological(self.outputs)
        self.uses = users(self.outputs)
        # roundings of which the bits are used, and the numbers that end with these
        whole = [e.args[-1] for e in self.order if e.op in ("power_by_bits", "flipped_by_bits")]
        self.near = {a for e in whole for a in e.args if a.op == "round"}
        self.shifted: dict[Expr, str] = {}
        self.names: dict[Expr, str] = {}
        self.lines: list[str] = []
        self.far = self._print_angles(variables)
        for e in self.order:
            self._print(e, variables)

    @property
    def results(self) -> list[str]:
        """The variables or numbers that hold the outputs."""
        return [self.names[e] for e in self.outputs]

    @property
    def waves(self) -> set[str]:
        """The functions of angles that are called for every element."""
        return {e.op for e in self.order if self.is_wave(e)}

    def is_wave(self, e: Expr) -> bool:
        """Whether it is a function of an angle that is called for every element."""
        return e.op in WAVES and self.bits < 64 and self.varies(e)

    def _print_angles(self, variables: Mapping[str, str]) -> dict[Expr, str]:
        """Print the angles, and whether one of them is too large for the arithmetic forms.

        That takes all threads of a program, so it is found out once for all angles that do not
        depend on sines themselves.
        """
        angles = dict.fromkeys(e.args[0] for e in self.order if self.is_wave(e))
        first = [a for a in angles if not any(map(self.is_wave, topological([a])))]
        for e in topological(first):
            self._print(e, variables)
        return dict.fromkeys(first, self._assign(self._any_far(first))) if first else {}

    def _any_far(self, angles: Sequence[Expr]) -> str:
        far = " | ".join(f"(tl.abs({self.names[a]}) > {WAVE_LIMIT})" for a in angles)
        return f"tl.max(({far}).to(tl.int32)) > 0"

    def _print(self, e: Expr, variables: Mapping[str, str]) -> None:
        if e in self.names:
            return
        if e.op == "symbol":
            self.names[e] = variables[str(e.value)]
        elif e.op == "const":
            self.names[e] = self.literal(float(e.value or 0))
        elif not self._is_fused(e):
            self.names[e] = self._assign(self._expression(e))

    def _assign(self, text: str) -> str:
        name = f"{self.prefix}{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def literal(self, value: float) -> str:
        """A number, which must not widen the computation."""
        if self.bits < 64 and abs(value) < _SMALLEST:
            value = math.copysign(0.0, value)
        if not math.isfinite(value) or (self.bits < 64 and abs(value) > _GREATEST):
            name = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
            return f'float("{name}")'
        return repr(value)

    def _is_fused(self, e: Expr) -> bool:
        """Whether it is a product that is printed with the sum it is added to."""
        return e in self._addends

    @cached_property
    def _addends(self) -> set[Expr]:
        """Of each sum the product that is fused with it: the first, if both terms are products."""
        found: set[Expr] = set()
        for e in self.order:
            if e.op in ("add", "sub") or e in self.near:
                products = [a for a in e.args if a.op == "mul" and self.uses[a] == 1]
                found.update(products[:1])
        return found

    def _signed(self, sign: str, e: Expr) -> str:
        if sign and e.op == "const":
            return self.literal(-float(e.value or 0))
        return f"{sign}{self.names[e]}"

    def _expression(self, e: Expr) -> str:
        printer = self._printers.get(e.op)
        if printer is not None:
            return printer(e)
        args = [self.names[a] for a in e.args]
        if e.op in _INFIX:
            return f"{args[0]} {_INFIX[e.op]} {args[1]}"
        if self.is_wave(e):
            far = self.far.get(e.args[0]) or self._any_far(e.args)
            return f"wide_{e.op}({args[0]}, {far})"
        if e.op not in _SIMPLE:
            raise NotImplementedError(f"no Triton form of {e.op}")
        return _SIMPLE[e.op].format(*args)

    @cached_property
    def _printers(self) -> dict[str, Callable[[Expr], str]]:
        return {
            "add": self._sum, "sub": self._sum, "where": self._choice, "round": self._rounded,
            "power_by_bits": self._power, "exponent_by_bits": self._exponent,
            "flipped_by_bits": self._flipped,
        }  # fmt: skip

    def _choice(self, e: Expr) -> str:
        condition, *branches = e.args
        return f"tl.where({self.names[condition]}, {', '.join(map(self._tensor, branches))})"

    def _tensor(self, e: Expr) -> str:
        """Print an argument; a number alone would be of single precision."""
        name = self.names[e]
        return f"tl.full((), {name}, {self.dtype})" if e.op == "const" else name

    def _sum(self, e: Expr) -> str:
        for n, c in (e.args, e.args[::-1]):
            if e.op == "add" and n in self.shifted and is_const(c):
                rest = float(c.value or 0) - WHOLE[self.bits]
                if abs(rest) <= 1:
                    return f"{self.shifted[n]} + {rest!r}" if rest else self.shifted[n]
        left, right = e.args
        sign = "" if e.op == "add" else "-"
        if self._is_fused(left):
            return self._fused(left, self._signed(sign, right))
        if self._is_fused(right):
            return self._fused(right, self.names[left], sign)
        return f"{self.names[left]} {_INFIX[e.op]} {self.names[right]}"

    def _fused(self, product: Expr, addend: str, sign: str = "") -> str:
        a, b = reversed(product.args) if is_const(product.args[1]) else product.args
        return f"tl.fma({self._signed(sign, a)}, {self.names[b]}, {addend})"

    def _rounded(self, e: Expr) -> str:
        """The nearest whole number, by a large one added to it and taken off again."""
        (a,) = e.args
        whole = repr(WHOLE[self.bits])
        if e not in self.near:
            v = self.names[a]
            small = f"tl.abs({v}) < {WHOLE[self.bits] / 3!r}"
            return f"tl.where({small}, ({v} + {whole}) - {whole}, {v})"
        added = self._fused(a, whole) if self._is_fused(a) else f"{self.names[a]} + {whole}"
        self.shifted[e] = self._assign(added)
        return f"{self.shifted[e]} - {whole}"

    def _power(self, e: Expr) -> str:
        """2^n from n + WHOLE."""
        (a,) = e.args
        least, shift, kind = (1023, 52, "int64") if self.bits == 64 else (127, 23, "int32")
        zero = 0x4338000000000000 if self.bits == 64 else 0x4B400000  # the bits of WHOLE
        biased = f"{self._tensor(a)}.to(tl.{kind}, bitcast=True) - {zero - least}"
        if interval(a).low - WHOLE[self.bits] < 1 - least:
            biased = f"tl.maximum({biased}, 0)"
        return f"(({biased}) << {shift}).to({self.dtype}, bitcast=True)"

    def _exponent(self, e: Expr) -> str:
        """The exponent of a number over that of 3/4."""
        start, shift, kind = 0x3F400000, 23, "int32"
        if self.bits == 64:
            start, shift, kind = 0x3FE8000000000000, 52, "int64"
        bits = f"{self._tensor(e.args[0])}.to(tl.{kind}, bitcast=True)"
        return f"(({bits} - {start}) >> {shift}).to({self.dtype})"

    def _flipped(self, e: Expr) -> str:
        """The first number, its sign changed where the second has a last bit."""
        y, n = (f"{self._tensor(a)}.to(tl.int32, bitcast=True)" for a in e.args)
        return f"({y} ^ ({n} << 31)).to(tl.float32, bitcast=True)"


def _multiplied(outputs: Sequence[Expr], varies: Varies) -> tuple[Expr, ...]:
    """The outputs with products for quotients by what is the same for all elements.

    A quotient takes eight instructions, and is off by two units in the last place.
    """

    def product(e: Expr, rebuilt: Expr) -> Expr:
        if rebuilt.op != "div" or e.op != "div" or not varies(e.args[0]):
            return rebuilt
        top, bottom = rebuilt.args
        if not is_const(bottom):
            return rebuilt if varies(e.args[1]) else call("mul", top, call("div", 1.0, bottom))
        c = float(bottom.value or 0)
        moderate = _MODERATE[0] < abs(c) < _MODERATE[1]
        return call("mul", top, 1.0 / c) if moderate else rebuilt

    return transformed(outputs, product)
