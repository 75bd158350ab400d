"""Plain text of expressions, as one would type them."""

from __future__ import annotations

import re

from multiact.calculus.graph import Element
from multiact.calculus.tracing import Expr
from multiact.notation.arrange import Factors, number
from multiact.notation.printer import ATOM, CHOICE, POWER, PRODUCT, SUM, Piece, Printer

_RELATIONS = {
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
    "logical_and": "and", "logical_or": "or",
}  # fmt: skip


def text(e: Expr, data: tuple[str, ...] = ("x",)) -> str:
    """Print `e` as plain text; long repeated parts are defined after it.

    Parameters
    ----------
    e
        An expression, such as `Activation.expression(form, raw=True)`.
    data
        The symbols that are data; all others are parameters and are printed before them.

    Returns
    -------
    str
        The text, such as `alpha*tanh(x) if x < 0 else x`.
    """
    return _Text.print(e, data, "; ")


class _Text(Printer):
    def number(self, value: float) -> str:
        return number(value)[1]

    def symbol(self, name: str) -> str:
        if isinstance(name, Element):
            return f"{name.array}[{name.number}]"
        return "..." if name == "dots" else name

    def parenthesise(self, text: str) -> str:
        return f"({text})"

    def times(self, factors: Factors) -> str:
        return "*".join(self.factors(factors))

    def fraction(self, top: Factors, bottom: Factors) -> str:
        below = self.times(bottom)
        single = len(bottom) == 1 and re.fullmatch(r"[\w.]+|\(.*\)|\w+\([^()]*\)", below)
        return f"{self.times(top)}/{below if single else self.parenthesise(below)}"

    def power(self, base: Expr, exponent: str) -> str:
        simple = re.fullmatch(r"\w+", exponent)
        return f"{self.within(base, ATOM)}**{exponent if simple else self.parenthesise(exponent)}"

    def relation(self, op: str, left: str, right: str) -> str:
        return f"{left} {_RELATIONS[op]} {right}"

    def cases(self, rows: list[tuple[str, str]], otherwise: str) -> Piece:
        return "".join(f"{v} if {c} else " for v, c in rows) + otherwise, CHOICE

    def function(self, e: Expr) -> Piece:
        if e.op == "pow":
            return self.power(e.args[0], self.piece(e.args[1])[0]), POWER
        if e.op == "logical_not":
            return f"not {self.within(e.args[0], ATOM)}", PRODUCT
        if e.op == "series":
            return f"sum over k of {self.within(e.args[0], PRODUCT)}", SUM
        operands = ", ".join(self.piece(a)[0] for a in e.args)
        return f"{e.op.lstrip('_')}({operands})", ATOM
