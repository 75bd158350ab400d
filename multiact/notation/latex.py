"""LaTeX of expressions, for KaTeX and MathJax alike."""

from __future__ import annotations

import re

from multiact.calculus.graph import Element
from multiact.calculus.primitive import Primitive
from multiact.calculus.simplify import add
from multiact.calculus.tracing import Expr, call
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
    "log2": r"\log_2",
    "log10": r"\log_{10}",
}
_FENCES = {
    "abs": ("|", "|"), "floor": (r"\lfloor", r"\rfloor"), "ceil": (r"\lceil", r"\rceil"),
    "round": (r"\lfloor", r"\rceil"),
}  # fmt: skip


def latex(e: Expr, data: tuple[str, ...] = ("x",)) -> str:
    """Print `e` as LaTeX; long repeated parts are defined after it.

    Parameters
    ----------
    e
        An expression, such as `Activation.expression(form, raw=True)`.
    data
        The symbols that are data; all others are parameters and are printed before them.

    Returns
    -------
    str
        LaTeX for a displayed formula, without dollar signs.
    """
    return _Latex.print(e, data, r",\quad ")


def latex_name(name: str) -> str:
    r"""Print a variable's name: a Greek letter if it is one (`lambd` is \lambda), else text."""
    if isinstance(name, Element):
        return f"{latex_name(name.array)}_{{{name.number}}}"
    if name in _RESPELLED or name in _GREEK:
        return _RESPELLED.get(name, rf"\{name}")
    return name if len(name) == 1 else rf"\text{{{name.replace('_', chr(92) + '_')}}}"


class _Latex(Printer):
    def expand(self, e: Expr) -> Expr:
        """Write `expm1` and `log1p` out with exp and log."""
        if e.op == "expm1":
            return add(call("exp", *e.args), -1.0)
        return call("log", add(1.0, e.args[0])) if e.op == "log1p" else e

    def number(self, value: float) -> str:
        return number(value)[0]

    def symbol(self, name: str) -> str:
        return latex_name(name)

    def parenthesise(self, text: str) -> str:
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
        return r"\!" + self.parenthesise(", ".join(self.piece(a)[0] for a in e.args))

    def relation(self, op: str, left: str, right: str) -> str:
        return f"{left} {_RELATIONS[op]} {right}"

    def cases(self, rows: list[tuple[str, str]], otherwise: str) -> Piece:
        lines = [f"{value} & {condition}" for value, condition in rows]
        body = r" \\ ".join([*lines, rf"{otherwise} & \text{{otherwise}}"])
        return rf"\begin{{cases}} {body} \end{{cases}}", PRODUCT

    def function(self, e: Expr) -> Piece:
        if isinstance(e.op, Primitive):
            return self.primitive(e, e.op.latex)
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
        r"""Print an exponent: x / \alpha instead of a small fraction."""
        return re.sub(r"\\frac\{(\\?\w+)\}\{(\\?\w+)\}", r"\1 / \2", self.piece(e)[0])

    def primitive(self, e: Expr, template: str) -> Piece:
        args = [
            self.piece(a)[0] if rf"\left({{{i}}}" in template else self.within(a, ATOM)
            for i, a in enumerate(e.args)
        ]
        text = re.sub(r"\\left\((\\?\w+)\\right\)\^", r"\1^", template.format(*args))
        return text, (SUM if _is_sum(text) else POWER)


def _is_sum(text: str) -> bool:
    """Whether there is a plus or minus outside all braces and parentheses."""
    while (inner := re.sub(r"\{[^{}]*\}|\\left.[^{}]*?\\right.", "", text)) != text:
        text = inner
    return bool(re.search(r"(?<=.)[+-]", text))
