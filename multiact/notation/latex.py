"""LaTeX of expressions, for KaTeX and MathJax alike."""

from __future__ import annotations

import re

from multiact.calculus.derivative import PRIMITIVES
from multiact.calculus.graph import Element
from multiact.calculus.tracing import Expr
from multiact.notation.arrange import Factors, number
from multiact.notation.printer import ATOM, POWER, PRODUCT, SUM, Piece, Printer

_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega".split()
)
_RESPELLED = {"lambd": r"\lambda", "lambda_": r"\lambda", "eps": r"\varepsilon", "dots": r"\cdots"}
_RELATIONS = {
    "lt": "<", "le": r"\le", "gt": ">", "ge": r"\ge", "eq": "=", "ne": r"\ne",
    "logical_and": r"\wedge", "logical_or": r"\vee",
}  # fmt: skip
_FUNCTIONS = {
    **{f: rf"\{f}" for f in ("tanh", "sinh", "cosh", "sin", "cos", "tan", "log", "max", "min")},
    "atan": r"\arctan",
}
_FENCES = {"abs": ("|", "|"), "floor": (r"\lfloor", r"\rfloor")}


def latex(e: Expr, data: tuple[str, ...] = ("x",)) -> str:
    """`e` as LaTeX, its long repeated parts defined after it.

    Parameters
    ----------
    e
        An expression, such as `Activation.expression(form, raw=True)`.
    data
        The symbols that are data; the others are parameters and stand before them.

    Returns
    -------
    str
        LaTeX for a display, without dollar signs.
    """
    return _Latex.print(e, data, r",\quad ")


def latex_name(name: str) -> str:
    r"""A variable's name: Greek where it is (`lambd` is \lambda), else as text."""
    if isinstance(name, Element):
        return f"{latex_name(name.array)}_{{{name.number}}}"
    if name in _RESPELLED or name in _GREEK:
        return _RESPELLED.get(name, rf"\{name}")
    return name if len(name) == 1 else rf"\text{{{name.replace('_', chr(92) + '_')}}}"


class _Latex(Printer):
    def number(self, value: float) -> str:
        return number(value)[0]

    def symbol(self, name: str) -> str:
        return latex_name(name)

    def enclosed(self, text: str) -> str:
        return rf"\left({text}\right)"

    def times(self, factors: Factors) -> str:
        text, *others = self.factors(factors)
        for factor in others:
            digits = text[-1].isdigit() and factor[0].isdigit()
            letters = re.search(r"\\[a-z]+$|[\w}]$", text) and re.match(r"\w", factor)
            text += (r" \cdot " if digits else " " if letters else r" \, ") + factor
        return text

    def fraction(self, top: Factors, bottom: Factors) -> str:
        above, below = (
            self.piece(side[0][0])[0] if len(side) == 1 and side[0][1] == 1 else self.times(side)
            for side in (top, bottom)
        )
        return rf"\frac{{{above}}}{{{below}}}"

    def power(self, base: Expr, exponent: str) -> str:
        if base.op in _FUNCTIONS and base.op not in ("max", "min"):
            return rf"{_FUNCTIONS[base.op]}^{{{exponent}}}{self.operands(base)}"
        return f"{self.within(base, ATOM)}^{{{exponent}}}"

    def operands(self, e: Expr) -> str:
        return r"\!" + self.enclosed(", ".join(self.piece(a)[0] for a in e.args))

    def relation(self, op: str, left: str, right: str) -> str:
        return f"{left} {_RELATIONS[op]} {right}"

    def cases(self, rows: list[tuple[str, str]], otherwise: str) -> Piece:
        lines = [f"{value} & {condition}" for value, condition in rows]
        body = r" \\ ".join([*lines, rf"{otherwise} & \text{{otherwise}}"])
        return rf"\begin{{cases}} {body} \end{{cases}}", PRODUCT

    def function(self, e: Expr) -> Piece:
        if e.op in PRIMITIVES:
            return self.primitive(e)
        if e.op in _FENCES:
            left, right = _FENCES[e.op]
            return rf"\left{left} {self.piece(e.args[0])[0]} \right{right}", ATOM
        if e.op == "sqrt":
            return rf"\sqrt{{{self.piece(e.args[0])[0]}}}", ATOM
        if e.op == "exp":
            return rf"e^{{{self.inline(e.args[0])}}}", POWER
        if e.op == "pow":
            return self.power(e.args[0], self.inline(e.args[1])), POWER
        if e.op == "logical_not":
            return rf"\neg {self.within(e.args[0], ATOM)}", PRODUCT
        if e.op == "series":
            return rf"\sum_{{k=0}}^{{n-1}} {self.within(e.args[0], PRODUCT)}", SUM
        name = _FUNCTIONS.get(e.op) or rf"\operatorname{{{e.op.replace('_', chr(92) + '_')}}}"
        return name + self.operands(e), ATOM

    def inline(self, e: Expr) -> str:
        r"""An exponent: x / \alpha instead of a small fraction."""
        return re.sub(r"\\frac\{(\\?\w+)\}\{(\\?\w+)\}", r"\1 / \2", self.piece(e)[0])

    def primitive(self, e: Expr) -> Piece:
        template = PRIMITIVES[e.op].latex
        args = [
            self.piece(a)[0] if rf"\left({{{i}}}" in template else self.within(a, ATOM)
            for i, a in enumerate(e.args)
        ]
        text = re.sub(r"\\left\((\\?\w+)\\right\)\^", r"\1^", template.format(*args))
        return text, (SUM if _is_sum(text) else POWER)


def _is_sum(text: str) -> bool:
    """Whether a plus or minus stands outside all braces and parentheses."""
    while (inner := re.sub(r"\{[^{}]*\}|\\left.[^{}]*?\\right.", "", text)) != text:
        text = inner
    return bool(re.search(r"(?<=.)[+-]", text))
