"""What all printers of expressions share: order, signs and parentheses."""

from __future__ import annotations

from abc import ABC, abstractmethod

from multiact.calculus.tracing import Expr
from multiact.notation.arrange import Factors, cases, expanded, product, terms
from multiact.notation.readable import readable

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a piece holds together
Piece = tuple[str, int]
LOGICAL = frozenset({"logical_and", "logical_or"})
RELATIONS = LOGICAL | {"lt", "le", "gt", "ge", "eq", "ne"}


class Printer(ABC):
    """Turns expressions into text; the subclasses know the notation.

    Parameters
    ----------
    data
        The symbols that are data; the others are parameters and stand before them.
    """

    def __init__(self, data: tuple[str, ...]) -> None:
        self.data = data

    @classmethod
    def print(cls, e: Expr, data: tuple[str, ...], separator: str) -> str:
        """`e`, then what the letters in it stand for."""
        whole, named = readable(e)
        printer = cls((*data, *named))
        defined = [f"{letter} = {printer.piece(part)[0]}" for letter, part in named.items()]
        return separator.join([printer.piece(whole)[0], *defined])

    def piece(self, e: Expr) -> Piece:
        """The text and how tightly it holds."""
        e = expanded(e)
        if e.op == "const":
            value = float(e.value or 0)
            shown = self.number(abs(value))
            return ("-" + shown, SUM) if value < 0 else (shown, ATOM)
        if e.op == "symbol":
            return self.symbol(e.value), ATOM  # type: ignore[arg-type]
        if e.op in ("add", "sub"):
            return self.sum(e), SUM
        if e.op in ("mul", "div", "neg", "guarded_mul"):
            return self.product(e)
        if e.op in RELATIONS:
            mixed = [a.op in LOGICAL and a.op != e.op for a in e.args]
            sides = [self.piece(a)[0] for a in e.args]
            left, right = map(lambda m, s: self.enclosed(s) if m else s, mixed, sides)
            return self.relation(e.op, left, right), SUM
        if e.op == "where":
            chain = cases(e)
            rows = [(self.piece(v)[0], self.piece(c)[0]) for v, c in chain.rows]
            return self.cases(rows, self.piece(chain.otherwise)[0])
        return self.function(e)

    def within(self, e: Expr, strength: int) -> str:
        """`e`, in parentheses if it holds less tightly than `strength`."""
        text, has = self.piece(e)
        return text if has >= strength else self.enclosed(text)

    def sum(self, e: Expr) -> str:
        """Summands with their signs."""
        text = ""
        for negative, term in terms(e):
            shown, strength = self.piece(term)
            if strength == SUM or term.op == "where":
                shown = self.enclosed(shown)
            text += f" {'-' if negative else '+'} {shown}" if text else "-" * negative + shown
        return text

    def product(self, e: Expr) -> Piece:
        """A sign and a fraction."""
        p = product(e, self.data)
        text = self.fraction(p.top, p.bottom) if p.bottom else self.times(p.top)
        return ("-" + text, SUM) if p.negative else (text, PRODUCT)

    def factors(self, factors: Factors) -> list[str]:
        """Each factor with its power."""
        return [self.power(f, str(n)) if n > 1 else self.within(f, PRODUCT) for f, n in factors]

    @abstractmethod
    def number(self, value: float) -> str:
        """A constant of 0 or more."""

    @abstractmethod
    def symbol(self, name: str) -> str:
        """A variable."""

    @abstractmethod
    def enclosed(self, text: str) -> str:
        """`text` in parentheses."""

    @abstractmethod
    def times(self, factors: Factors) -> str:
        """A product."""

    @abstractmethod
    def fraction(self, top: Factors, bottom: Factors) -> str:
        """A quotient."""

    @abstractmethod
    def power(self, base: Expr, exponent: str) -> str:
        """A power."""

    @abstractmethod
    def relation(self, op: str, left: str, right: str) -> str:
        """A comparison or a logical connection."""

    @abstractmethod
    def cases(self, rows: list[tuple[str, str]], otherwise: str) -> Piece:
        """Values under conditions."""

    @abstractmethod
    def function(self, e: Expr) -> Piece:
        """Everything else."""
