"""The base class of all printers of expressions: order, signs and parentheses."""

from __future__ import annotations

from abc import ABC, abstractmethod

from multiact.calculus.tracing import Expr
from multiact.notation.arrange import Factors, cases, product, terms
from multiact.notation.readable import readable

CHOICE, SUM, PRODUCT, POWER, ATOM = range(5)  # precedence of the outermost operation
Piece = tuple[str, int]
LOGICAL = frozenset({"logical_and", "logical_or"})
RELATIONS = LOGICAL | {"lt", "le", "gt", "ge", "eq", "ne"}


class Printer(ABC):
    """Prints expressions; the subclasses define the notation.

    Parameters
    ----------
    data
        The symbols that are data; all others are parameters and are printed before them.
    """

    def __init__(self, data: tuple[str, ...]) -> None:
        self.data = data

    @classmethod
    def print(cls, e: Expr, data: tuple[str, ...], separator: str) -> str:
        """Print `e`, followed by the definitions of the letters that replace repeated parts."""
        shortened, parts = readable(e)
        printer = cls((*data, *parts))
        definitions = [f"{letter} = {printer.piece(part)[0]}" for letter, part in parts.items()]
        return separator.join([printer.piece(shortened)[0], *definitions])

    def piece(self, e: Expr) -> Piece:
        """Print an expression; return the text and its precedence."""
        e = self.expand(e)
        if e.op == "const":
            value = float(e.value or 0)
            text = self.number(abs(value))
            return ("-" + text, SUM) if value < 0 else (text, ATOM)
        if e.op == "symbol":
            return self.symbol(e.value), ATOM  # type: ignore[arg-type]
        if e.op in ("add", "sub"):
            return self.sum(e), SUM
        if e.op in ("mul", "div", "neg", "guarded_mul"):
            return self.product(e)
        if e.op in RELATIONS:
            mixed = [a.op in LOGICAL and a.op != e.op for a in e.args]
            sides = [self.within(a, SUM) for a in e.args]
            left, right = map(lambda m, s: self.parenthesise(s) if m else s, mixed, sides)
            return self.relation(e.op, left, right), SUM
        if e.op == "where":
            chain = cases(e)
            rows = [(self.within(v, SUM), self.within(c, SUM)) for v, c in chain.rows]
            return self.cases(rows, self.piece(chain.otherwise)[0])
        return self.function(e)

    def expand(self, e: Expr) -> Expr:
        """Write an operation out that readers of the notation do not know."""
        return e

    def within(self, e: Expr, precedence: int) -> str:
        """Print `e`, in parentheses if its precedence is lower than `precedence`."""
        text, own_precedence = self.piece(e)
        return text if own_precedence >= precedence else self.parenthesise(text)

    def sum(self, e: Expr) -> str:
        """Print the summands with their signs."""
        text = ""
        for negative, term in terms(e):
            summand, precedence = self.piece(term)
            if precedence <= SUM or term.op == "where":
                summand = self.parenthesise(summand)
            text += f" {'-' if negative else '+'} {summand}" if text else "-" * negative + summand
        return text

    def product(self, e: Expr) -> Piece:
        """Print a product as a sign and a fraction."""
        p = product(e, self.data)
        text = self.fraction(p.top, p.bottom) if p.bottom else self.times(p.top)
        return ("-" + text, SUM) if p.negative else (text, PRODUCT)

    def factors(self, factors: Factors) -> list[str]:
        """Print each factor with its power."""
        return [self.power(f, str(n)) if n > 1 else self.within(f, PRODUCT) for f, n in factors]

    @abstractmethod
    def number(self, value: float) -> str:
        """Print a non-negative constant."""

    @abstractmethod
    def symbol(self, name: str) -> str:
        """Print a variable."""

    @abstractmethod
    def parenthesise(self, text: str) -> str:
        """Put `text` in parentheses."""

    @abstractmethod
    def times(self, factors: Factors) -> str:
        """Print a product."""

    @abstractmethod
    def fraction(self, top: Factors, bottom: Factors) -> str:
        """Print a quotient."""

    @abstractmethod
    def power(self, base: Expr, exponent: str) -> str:
        """Print a power."""

    @abstractmethod
    def relation(self, op: str, left: str, right: str) -> str:
        """Print a comparison, a conjunction or a disjunction."""

    @abstractmethod
    def cases(self, rows: list[tuple[str, str]], otherwise: str) -> Piece:
        """Print values with their conditions."""

    @abstractmethod
    def function(self, e: Expr) -> Piece:
        """Print any other operation."""
